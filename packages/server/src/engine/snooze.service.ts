import { randomUUID } from 'node:crypto';
import {
  invalidInput,
  notFound,
  type QueryOf,
  type Snooze,
  secondPerson,
  snoozeState,
  type snoozesList,
} from '@fanzha/contract';
import { type Localized, parseHost, type SubjectKind } from '@fanzha/vocabulary';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  emit,
  encodeCursor,
  inTransaction,
} from '../platform/index.ts';
import { type Sealer, subjectKey } from './decision-record.model.ts';
import type { PolicySource, Rule, SnoozeSetting } from './policy.model.ts';
import { policySettingChanged } from './policy-event.service.ts';
import type { PolicyLife } from './policy-life.model.ts';
import type { Act } from './policy-version.model.ts';
import { maskNumber } from './privacy.model.ts';
import { isSevere, SNOOZE_MOVES, type StoredSnooze, snoozeView } from './snooze.model.ts';
import {
  insertSnooze,
  listSnoozes,
  lockSnooze,
  moveSnooze,
  readActive,
  readOverdue,
  type SnoozeMove,
} from './snooze.store.ts';

export interface SnoozeParts {
  readonly life: PolicyLife;
  readonly sealer: Sealer;
  readonly numbering: {
    parse(presented: string): { readonly canonical?: string };
    display(canonical: string): string;
  };
  /** Rules of the live policy, rows of tables too. */
  rules(): readonly Rule[];
}

export interface WantedSnooze {
  readonly rule: string;
  readonly subject: { readonly kind: SubjectKind; readonly value: string };
  readonly reason: string;
  readonly until: string;
}

/** Rules that sleep for a subject. */
export interface Snoozes {
  list(ctx: Context, query: QueryOf<typeof snoozesList>): Promise<{ items: Snooze[]; next?: string }>;
  /** In force at once, unless the rule is severe. Throws not-found for the rule, invalid-input for the term. */
  ask(ctx: Context, wanted: WantedSnooze): Promise<Snooze>;
  /** Throws second-person for who asked, snooze-state. */
  approve(ctx: Context, id: string): Promise<Snooze>;
  refuse(ctx: Context, id: string, reason: string): Promise<Snooze>;
  end(ctx: Context, id: string, reason: string): Promise<Snooze>;
  /** Writes down as ended what is past its end; how many. */
  endOverdue(ctx: Context): Promise<number>;
}

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 50;

const TEXT = {
  past: { 'zh-CN': '须在现在之后', en: 'must be in the future' },
  long: { 'zh-CN': '超过策略包允许的最长期限', en: 'is longer than the pack allows' },
  nul: { 'zh-CN': '不能含有 U+0000 或不成对的代理字符', en: 'must not contain U+0000 or a lone surrogate' },
} as const satisfies Record<string, Localized>;

const wrong = (ctx: Context, field: string, text: keyof typeof TEXT) =>
  new AppError(invalidInput, { fields: [{ field, reason: TEXT[text][ctx.locale] }] });

/**
 * What the engine has to know. A rule that has become severe since, and whose snooze nobody approved, is awake.
 */
export async function activeSnoozes(ctx: Context, { rules, tables }: PolicySource): Promise<SnoozeSetting[]> {
  const verdicts = new Map([
    ...rules.map(({ id, verdict }) => [id, verdict] as const),
    ...tables.flatMap(({ id, rows }) => rows.map((row) => [`${id}/${row.id}`, row.verdict] as const)),
  ]);
  return (await readActive(ctx, ctx.clock.now())).flatMap((snooze): SnoozeSetting[] => {
    const { id, rule, subjectToken: subject, until, activeAt = until } = snooze;
    const verdict = verdicts.get(rule);
    if (verdict === undefined || (isSevere(verdict) && snooze.approved === undefined)) return [];
    return [{ id, rule, subject, from: activeAt, until }];
  });
}

export function createSnoozes(parts: SnoozeParts): Snoozes {
  const { sealer } = parts;
  return {
    list: async (ctx, { cursor, limit = DEFAULT_LIMIT, state, rule, subject }) => {
      const after = cursor === undefined ? undefined : readCursor(ctx, cursor);
      const tokens =
        subject === undefined ? undefined : formsOf(subject, parts).map((form) => subjectKey(form, sealer));
      const now = ctx.clock.now();
      const filter = {
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(rule === undefined ? {} : { rule }),
        ...(tokens === undefined ? {} : { tokens }),
        ...(after === undefined ? {} : { after }),
      };
      const found = await listSnoozes(ctx, filter, now);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((snooze) => snoozeView(snooze, now)),
        ...(last ? { next: encodeCursor([last.asked.at, last.id]) } : {}),
      };
    },
    ask: (ctx, wanted) => ask(ctx, wanted, parts),
    approve: (ctx, id) =>
      move(ctx, id, 'approve', (inside, { asked }) => {
        if (asked.by === inside.actor.id) throw new AppError(secondPerson);
        return { state: 'active', approved: actor(inside), activeAt: inside.clock.now() };
      }),
    refuse: (ctx, id, reason) =>
      move(ctx, id, 'refuse', (inside) => ({ state: 'refused', ended: actor(inside), endReason: reason })),
    end: (ctx, id, reason) =>
      move(ctx, id, 'end', (inside) => ({ state: 'ended', ended: actor(inside), endReason: reason })),
    endOverdue: async (ctx) => {
      const ids = await readOverdue(ctx, ctx.clock.now());
      for (const id of ids) {
        await inTransaction(ctx, async (inside) => {
          const snooze = await lockSnooze(inside, id);
          if (snooze === undefined || !SNOOZE_MOVES[snooze.state].includes('ended')) return;
          await moveSnooze(inside, id, { state: 'ended', ended: { ...actor(inside), at: snooze.until } });
          await audit(inside, 'snooze.end', id, { rule: snooze.rule, cause: 'time' });
        });
      }
      return ids.length;
    },
  };
}

