import {
  invalidInput,
  notFound,
  PolicyContent,
  type PolicyFault,
  type PolicyState,
  type PolicyVersion,
  type PolicyVersionRow,
  policyChanged,
  policyState,
  type policyVersionsDiff,
  type ResponseOf,
} from '@fanzha/contract';
import { isReasonCode, type Localized } from '@fanzha/vocabulary';
import {
  AppError,
  audit,
  type Context,
  compileSchema,
  decodeCursor,
  emit,
  encodeCursor,
  inTransaction,
} from '../platform/index.ts';
import { policyFaults } from './policy.service.ts';
import { diffPolicies } from './policy-diff.model.ts';
import { policySettingChanged } from './policy-event.service.ts';
import { EDITABLE } from './policy-life.model.ts';
import { type PolicyParts, policyLife } from './policy-setting.service.ts';
import { type Act, type StoredVersion, sourceOf, versionRow, versionView } from './policy-version.model.ts';
import {
  findInState,
  findVersion,
  insertVersion,
  listVersions,
  lockVersions,
  updateVersion,
  type VersionChange,
} from './policy-version.store.ts';

/** Which version somebody changes, and what he last saw of it. */
export interface Seen {
  readonly number: number;
  readonly revision: number;
}

/** Versions of the policy: reading and writing. Moves from state to state are in `policy-move.service.ts`. */
export interface PolicyVersions {
  list(
    ctx: Context,
    query: { states?: readonly PolicyState[]; cursor?: string; limit?: number },
  ): Promise<{ items: PolicyVersionRow[]; next?: string }>;
  /** Throws not-found. */
  get(ctx: Context, number: number): Promise<PolicyVersion>;
  view(version: StoredVersion): PolicyVersion;
  check(content: PolicyContent): readonly PolicyFault[];
  diff(ctx: Context, number: number, from?: number): Promise<ResponseOf<typeof policyVersionsDiff>>;
  create(
    ctx: Context,
    wanted: { base?: number; title: string; note?: string; content?: PolicyContent },
  ): Promise<PolicyVersion>;
  rename(ctx: Context, seen: Seen, names: { title?: string; note?: string }): Promise<PolicyVersion>;
  /** Edits the content; the version is a draft again. Throws policy-changed, policy-state, invalid-input. */
  edit(
    ctx: Context,
    seen: Seen,
    verb: string,
    target: string,
    change: (content: PolicyContent) => PolicyContent,
  ): Promise<PolicyVersion>;
}

const DEFAULT_LIMIT = 50;
const contentSchema = compileSchema(PolicyContent);

const TEXT = {
  nul: { 'zh-CN': '不能含有 U+0000 或不成对的代理字符', en: 'must not contain U+0000 or a lone surrogate' },
  code: { 'zh-CN': '不是合法的理由代码', en: 'is not a reason code' },
} as const satisfies Record<string, Localized>;

