import { randomUUID } from 'node:crypto';
import {
  type BodyOf,
  conflict,
  invalidInput,
  type ListPreview,
  listChangeEmpty,
  listChangeTooLarge,
  listNotEditable,
  type listsChange,
  type listsCreate,
  notFound,
  secondPersonNeeded,
  wrongState,
} from '@fanzha/contract';
import { AppError, audit, type Context, inTransaction } from '../platform/index.ts';
import type { Lists } from './list.model.ts';
import {
  applyChange,
  dropValues,
  findChange,
  findList,
  insertChange,
  insertList,
  nextVersion,
  readActive,
  readValues,
  type StoredChange,
  type StoredList,
  updateChange,
} from './list.store.ts';
import {
  type ChangeAct,
  type ChangeState,
  changeMayBecome,
  cutLines,
  type ListPolicy,
  readLines,
} from './list-change.model.ts';
import type { ListFollower } from './list-follow.service.ts';
import { type ValueNumbering, valueReader } from './list-value.model.ts';

export interface ListEditorParts {
  readonly lists: Lists;
  readonly numbering: ValueNumbering;
  readonly policy: ListPolicy;
  readonly follower: Pick<ListFollower, 'catchUp'>;
}

export type ListChangeRequest = BodyOf<typeof listsChange>;

interface Examined {
  readonly list: StoredList;
  readonly values: readonly string[];
  readonly preview: ListPreview;
  readonly expiresAt: Date | null;
}

const SHOWN_REJECTS = 200;
const SAMPLE = 5;

/** The verbs by which people change lists. */
export interface ListEditor {
  create(ctx: Context, wanted: BodyOf<typeof listsCreate>): Promise<StoredList>;
  preview(ctx: Context, list: string, request: ListChangeRequest): Promise<ListPreview>;
  change(
    ctx: Context,
    list: string,
    request: ListChangeRequest,
  ): Promise<{ change: StoredChange; preview: ListPreview }>;
  decide(ctx: Context, id: string, decision: { approve: boolean; note?: string }): Promise<StoredChange>;
  withdraw(ctx: Context, id: string): Promise<StoredChange>;
  undo(ctx: Context, id: string, reason: string): Promise<StoredChange>;
}

/** Changes take effect in this process before the verb returns. */
export function createListEditor(parts: ListEditorParts): ListEditor {
  const afterwards = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    await parts.follower.catchUp();
    return done;
  };
  return {
    create: (ctx, wanted) => afterwards(create(ctx, parts, wanted)),
    preview: async (ctx, list, request) => (await examine(ctx, parts, list, request)).preview,
    change: async (ctx, id, request) => {
      const { list, values, preview, expiresAt } = await examine(ctx, parts, id, request);
      const asked = { ...request, expiresAt, secondPerson: preview.secondPerson };
      return { change: await afterwards(ask(ctx, parts, list, values, asked)), preview };
    },
    decide: (ctx, id, decision) => afterwards(decide(ctx, parts, id, decision)),
    withdraw,
    undo: (ctx, id, reason) => afterwards(undo(ctx, parts, id, reason)),
  };
}

async function create(
  ctx: Context,
  { lists }: ListEditorParts,
  wanted: BodyOf<typeof listsCreate>,
): Promise<StoredList> {
  const list: StoredList = {
    ...wanted,
    tags: wanted.tags ?? [],
    createdBy: ctx.actor.name,
    createdAt: ctx.clock.date(),
  };
  // A tag of a protecting list on one that is none would let anybody protect what they like. Other tags are shared with
  // lists that are changed by two people alone, since rules know all lists of a tag.
  const claims = list.tags.filter((tag) =>
    lists.all.some(
      ({ id, tags, purpose }) =>
        (id === tag || tags.includes(tag)) && (purpose === 'protect' || list.purpose !== 'block'),
    ),
  );
  if (lists.all.some(({ id, tags }) => id === list.id || tags.includes(list.id)))
    throw new AppError(conflict);
  const [claimed] = list.purpose === 'protect' ? [] : claims;
  if (claimed !== undefined) throw tagTaken(ctx, claimed);
  await inTransaction(ctx, async (inside) => {
    if (await findList(inside, list.id)) throw new AppError(conflict);
    await insertList(inside, list, await nextVersion(inside));
    await audit(inside, 'list.create', list.id, { kind: list.kind, purpose: list.purpose, tags: list.tags });
  });
  return list;
}

