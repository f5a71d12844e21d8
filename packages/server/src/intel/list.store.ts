import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { ListDelta, ListKind, ListPurpose, ListStep, OwnList } from './list.model.ts';
import type { ChangeAct, ChangeState } from './list-change.model.ts';

type Connection = { readonly db: Database };

interface ListRow {
  id: string;
  title_zh: string;
  title_en: string;
  kind: ListKind;
  purpose: ListPurpose;
  tags: string[];
  source: string;
  created_by: string;
  created_at: Date;
  version: number;
}

interface ChangeRow {
  id: string;
  list: string;
  act: ChangeAct;
  state: ChangeState;
  entries: number;
  sample: string[];
  source: string;
  reason: string;
  expires_at: Date | null;
  second_person: boolean;
  asked_by_id: string;
  asked_by: string;
  asked_at: Date;
  decided_by_id: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
}
export type StoredChange = Readonly<ChangeRow>;

interface Tables {
  intel_list: ListRow;
  intel_list_change: ChangeRow;
  intel_list_change_value: { change_id: string; value: string };
  intel_list_entry: {
    list: string;
    value: string;
    state: 'active' | 'removed';
    change_id: string;
    expires_at: Date | null;
    version: number;
  };
  intel_list_version: { single: boolean; version: number };
}

const db = (ctx: Connection) => tables<Tables>(ctx);

