import type { EventKindName } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { type Database, inTransaction, tables } from '../platform/index.ts';
import type { DecisionRecord, StoredDecision } from './decision-record.model.ts';
import { MARKED_STEP_MS, type MarkedEvents } from './event-tally.model.ts';
import type { EventTally } from './event-tally.store.ts';
import type { UnlistedGroup, UnlistedMarks } from './listing.model.ts';
import type { Tallied } from './rule-tally.model.ts';
import { writeTally } from './rule-tally.store.ts';
import type { ScoreTally } from './score-tally.model.ts';
import { writeScores } from './score-tally.store.ts';
import type { Shadowed } from './shadow-tally.model.ts';
import { writeShadows } from './shadow-tally.store.ts';

interface DecisionTable {
  seq: number;
  kind: string;
  event_id: string;
  at: Date;
  decided_at: Date;
  verdict: string;
  score: number;
  fraud_type: string | null;
  reason_codes: string[];
  channel: string | null;
  country: string | null;
  simulated: boolean;
  subject_keys: string[];
  record: string;
  marks: string[] | null;
}

interface Tables {
  engine_decision: DecisionTable;
  engine_projection: { name: string; position: number };
}

type Connection = { readonly db: Database };

export interface StoredRow {
  readonly seq: number;
  readonly record: DecisionRecord;
  /** What it is counted under by its room; see `EventKind.mark`. */
  readonly mark?: string;
}

/** What a stretch of the journal becomes in the database. */
export interface Projected {
  readonly rows: readonly StoredRow[];
  readonly unlisted: readonly UnlistedGroup[];
  /** The same as rooms count them. */
  readonly marks?: readonly UnlistedMarks[];
}

/** What a list of decisions may be narrowed by. Times are of the event, ms since the epoch, `to` exclusive. */
export interface DecisionFilter {
  /** Any of these. */
  readonly kinds?: readonly EventKindName[];
  readonly verdicts?: readonly Verdict[];
  readonly reason?: string;
  readonly channel?: string;
  readonly country?: string;
  readonly fraudType?: string;
  /** Any of these tokens. */
  readonly subjectKeys?: readonly string[];
  readonly event?: string;
  readonly from?: number;
  readonly to?: number;
  readonly simulated?: boolean;
  /** All of these: `name=value` as `EventKind.mark` writes them. */
  readonly marks?: readonly string[];
}

const PROJECTION = 'decision';

/** The position up to which decisions have been written; 0 at the beginning. */
export async function readCheckpoint(ctx: Connection): Promise<number> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_projection')
    .select('position')
    .where('name', '=', PROJECTION)
    .executeTakeFirst();
  return row?.position ?? 0;
}

/**
 * Writes what a stretch of the journal becomes and moves the checkpoint, both or neither. False when the checkpoint was
 * not where it was expected: then nothing is written, because somebody else has been here.
 */
export function writeProjected(
  ctx: Connection & { readonly newTally?: () => ScoreTally; readonly tallies?: readonly EventTally[] },
  { rows, unlisted, marks = [] }: Projected,
  expected: number,
  checkpoint: number,
): Promise<boolean> {
  return inTransaction(ctx, async (inside) => {
    const db = tables<Tables>(inside);
    // After a crash of the database rows and checkpoint are gone together, and are written again from the journal.
    await sql`set local synchronous_commit = off`.execute(db);
    if (expected === 0) {
      await db
        .insertInto('engine_projection')
        .values({ name: PROJECTION, position: 0 })
        .onConflict((on) => on.doNothing())
        .execute();
    }
    const moved = await db
      .updateTable('engine_projection')
      .set({ position: checkpoint })
      .where('name', '=', PROJECTION)
      .where('position', '=', expected)
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return false;
    if (rows.length > 0) await db.insertInto('engine_decision').expression(rowsOf(rows)).execute();
    if (unlisted.length > 0) await addUnlisted(db, unlisted);
    await writeTally(inside, [
      ...rows.map(({ record }) => tallied(record.decision)),
      ...unlisted.map(silent),
    ]);
    await writeShadows(inside, [
      ...rows.map(({ seq, record: { decision } }) => ({ seq, decision })),
      ...unlisted.map(shadowed),
    ]);
    for (const tally of ctx.tallies ?? []) await writeMarked(inside, tally, rows, marks);
    if (ctx.newTally) await writeScores(inside, tallyScores(ctx.newTally(), rows, unlisted));
    return true;
  });
}