function tagTaken({ locale }: Context, tag: string): AppError {
  const reason = locale === 'zh-CN' ? `标签 ${tag} 已属于其他名单` : `the tag ${tag} belongs to another list`;
  return new AppError(invalidInput, { fields: [{ field: 'tags', reason }] });
}

async function ownList(ctx: Context, lists: Lists, id: string): Promise<StoredList> {
  const list = await findList(ctx, id);
  if (list) return list;
  throw new AppError(lists.all.some((known) => known.id === id) ? listNotEditable : notFound);
}

async function examine(
  ctx: Context,
  parts: ListEditorParts,
  id: string,
  request: ListChangeRequest,
): Promise<Examined> {
  const { lists, policy } = parts;
  const list = await ownList(ctx, lists, id);
  const lines = cutLines(request.lines, policy.mostEntries);
  if (lines === undefined) throw new AppError(listChangeTooLarge);
  const expiresAt = expiryOf(ctx, request);
  const reader = valueReader(list, request.act, { ...parts, locale: ctx.locale });
  const read = readLines(lines, reader);
  const all = read.values.map(({ value }) => value);
  const active = await readActive(ctx, id, all, ctx.clock.date());
  const values = all.filter((value) => {
    const until = active.get(value);
    if (request.act === 'remove') return until !== undefined;
    return until === undefined || until?.getTime() !== expiresAt?.getTime();
  });
  return {
    list,
    values,
    expiresAt,
    preview: {
      usable: values.length,
      already: all.length - values.length,
      repeated: read.repeated,
      rejected: read.rejects.length,
      rejects: read.rejects.slice(0, SHOWN_REJECTS),
      secondPerson: needsSecond(list, values.length, policy),
    },
  };
}

/** Removing from a list that blocks is a lift, which needs two people as blocking does. */
function needsSecond({ purpose }: StoredList, entries: number, { bulkEntries }: ListPolicy): boolean {
  return purpose !== 'watch' || entries > bulkEntries;
}

function expiryOf(ctx: Context, { act, expiresAt }: ListChangeRequest): Date | null {
  if (expiresAt === undefined || act === 'remove') return null;
  const at = new Date(expiresAt);
  if (at.getTime() > ctx.clock.now()) return at;
  const reason = ctx.locale === 'zh-CN' ? '必须晚于现在' : 'must be later than now';
  throw new AppError(invalidInput, { fields: [{ field: 'expiresAt', reason }] });
}

interface Asked {
  readonly act: ChangeAct;
  readonly source: string;
  readonly reason: string;
  readonly expiresAt: Date | null;
  readonly secondPerson: boolean;
}

async function ask(
  ctx: Context,
  parts: ListEditorParts,
  list: StoredList,
  values: readonly string[],
  { act, source, reason, expiresAt, secondPerson }: Asked,
): Promise<StoredChange> {
  if (values.length === 0) throw new AppError(listChangeEmpty);
  const change: StoredChange = {
    id: randomUUID(),
    list: list.id,
    act,
    state: 'asked',
    entries: values.length,
    sample: values.slice(0, SAMPLE),
    source,
    reason,
    expires_at: expiresAt,
    second_person: secondPerson,
    asked_by_id: ctx.actor.id,
    asked_by: ctx.actor.name,
    asked_at: ctx.clock.date(),
    decided_by_id: null,
    decided_by: null,
    decided_at: null,
    note: null,
  };
  return inTransaction(ctx, async (inside) => {
    await insertChange(inside, change, values);
    const done = secondPerson ? change : await putInForce(inside, parts, list, change);
    const detail = { list: list.id, act, entries: done.entries, state: done.state, source, reason };
    await audit(inside, 'list.change', change.id, detail);
    return done;
  });
}

