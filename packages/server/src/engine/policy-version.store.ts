import type { PolicyContent, PolicyState } from '@fanzha/contract';
import { type Selectable, sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { ReasonWords } from './policy.model.ts';
import type { PolicyLife } from './policy-life.model.ts';
import type { Act, StoredVersion } from './policy-version.model.ts';

interface VersionTable {
  number: number;
  title: string;
  note: string;
  origin: string;
  pack_version: string | null;
  base: number | null;
  state: string;
  content: unknown;
  content_hash: string;
  revision: number;
  editors: string[];
  created_at: Date;
  created_by: string;
  created_name: string;
  edited_at: Date;
  edited_by: string;
  edited_name: string;
  changed_at: Date;
  changed_by: string;
  changed_name: string;
  approved_at: Date | null;
  approved_by: string | null;
  approved_name: string | null;
  urgent_reason: string | null;
  published_at: Date | null;
  published_by: string | null;
  published_name: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  ended_name: string | null;
  end_reason: string | null;
  shadow_since: Date | null;
  shadow_ms: number | string;
}

interface Tables {
  engine_policy_version: VersionTable;
}

type Connection = { readonly db: Database };

/** Keeps what the pack says where the triggers find it. */
export async function writePolicySetting(
  ctx: Connection,
  { shadowMinutes, snoozeDays }: PolicyLife,
): Promise<void> {
  await sql`insert into engine_policy_setting (shadow_minutes, snooze_days) values (${shadowMinutes}, ${snoozeDays})
    on conflict (single) do update set shadow_minutes = excluded.shadow_minutes, snooze_days = excluded.snooze_days
  `.execute(ctx.db);
}

/** One change of versions at a time, until the transaction ends: numbers without gaps, one live, one in shadow. */
export async function lockVersions(ctx: Connection): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.policy', 0))`.execute(ctx.db);
}

/** The hash that the database would give to a content. */
export async function hashContent(ctx: Connection, content: PolicyContent): Promise<string> {
  const { rows } = await sql<{
    hash: string;
  }>`select engine_policy_hash(${JSON.stringify(content)}::jsonb) as hash`.execute(ctx.db);
  return rows[0]?.hash ?? '';
}

export interface NewVersion {
  readonly title: string;
  readonly note: string;
  readonly content: PolicyContent;
  readonly created: Act;
  readonly base?: number;
  /** Of a version that came with the pack. */
  readonly packVersion?: string;
}

/** Adds a draft under the next number; `lockVersions` first. */
export async function insertVersion(ctx: Connection, version: NewVersion): Promise<StoredVersion> {
  const { title, note, content, created, base, packVersion } = version;
  const { by, name } = created;
  const at = new Date(created.at);
  const { rows } = await sql<Selectable<VersionTable>>`insert into engine_policy_version (
      number, title, note, origin, pack_version, base, state, content, content_hash, revision, editors,
      created_at, created_by, created_name, edited_at, edited_by, edited_name, changed_at, changed_by, changed_name)
    select coalesce(max(number), 0) + 1, ${title}, ${note}, ${packVersion === undefined ? 'people' : 'pack'},
      ${packVersion ?? null}, ${base ?? null}::integer, 'draft', ${JSON.stringify(content)}::jsonb, '', 1,
      array[${by}]::text[], ${at}, ${by}, ${name}, ${at}, ${by}, ${name}, ${at}, ${by}, ${name}
    from engine_policy_version returning *`.execute(ctx.db);
  return fromRow(rows[0] as Selectable<VersionTable>);
}

/** A change of a version. What is null is taken away. */
export interface VersionChange {
  readonly state?: PolicyState;
  readonly title?: string;
  readonly note?: string;
  readonly content?: PolicyContent;
  readonly edited?: Act;
  readonly approved?: Act;
  readonly urgentReason?: string;
  readonly published?: Act;
  readonly ended?: Act | null;
  readonly endReason?: string | null;
  readonly shadowSince?: number;
}