/** An own list with how it came and what it holds at an instant. */
export interface StoredList extends OwnList {
  readonly source: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const toOwn = (row: ListRow): StoredList => ({
  id: row.id,
  title: { 'zh-CN': row.title_zh, en: row.title_en },
  kind: row.kind,
  purpose: row.purpose,
  tags: row.tags,
  source: row.source,
  createdBy: row.created_by,
  createdAt: row.created_at,
});

/** Takes the next version; whoever else changes something waits until the transaction ends. */
export async function nextVersion(ctx: Connection): Promise<number> {
  const row = await db(ctx)
    .updateTable('intel_list_version')
    .set((e) => ({ version: e('version', '+', 1) }))
    .returning('version')
    .executeTakeFirstOrThrow();
  return Number(row.version);
}

export async function readVersion(ctx: Connection): Promise<number> {
  const row = await db(ctx).selectFrom('intel_list_version').select('version').executeTakeFirstOrThrow();
  return Number(row.version);
}

export async function insertList(ctx: Connection, list: StoredList, version: number): Promise<void> {
  await db(ctx)
    .insertInto('intel_list')
    .values({
      id: list.id,
      title_zh: list.title['zh-CN'],
      title_en: list.title.en,
      kind: list.kind,
      purpose: list.purpose,
      tags: [...list.tags],
      source: list.source,
      created_by: list.createdBy,
      created_at: list.createdAt,
      version,
    })
    .execute();
}

export async function readLists(ctx: Connection): Promise<StoredList[]> {
  const rows = await db(ctx).selectFrom('intel_list').selectAll().orderBy('id').execute();
  return rows.map(toOwn);
}

export async function findList(ctx: Connection, id: string): Promise<StoredList | undefined> {
  const row = await db(ctx).selectFrom('intel_list').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toOwn(row);
}

/** Entries in force and changes waiting, by list. */
export async function countEntries(
  ctx: Connection,
  now: Date,
): Promise<Map<string, { active: number; waiting: number }>> {
  const { rows } = await sql<{ list: string; active: string; waiting: string }>`
    select l.id as list,
      (select count(*) from intel_list_entry e where e.list = l.id and e.state = 'active'
        and (e.expires_at is null or e.expires_at > ${now})) as active,
      (select count(*) from intel_list_change c where c.list = l.id and c.state = 'asked') as waiting
    from intel_list l`.execute(ctx.db);
  return new Map(
    rows.map(({ list, active, waiting }) => [list, { active: Number(active), waiting: Number(waiting) }]),
  );
}

export async function insertChange(
  ctx: Connection,
  change: StoredChange,
  values: readonly string[],
): Promise<void> {
  await db(ctx).insertInto('intel_list_change').values(change).execute();
  await sql`insert into intel_list_change_value (change_id, value)
    select ${change.id}::uuid, unnest(${[...values]}::text[])`.execute(ctx.db);
}

/** A change; with `lock`, held until the transaction ends. */
export async function findChange(
  ctx: Connection,
  id: string,
  lock = false,
): Promise<StoredChange | undefined> {
  const query = db(ctx).selectFrom('intel_list_change').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function updateChange(
  ctx: Connection,
  id: string,
  change: Partial<
    Pick<ChangeRow, 'state' | 'entries' | 'decided_by_id' | 'decided_by' | 'decided_at' | 'note'>
  >,
): Promise<void> {
  await db(ctx).updateTable('intel_list_change').set(change).where('id', '=', id).execute();
}

export async function readValues(ctx: Connection, change: string): Promise<string[]> {
  const rows = await db(ctx)
    .selectFrom('intel_list_change_value')
    .select('value')
    .where('change_id', '=', change)
    .execute();
  return rows.map(({ value }) => value);
}

export async function dropValues(ctx: Connection, change: string, values: readonly string[]): Promise<void> {
  await sql`delete from intel_list_change_value where change_id = ${change}::uuid
    and value = any(${[...values]}::text[])`.execute(ctx.db);
}

/** Puts the values of a change in force, or takes them off the list. */
export async function applyChange(ctx: Connection, change: StoredChange, version: number): Promise<void> {
  const state = change.act === 'add' ? 'active' : 'removed';
  await sql`insert into intel_list_entry (list, value, state, change_id, expires_at, version)
    select ${change.list}, value, ${state}, change_id, ${change.act === 'add' ? change.expires_at : null}, ${version}
    from intel_list_change_value where change_id = ${change.id}::uuid
    on conflict (list, value) do update set state = excluded.state, change_id = excluded.change_id,
      expires_at = excluded.expires_at, version = excluded.version`.execute(ctx.db);
}

/** Which of the values are in force on a list now, with their expiry. */
export async function readActive(
  ctx: Connection,
  list: string,
  values: readonly string[],
  now: Date,
): Promise<Map<string, Date | null>> {
  const { rows } = await sql<{ value: string; expires_at: Date | null }>`
    select value, expires_at from intel_list_entry where list = ${list} and state = 'active'
      and (expires_at is null or expires_at > ${now}) and value = any(${[...values]}::text[])`.execute(
    ctx.db,
  );
  return new Map(rows.map(({ value, expires_at }) => [value, expires_at]));
}

/** Least number of steps in one delta; a change is never cut. */
const DELTA_STEPS = 50_000;

/**
 * What changed after a version: whole changes in their order, at least one, up to some 50,000 entries; `to` says how far
 * it reaches. What expired before `stale` is left out.
 */
export async function readDelta(ctx: Connection, since: number, stale: Date): Promise<ListDelta> {
  const current = await readVersion(ctx);
  if (since >= current) return { from: since, to: current, lists: [], steps: [] };
  const { rows: reach } = await sql<{ version: string }>`
    select version::text from (
      select version, sum(count(*)) over (order by version) as total from intel_list_entry
      where version > ${since} and version <= ${current} group by version) as sums
    where total >= ${DELTA_STEPS} order by version limit 1`.execute(ctx.db);
  const to = reach[0] === undefined ? current : Number(reach[0].version);
  const entries = await db(ctx)
    .selectFrom('intel_list_entry')
    .select(['list', 'value', 'state', 'expires_at'])
    .where('version', '>', since)
    .where('version', '<=', to)
    .orderBy('version')
    .execute();
  const steps = entries.flatMap(({ list, value, state, expires_at }): ListStep[] => {
    const gone = state === 'removed' || (expires_at !== null && expires_at < stale);
    if (gone) return since === 0 ? [] : [{ list, value, gone: true }];
    const until = expires_at === null ? {} : { until: Math.ceil(expires_at.getTime() / 1000) };
    return [{ list, value, ...until }];
  });
  const lists = (await readLists(ctx)).map(({ id, title, kind, purpose, tags }) => ({
    id,
    title,
    kind,
    purpose,
    tags,
  }));
  return { from: since, to, lists, steps };
}

export interface ChangeFilter {
  readonly list?: string;
  readonly state?: ChangeState;
  readonly after?: { readonly askedAt: Date; readonly id: string };
  readonly limit: number;
}

/** A page of changes, newest first. */
export async function findChanges(ctx: Connection, filter: ChangeFilter): Promise<StoredChange[]> {
  const { list, state, after, limit } = filter;
  let query = db(ctx).selectFrom('intel_list_change').selectAll().limit(limit);
  if (list !== undefined) query = query.where('list', '=', list);
  if (state !== undefined) query = query.where('state', '=', state);
  if (after !== undefined) {
    query = query.where((e) => e(e.refTuple('asked_at', 'id'), '<', e.tuple(after.askedAt, after.id)));
  }
  return query.orderBy('asked_at', 'desc').orderBy('id', 'desc').execute();
}

export interface EntryFilter {
  readonly list: string;
  readonly state: 'asked' | 'active' | 'removed' | 'expired' | 'refused';
  readonly now: Date;
  /** Values that begin with this. */
  readonly prefix?: string;
  readonly after?: { readonly value: string; readonly change: string };
  readonly limit: number;
}

export interface FoundEntry {
  readonly value: string;
  readonly expiresAt: Date | null;
  readonly change: StoredChange;
}

/** A page of entries in the order of their values. */
export async function findEntries(ctx: Connection, filter: EntryFilter): Promise<FoundEntry[]> {
  const { list, state, now, prefix, after, limit } = filter;
  const changed = state === 'asked' || state === 'refused';
  const source = changed
    ? sql`select v.value, c.expires_at as until, v.change_id from intel_list_change_value v
        join intel_list_change c on c.id = v.change_id
        where c.list = ${list} and c.state = ${state} and c.act = 'add'`
    : sql`select value, expires_at as until, change_id from intel_list_entry where list = ${list}
        and state = ${state === 'removed' ? 'removed' : 'active'}
        and (${state} = 'removed' or coalesce(expires_at <= ${now}, false) = ${state === 'expired'})`;
  const { rows } = await sql<ChangeRow & { value: string; until: Date | null }>`
    select found.value, found.until, c.* from (${source}) as found
    join intel_list_change c on c.id = found.change_id
    where (${prefix ?? null}::text is null or starts_with(found.value, ${prefix ?? null}))
      and (${after?.value ?? null}::text is null
        or (found.value, found.change_id::text) > (${after?.value ?? null}, ${after?.change ?? null}))
    order by found.value, found.change_id::text limit ${limit}`.execute(ctx.db);
  return rows.map(({ value, until, ...change }) => ({ value, expiresAt: until, change }));
}

/** Ids of the newest changes that named a canonical value. */
export async function findChangesOf(ctx: Connection, value: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select c.id from intel_list_change_value v
    join intel_list_change c on c.id = v.change_id
    where v.value = ${value} order by c.asked_at desc, c.id desc limit ${limit}`.execute(ctx.db);
  return rows.map(({ id }) => id);
}