async function writeMarked(
  ctx: Connection,
  tally: EventTally,
  rows: readonly StoredRow[],
  unlisted: readonly UnlistedMarks[],
): Promise<void> {
  const listed = rows.flatMap(({ record: { decision }, mark = '' }): MarkedEvents[] => {
    if (decision.kind !== tally.kind || mark === '') return [];
    const at = Date.parse(decision.at);
    const { simulated, verdict } = decision;
    const rules = decision.reasons.filter(({ snoozed }) => snoozed === undefined).map(({ rule }) => rule);
    return [{ at: at - (at % MARKED_STEP_MS), simulated, mark, verdict, rules, events: 1 }];
  });
  const own = unlisted.filter(({ kind }) => kind === tally.kind);
  if (listed.length + own.length > 0) await tally.write(ctx, [...listed, ...own]);
}

/** Counts scores; plain decisions that are listed stand for those of their kind that are not. */
function tallyScores(
  tally: ScoreTally,
  rows: readonly StoredRow[],
  unlisted: readonly UnlistedGroup[],
): ScoreTally {
  const keyOf = ({ kind, simulated }: { kind: string; simulated: boolean }) => `${kind} ${simulated}`;
  const isPlain = ({ record: { decision } }: StoredRow) =>
    decision.reasons.length === 0 && decision.degraded.length === 0;
  const hidden = new Map<string, number>();
  for (const group of unlisted) hidden.set(keyOf(group), (hidden.get(keyOf(group)) ?? 0) + group.events);
  const shown = new Map<string, number>();
  for (const { record } of rows.filter(isPlain)) {
    const key = keyOf(record.decision);
    shown.set(key, (shown.get(key) ?? 0) + 1);
  }
  for (const row of rows) {
    const key = keyOf(row.record.decision);
    const weight = isPlain(row) ? 1 + (hidden.get(key) ?? 0) / (shown.get(key) ?? 1) : 1;
    tally.add(row.seq, row.record.decision, weight);
  }
  return tally;
}

async function addUnlisted(db: Kysely<Tables>, groups: readonly UnlistedGroup[]): Promise<void> {
  const rows = groups.map(({ country = '', channel = '', ...group }) => ({ ...group, country, channel }));
  await sql`insert into engine_unlisted (at, kind, simulated, country, channel, events)
    select to_timestamp(at), kind, simulated, country, channel, sum(events)
    from json_to_recordset(${JSON.stringify(rows)}::json) as row (
      at double precision, kind text, simulated boolean, country text, channel text, events bigint)
    group by 1, 2, 3, 4, 5
    on conflict (at, kind, simulated, country, channel) do update
      set events = engine_unlisted.events + excluded.events`.execute(db);
}

/** A decision as the tallies of rules count it. */
const tallied = ({ kind, decidedAt, policy, simulated, reasons }: StoredDecision): Tallied => ({
  kind,
  decidedAt,
  version: policy.version,
  simulated,
  rules: reasons.map(({ rule }) => rule),
});

const shadowed = ({ events, at, ...group }: UnlistedGroup): Shadowed => ({
  events,
  decision: { ...group, verdict: 'allow', reasons: [], at: new Date(at * 1000).toISOString() },
});

const silent = ({ kind, decidedAt, version, simulated, events }: UnlistedGroup): Tallied => ({
  kind,
  decidedAt,
  version,
  simulated,
  rules: [],
  events,
});

interface Times {
  readonly at: string;
  readonly decided_at: string;
}

/** Stands between records; JSON text holds none of it. */
const BETWEEN = '\u001e';

/**
 * Rows as two parameters: thousands of single ones cost more to write down than the rows themselves, and records would
 * be longer by half as texts within JSON.
 */
function rowsOf(rows: readonly StoredRow[]): RawBuilder<DecisionTable> {
  const columns = JSON.stringify(rows.map(toRow));
  const records = rows.map(({ record }) => JSON.stringify(record)).join(BETWEEN);
  return sql<DecisionTable>`select seq, kind, event_id, at, decided_at, verdict, score,
      fraud_type, reason_codes, channel, country, simulated, subject_keys, record, marks from rows from (
    json_to_recordset(${columns}::json) as (
      seq bigint, kind text, event_id text, at timestamptz, decided_at timestamptz, verdict text, score real,
      fraud_type text, reason_codes text[], channel text, country text, simulated boolean, subject_keys text[],
      marks text[]),
    unnest(string_to_array(${records}, ${BETWEEN}))) as rows (seq, kind, event_id, at, decided_at, verdict, score,
      fraud_type, reason_codes, channel, country, simulated, subject_keys, marks, record)`;
}