/** Puts a change in force; what has come under protection since it was asked for is left out. */
async function putInForce(
  ctx: Context,
  { lists }: ListEditorParts,
  list: StoredList,
  change: StoredChange,
  decided: Partial<StoredChange> = {},
): Promise<StoredChange> {
  let { entries } = change;
  if (change.act === 'add' && list.purpose !== 'protect') {
    const values = await readValues(ctx, change.id);
    const guarded = values.filter((value) => lists.protector(list.kind, value) !== undefined);
    if (guarded.length > 0) await dropValues(ctx, change.id, guarded);
    entries = values.length - guarded.length;
  }
  const update = { state: 'in-force' as ChangeState, entries, ...decided };
  await updateChange(ctx, change.id, update);
  await applyChange(ctx, change, await nextVersion(ctx));
  return { ...change, ...update };
}

/** A change that is locked and may pass into a state. Throws `not-found` or `wrong-state`. */
async function lockedChange(ctx: Context, id: string, to: ChangeState): Promise<StoredChange> {
  const change = await findChange(ctx, id, true);
  if (!change) throw new AppError(notFound);
  if (!changeMayBecome(change.state, to)) throw new AppError(wrongState);
  return change;
}

function decide(
  ctx: Context,
  parts: ListEditorParts,
  id: string,
  { approve, note }: { approve: boolean; note?: string },
): Promise<StoredChange> {
  return inTransaction(ctx, async (inside) => {
    const change = await lockedChange(inside, id, approve ? 'in-force' : 'refused');
    if (change.asked_by_id === ctx.actor.id) throw new AppError(secondPersonNeeded);
    const list = await ownList(inside, parts.lists, change.list);
    const decided = {
      decided_by_id: ctx.actor.id,
      decided_by: ctx.actor.name,
      decided_at: ctx.clock.date(),
      note: note ?? null,
    };
    let done: StoredChange = { ...change, state: 'refused', ...decided };
    if (approve) done = await putInForce(inside, parts, list, change, decided);
    else await updateChange(inside, id, { state: 'refused', ...decided });
    const detail = { list: change.list, act: change.act, entries: done.entries };
    await audit(inside, approve ? 'list.approve' : 'list.refuse', id, detail);
    return done;
  });
}

function withdraw(ctx: Context, id: string): Promise<StoredChange> {
  return inTransaction(ctx, async (inside) => {
    const change = await lockedChange(inside, id, 'withdrawn');
    if (change.asked_by_id !== ctx.actor.id) throw new AppError(notFound);
    const update = { state: 'withdrawn' as ChangeState, decided_at: ctx.clock.date() };
    await updateChange(inside, id, update);
    await audit(inside, 'list.withdraw', id, { list: change.list });
    return { ...change, ...update };
  });
}

async function undo(ctx: Context, parts: ListEditorParts, id: string, reason: string): Promise<StoredChange> {
  const change = await findChange(ctx, id);
  if (!change) throw new AppError(notFound);
  if (change.state !== 'in-force') throw new AppError(wrongState);
  const list = await ownList(ctx, parts.lists, change.list);
  const act = change.act === 'add' ? 'remove' : 'add';
  const all = await readValues(ctx, id);
  const active = await readActive(ctx, list.id, all, ctx.clock.date());
  const values = all.filter((value) => active.has(value) === (act === 'remove'));
  const secondPerson = needsSecond(list, values.length, parts.policy);
  return ask(ctx, parts, list, values, { act, source: change.source, reason, expiresAt: null, secondPerson });
}