export function createPolicyVersions(parts: PolicyParts): PolicyVersions {
  const { shadowMinutes } = policyLife(parts.pack);
  const check = (content: PolicyContent) => policyFaults(sourceOf('', '', content), parts.ground);
  const view = (version: StoredVersion) => versionView(version, check(version.content), shadowMinutes);
  return {
    check,
    view,
    list: async (ctx, { states, cursor, limit = DEFAULT_LIMIT }) => {
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number'], ctx.locale);
      const filter = {
        ...(states ? { states } : {}),
        ...(before === undefined ? {} : { before: Number(before) }),
      };
      const found = await listVersions(ctx, { ...filter, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return { items: page.map(versionRow), ...(last ? { next: encodeCursor([last.number]) } : {}) };
    },
    get: async (ctx, number) => view(await need(ctx, number)),
    diff: async (ctx, number, from) => {
      const version = await need(ctx, number);
      const live = version.state === 'live' ? undefined : await findInState(ctx, 'live');
      const other = await need(ctx, from ?? live?.number ?? version.base ?? number);
      return { from: other.number, to: number, changes: diffPolicies(other.content, version.content) };
    },
    create: async (ctx, wanted) => view(await create(ctx, wanted)),
    rename: (ctx, seen, names) =>
      inTransaction(ctx, async (inside) => {
        await take(inside, seen);
        await audit(inside, 'policy.rename', String(seen.number), names);
        return view(await updateVersion(inside, seen.number, names, actor(inside)));
      }),
    edit: async (ctx, seen, verb, target, change) => view(await edit(ctx, seen, verb, target, change)),
  };
}

async function create(
  ctx: Context,
  { base, title, note = '', content }: Parameters<PolicyVersions['create']>[1],
): Promise<StoredVersion> {
  if (content !== undefined) requireContent(ctx, content);
  return inTransaction(ctx, async (inside) => {
    await lockVersions(inside);
    const from = base === undefined ? await findInState(inside, 'live') : await need(inside, base);
    if (from === undefined) throw new AppError(notFound);
    const made = await insertVersion(inside, {
      title,
      note,
      content: content ?? from.content,
      created: actor(inside),
      base: from.number,
    });
    await audit(inside, 'policy.create', String(made.number), { base: from.number, title });
    return made;
  });
}

function edit(
  ctx: Context,
  seen: Seen,
  verb: string,
  target: string,
  change: (content: PolicyContent) => PolicyContent,
): Promise<StoredVersion> {
  return inTransaction(ctx, async (inside) => {
    await lockVersions(inside);
    const version = await take(inside, seen);
    if (!EDITABLE.includes(version.state)) throw new AppError(policyState, { detail: version.state });
    const content = change(version.content);
    requireContent(inside, content);
    const by = actor(inside);
    const changed = await updateVersion(inside, seen.number, { state: 'draft', content, edited: by }, by);
    await audit(inside, verb, String(seen.number), { target, content: changed.contentHash });
    if (version.state === 'shadow') await announce(inside, verb, seen.number);
    return changed;
  });
}

/** Says that the engine has to decide by something else now. */
export function announce(ctx: Context, cause: string, target: string | number): Promise<void> {
  return emit(ctx, policySettingChanged, { cause, target: String(target) });
}

export function actor({ actor: { id, name }, clock }: Context): Act {
  return { by: id, name, at: clock.now() };
}

/** A version, or not-found. */
export async function need(ctx: Context, number: number): Promise<StoredVersion> {
  const version = await findVersion(ctx, number);
  if (version === undefined) throw new AppError(notFound);
  return version;
}

/** Locks a version that is as it was last seen. Throws not-found, or policy-changed that says who was first. */
export async function take(ctx: Context, { number, revision }: Seen): Promise<StoredVersion> {
  const version = await findVersion(ctx, number, true);
  if (version === undefined) throw new AppError(notFound);
  if (version.revision !== revision) {
    const { name, at } = version.changed;
    const when = new Date(at).toISOString();
    const words = { 'zh-CN': `${name} 于 ${when} 修改`, en: `changed by ${name} at ${when}` };
    throw new AppError(policyChanged, { detail: words[ctx.locale] });
  }
  return version;
}

/** Changes a version that is held, and gives it back. */
export function write(ctx: Context, number: number, change: VersionChange): Promise<StoredVersion> {
  return updateVersion(ctx, number, change, actor(ctx));
}

/** Refuses what does not fit the schema or cannot be stored; whether the rules are right is not asked here. */
function requireContent(ctx: Context, content: PolicyContent): void {
  const fields = contentSchema.check(content) ? [] : contentSchema.faults(content, ctx.locale);
  const odd = Object.keys(content.reasons).find((code) => !isReasonCode(code));
  if (odd !== undefined) fields.push({ field: `reasons.${odd}`, reason: TEXT.code[ctx.locale] });
  if (!isStorable(content)) fields.push({ field: '', reason: TEXT.nul[ctx.locale] });
  if (fields.length > 0) throw new AppError(invalidInput, { fields });
}

/** PostgreSQL's JSON knows no NUL, and UTF-8 no lone surrogate. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (Array.isArray(value)) return value.every(isStorable);
  return typeof value !== 'object' || value === null || Object.values(value).every(isStorable);
}