function toRow({
  seq,
  record,
  mark = '',
}: StoredRow): Omit<DecisionTable, 'record' | 'at' | 'decided_at'> & Times {
  const { decision } = record;
  return {
    seq,
    kind: decision.kind,
    event_id: decision.eventId,
    at: new Date(decision.at).toISOString(),
    decided_at: new Date(decision.decidedAt).toISOString(),
    verdict: decision.verdict,
    score: decision.score,
    fraud_type: decision.fraudType ?? null,
    reason_codes: [...new Set(decision.reasons.map(({ code }) => code))],
    channel: decision.channel ?? null,
    country: decision.country ?? null,
    simulated: decision.simulated,
    subject_keys: [...record.keys],
    marks: mark === '' ? null : mark.split(';'),
  };
}

export async function findDecision(ctx: Connection, seq: number): Promise<StoredRow | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_decision')
    .select(['seq', 'record'])
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** A page, newest event first; `after` is the time and position of the last row of the page before. */
export async function listDecisions(
  ctx: Connection,
  filter: DecisionFilter,
  limit: number,
  after?: { readonly at: number; readonly seq: number },
): Promise<StoredRow[]> {
  let query = narrowed(ctx, filter).select(['seq', 'record']);
  if (after) {
    query = query.where(sql<boolean>`(at, seq) < (${new Date(after.at)}::timestamptz, ${after.seq}::bigint)`);
  }
  const rows = await query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(fromRow);
}

/** Times ms since the epoch; `sliceMs` cuts them into stretches of which the newest decisions are read. */
export interface SampleFilter {
  readonly kind: EventKindName;
  readonly simulated: boolean;
  readonly from: number;
  readonly to: number;
  readonly sliceMs: number;
  readonly perSlice: number;
}

/** Listed decisions spread evenly over a time: of every stretch of it the newest, a bounded number. */
export async function sampleDecisions(
  ctx: Connection,
  { kind, simulated, from, to, sliceMs, perSlice }: SampleFilter,
): Promise<StoredRow[]> {
  const slice = sql`make_interval(secs => ${sliceMs / 1000})`;
  const { rows } = await sql<Pick<DecisionTable, 'seq' | 'record'>>`select d.seq, d.record
    from generate_series(${new Date(from)}::timestamptz, ${new Date(to - 1)}::timestamptz, ${slice}) as start
    cross join lateral (select seq, record from engine_decision
      where kind = ${kind} and simulated = ${simulated} and at >= start and at < start + ${slice}
      order by at desc, seq desc limit ${perSlice}) as d`.execute(ctx.db);
  return rows.map(({ seq, record }) => fromRow({ seq: Number(seq), record }));
}

function fromRow({ seq, record }: Pick<DecisionTable, 'seq' | 'record'>): StoredRow {
  return { seq, record: JSON.parse(record) as DecisionRecord };
}

function narrowed(
  ctx: Connection,
  filter: DecisionFilter,
): SelectQueryBuilder<Tables, 'engine_decision', object> {
  let query = tables<Tables>(ctx).selectFrom('engine_decision');
  const equals = {
    channel: filter.channel,
    country: filter.country,
    fraud_type: filter.fraudType,
    event_id: filter.event,
    simulated: filter.simulated,
  };
  for (const [column, value] of Object.entries(equals) as [
    keyof typeof equals,
    string | boolean | undefined,
  ][]) {
    if (value !== undefined) query = query.where(column, '=', value);
  }
  if (filter.kinds) query = query.where('kind', 'in', [...filter.kinds]);
  if (filter.verdicts) query = query.where('verdict', 'in', [...filter.verdicts]);
  if (filter.reason !== undefined) {
    query = query.where(sql<boolean>`reason_codes @> ${[filter.reason]}::text[]`);
  }
  if (filter.subjectKeys) {
    query = query.where(sql<boolean>`subject_keys && ${[...filter.subjectKeys]}::text[]`);
  }
  if (filter.marks) query = query.where(sql<boolean>`marks @> ${[...filter.marks]}::text[]`);
  if (filter.from !== undefined) query = query.where('at', '>=', new Date(filter.from));
  if (filter.to !== undefined) query = query.where('at', '<', new Date(filter.to));
  return query;
}

/** Removes up to `limit` decisions that were made before an instant, oldest first; how many went. */
export async function deleteDecidedBefore(ctx: Connection, before: Date, limit: number): Promise<number> {
  await sql`delete from engine_unlisted where at < ${before}`.execute(ctx.db);
  const result = await sql`delete from engine_decision where seq in (
    select seq from engine_decision where decided_at < ${before} order by seq limit ${limit})`.execute(
    ctx.db,
  );
  return Number(result.numAffectedRows ?? 0n);
}
