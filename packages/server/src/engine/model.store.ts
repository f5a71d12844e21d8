import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { DecisionRecord } from './decision-record.model.ts';
import type { DriftFigures, DriftState } from './drift.model.ts';
import type { ModelState, ModelVersion } from './model.model.ts';

type Connection = { readonly db: Database };

/** A version with what became of it. */
export interface StoredModel {
  readonly card: ModelVersion;
  readonly state: ModelState;
  readonly origin: 'pack' | 'data';
  readonly startedById: string;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

interface VersionRow {
  model: string;
  version: string;
  sha256: string;
  card: string;
  state: ModelState;
  origin: 'pack' | 'data';
  started_by_id: string;
  started_by: string;
  started_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
}

interface WatchRow {
  model: string;
  output: string;
  version: string;
  state: DriftState;
  figures: string;
  measured_at: Date;
  since: Date;
  acknowledged_by: string | null;
  note: string | null;
}

interface Tables {
  engine_model_version: VersionRow;
  engine_model_watch: WatchRow;
}

const db = (ctx: Connection) => tables<Tables>(ctx);

const toModel = (row: VersionRow): StoredModel => ({
  card: JSON.parse(row.card) as ModelVersion,
  state: row.state,
  origin: row.origin,
  startedById: row.started_by_id,
  startedBy: row.started_by,
  startedAt: row.started_at,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
});

/** Versions that were ever started, newest first; with `lock`, nobody else changes any until the transaction ends. */
export async function readVersions(ctx: Connection, model?: string, lock = false): Promise<StoredModel[]> {
  if (lock) await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.models', 0))`.execute(ctx.db);
  let query = db(ctx).selectFrom('engine_model_version').selectAll();
  if (model !== undefined) query = query.where('model', '=', model);
  const rows = await query.orderBy('started_at', 'desc').orderBy('version').execute();
  return rows.map(toModel);
}

export async function writeVersion(ctx: Connection, stored: StoredModel, note?: string): Promise<void> {
  const { card } = stored;
  const row = {
    model: card.model,
    version: card.version,
    sha256: card.sha256,
    card: JSON.stringify(card),
    state: stored.state,
    origin: stored.origin,
    started_by_id: stored.startedById,
    started_by: stored.startedBy,
    started_at: stored.startedAt,
    decided_by: stored.decidedBy,
    decided_at: stored.decidedAt,
    note: note ?? null,
  };
  await db(ctx)
    .insertInto('engine_model_version')
    .values(row)
    .onConflict((conflict) => conflict.columns(['model', 'version']).doUpdateSet(row))
    .execute();
}

/** The watch over one output as it was last written. */
export interface StoredWatch {
  readonly model: string;
  readonly output: string;
  readonly version: string;
  readonly state: DriftState;
  readonly figures: DriftFigures;
  readonly measuredAt: Date;
  readonly since: Date;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}

export async function readWatch(ctx: Connection, model?: string, lock = false): Promise<StoredWatch[]> {
  let query = db(ctx).selectFrom('engine_model_watch').selectAll().orderBy('output');
  if (model !== undefined) query = query.where('model', '=', model);
  const rows = await (lock ? query.forUpdate() : query).execute();
  return rows.map(({ figures, measured_at, acknowledged_by, ...row }) => ({
    ...row,
    figures: JSON.parse(figures) as DriftFigures,
    measuredAt: measured_at,
    acknowledgedBy: acknowledged_by,
  }));
}

export async function writeWatch(ctx: Connection, watch: StoredWatch): Promise<void> {
  const row = {
    model: watch.model,
    output: watch.output,
    version: watch.version,
    state: watch.state,
    figures: JSON.stringify(watch.figures),
    measured_at: watch.measuredAt,
    since: watch.since,
    acknowledged_by: watch.acknowledgedBy,
    note: watch.note,
  };
  await db(ctx)
    .insertInto('engine_model_watch')
    .values(row)
    .onConflict((conflict) => conflict.columns(['model', 'output']).doUpdateSet(row))
    .execute();
}

/** Facts of a decision whose outcome was confirmed. */
export interface ConfirmedDecision {
  readonly fraud: boolean;
  readonly facts: DecisionRecord['decision']['facts'];
}

/** Real decisions with a confirmed outcome, newest first. */
export async function readConfirmed(
  ctx: Connection,
  kinds: readonly string[],
  limit: number,
): Promise<ConfirmedDecision[]> {
  const { rows } = await sql<{ outcome: string; record: string }>`
    select l.outcome, d.record from engine_label l join engine_decision d on d.seq = l.seq
    where not l.simulated and l.kind = any(${[...kinds]}::text[]) order by l.seq desc limit ${limit}`.execute(
    ctx.db,
  );
  return rows.map(({ outcome, record }) => ({
    fraud: outcome === 'fraud',
    facts: (JSON.parse(record) as DecisionRecord).decision.facts,
  }));
}