const actor = ({ actor: { id, name }, clock }: Context): Act => ({ by: id, name, at: clock.now() });

function ask(ctx: Context, wanted: WantedSnooze, parts: SnoozeParts): Promise<Snooze> {
  const { life, sealer } = parts;
  const now = ctx.clock.now();
  const until = Date.parse(wanted.until);
  if (until <= now) throw wrong(ctx, 'until', 'past');
  if (until > now + life.snoozeDays * DAY_MS) throw wrong(ctx, 'until', 'long');
  for (const [field, text] of [
    ['reason', wanted.reason],
    ['subject.value', wanted.subject.value],
  ] as const) {
    if (text.includes('\u0000') || !text.isWellFormed()) throw wrong(ctx, field, 'nul');
  }
  const rule = parts.rules().find(({ id }) => id === wanted.rule);
  if (rule === undefined) throw new AppError(notFound, { detail: wanted.rule });
  const { kind } = wanted.subject;
  const value = canonical(wanted.subject.value, kind, parts);
  const id = randomUUID();
  const snooze: StoredSnooze = {
    id,
    rule: rule.id,
    subjectKind: kind,
    subjectToken: subjectKey(value, sealer),
    subjectDisplay: display(value, kind, parts),
    reason: wanted.reason,
    verdict: rule.verdict,
    severe: isSevere(rule.verdict),
    until,
    state: 'asked',
    asked: actor(ctx),
  };
  return inTransaction(ctx, async (inside) => {
    await insertSnooze(inside, { ...snooze, subjectSealed: sealer.seal(value, `snooze ${id}`) });
    const { severe, subjectToken: subject } = snooze;
    await audit(inside, 'snooze.ask', id, {
      rule: rule.id,
      subject,
      severe,
      until: wanted.until,
      reason: wanted.reason,
    });
    if (severe) return snoozeView(snooze, now);
    const active = await moveSnooze(inside, id, { state: 'active', activeAt: now });
    await announce(inside, 'ask', id);
    return snoozeView(active, now);
  });
}

type Verb = 'ask' | 'approve' | 'refuse' | 'end';

function move(
  ctx: Context,
  id: string,
  verb: Verb,
  prepare: (inside: Context, snooze: StoredSnooze) => SnoozeMove,
): Promise<Snooze> {
  return inTransaction(ctx, async (inside) => {
    const snooze = await lockSnooze(inside, id);
    if (snooze === undefined) throw new AppError(notFound);
    const { state, until } = snooze;
    const next = prepare(inside, snooze);
    if (!SNOOZE_MOVES[state].includes(next.state) || until <= inside.clock.now()) {
      throw new AppError(snoozeState, { detail: snoozeView(snooze, inside.clock.now()).state });
    }
    const moved = await moveSnooze(inside, id, next);
    const { endReason } = next;
    const why = endReason === undefined ? {} : { reason: endReason };
    await audit(inside, `snooze.${verb}`, id, { rule: snooze.rule, ...why });
    await announce(inside, verb, id);
    return snoozeView(moved, inside.clock.now());
  });
}

const announce = (ctx: Context, verb: Verb, id: string): Promise<void> =>
  emit(ctx, policySettingChanged, { cause: `snooze-${verb}`, target: id });

/** The value as events name it. */
function canonical(value: string, kind: SubjectKind, { numbering }: SnoozeParts): string {
  const trimmed = value.trim();
  if (kind === 'number' || kind === 'sender') return numbering.parse(trimmed).canonical ?? trimmed;
  if (kind !== 'host') return trimmed;
  return (
    parseHost(trimmed.replace(/^[a-z]+:\/\//i, '').replace(/[/?#:].*$/, ''))?.name ?? trimmed.toLowerCase()
  );
}

/** Everything that a searched text may stand for. */
function formsOf(text: string, parts: SnoozeParts): string[] {
  const kinds: readonly SubjectKind[] = ['number', 'host', 'account'];
  return [...new Set(kinds.map((kind) => canonical(text, kind, parts)))];
}

/** Numbers masked as in lists of decisions, since anybody's may be asked for; other kinds are no persons' own. */
function display(value: string, kind: SubjectKind, { numbering }: SnoozeParts): string {
  if (kind === 'number' || kind === 'sender') return maskNumber(numbering.display(value));
  return kind === 'account' || kind === 'handle' ? maskNumber(value) : value;
}

function readCursor(ctx: Context, cursor: string): { at: number; id: string } {
  const [at, id] = decodeCursor(cursor, ['number', 'string'], ctx.locale) as [number, string];
  const isOurs = Number.isFinite(new Date(at).getTime()) && /^[0-9a-f-]{36}$/.test(id);
  return isOurs ? { at, id } : { at: 0, id: '00000000-0000-0000-0000-000000000000' };
}