/** Changes a version; `by` is who does it, now. The database refuses what the state does not allow. */
export async function updateVersion(
  ctx: Connection,
  number: number,
  change: VersionChange,
  by: Act,
): Promise<StoredVersion> {
  const { content, edited, shadowSince, state, title, note } = change;
  const set = {
    ...actColumns('changed', by),
    ...(state === undefined ? {} : { state }),
    ...(title === undefined ? {} : { title }),
    ...(note === undefined ? {} : { note }),
    ...(content === undefined ? {} : { content: sql`${JSON.stringify(content)}::jsonb` }),
    ...(edited === undefined ? {} : actColumns('edited', edited)),
    ...(edited === undefined
      ? {}
      : { editors: sql`array(select distinct unnest(editors || ${edited.by}::text) order by 1)` }),
    ...(change.approved === undefined ? {} : actColumns('approved', change.approved)),
    ...(change.urgentReason === undefined ? {} : { urgent_reason: change.urgentReason }),
    ...(change.published === undefined ? {} : actColumns('published', change.published)),
    ...(change.ended === undefined ? {} : actColumns('ended', change.ended)),
    ...(change.endReason === undefined ? {} : { end_reason: change.endReason }),
    ...(shadowSince === undefined ? {} : { shadow_since: new Date(shadowSince) }),
  };
  const row = await tables<Tables>(ctx)
    .updateTable('engine_policy_version')
    .set(set as unknown as Partial<VersionTable>)
    .where('number', '=', number)
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

function actColumns(name: string, act: Act | null): Record<string, unknown> {
  const { at, by, name: who } = act ?? { at: null, by: null, name: null };
  return { [`${name}_at`]: at === null ? null : new Date(at), [`${name}_by`]: by, [`${name}_name`]: who };
}

/** A version; with `lock`, held until the transaction ends. */
export async function findVersion(
  ctx: Connection,
  number: number,
  lock = false,
): Promise<StoredVersion | undefined> {
  const query = tables<Tables>(ctx)
    .selectFrom('engine_policy_version')
    .selectAll()
    .where('number', '=', number);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row && fromRow(row);
}

/** Versions, the newest first. */
export async function listVersions(
  ctx: Connection,
  filter: { readonly states?: readonly PolicyState[]; readonly before?: number; readonly limit: number },
): Promise<StoredVersion[]> {
  const { states, before, limit } = filter;
  let query = tables<Tables>(ctx).selectFrom('engine_policy_version').selectAll();
  if (states !== undefined) query = query.where('state', 'in', [...states]);
  if (before !== undefined) query = query.where('number', '<', before);
  return (await query.orderBy('number', 'desc').limit(limit).execute()).map(fromRow);
}

/** The version in a state of which there is only one. */
export async function findInState(
  ctx: Connection,
  state: 'live' | 'shadow',
): Promise<StoredVersion | undefined> {
  const [version] = await listVersions(ctx, { states: [state], limit: 1 });
  return version;
}

/** Versions that were live and may be so again, the one that ended last first. */
export async function listRetired(ctx: Connection, limit: number): Promise<StoredVersion[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_policy_version')
    .selectAll()
    .where('state', '=', 'retired')
    .orderBy('ended_at', 'desc')
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** Versions that went live once or are live, the one that did so last first. */
export async function listPublished(ctx: Connection, limit: number): Promise<StoredVersion[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_policy_version')
    .selectAll()
    .where('published_at', 'is not', null)
    .orderBy('published_at', 'desc')
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(fromRow);
}

/** The newest version that came with a pack. */
export async function newestOfPack(ctx: Connection): Promise<StoredVersion | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_policy_version')
    .selectAll()
    .where('origin', '=', 'pack')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** Whether a backtest of this content has finished. */
export async function hasBacktest(ctx: Connection, number: number, contentHash: string): Promise<boolean> {
  const { rows } = await sql<{
    done: boolean;
  }>`select engine_policy_has_backtest(${number}::integer, ${contentHash}) as done`.execute(ctx.db);
  return rows[0]?.done === true;
}

/** Words of reason codes of all versions; the newest version that has a code says it. */
export async function readAllReasons(ctx: Connection): Promise<Record<string, ReasonWords>> {
  const { rows } = await sql<{ code: string; words: ReasonWords }>`
    select distinct on (code) code, words
    from engine_policy_version, jsonb_each(content->'reasons') as said (code, words)
    order by code, number desc`.execute(ctx.db);
  return Object.fromEntries(rows.map(({ code, words }) => [code, words]));
}

const actOf = (by: string, name: string, at: Date): Act => ({ by, name, at: at.getTime() });

function optionalAct<K extends string>(
  key: K,
  by: string | null,
  name: string | null,
  at: Date | null,
): Partial<Record<K, Act>> {
  if (by === null || at === null) return {};
  return { [key]: actOf(by, name ?? by, at) } as Record<K, Act>;
}

function fromRow(row: Selectable<VersionTable>): StoredVersion {
  return {
    number: row.number,
    title: row.title,
    note: row.note,
    origin: row.origin === 'pack' ? 'pack' : 'people',
    state: row.state as PolicyState,
    content: row.content as PolicyContent,
    contentHash: row.content_hash,
    revision: row.revision,
    editors: row.editors,
    created: actOf(row.created_by, row.created_name, row.created_at),
    edited: actOf(row.edited_by, row.edited_name, row.edited_at),
    changed: actOf(row.changed_by, row.changed_name, row.changed_at),
    shadowMs: Number(row.shadow_ms),
    ...optionalAct('approved', row.approved_by, row.approved_name, row.approved_at),
    ...optionalAct('published', row.published_by, row.published_name, row.published_at),
    ...optionalAct('ended', row.ended_by, row.ended_name, row.ended_at),
    ...(row.pack_version === null ? {} : { packVersion: row.pack_version }),
    ...(row.base === null ? {} : { base: row.base }),
    ...(row.urgent_reason === null ? {} : { urgentReason: row.urgent_reason }),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
    ...(row.shadow_since === null ? {} : { shadowSince: row.shadow_since.getTime() }),
  };
}
