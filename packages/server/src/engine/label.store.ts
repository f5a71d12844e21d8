import type { Outcome } from '@fanzha/contract';
import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { LabelSource, StoredChange, StoredLabel } from './label.model.ts';

interface Said {
  seq: number;
  fraud_type: string | null;
  note: string | null;
  source: string;
  by_name: string;
  at: Date;
}

interface Tables {
  engine_label: Said & {
    kind: string;
    event_id: string;
    decided_at: Date;
    verdict: string;
    rules: string[];
    simulated: boolean;
    outcome: string;
  };
  engine_label_change: Said & { id: number; outcome: string | null };
  engine_decision: { seq: number; kind: string; event_id: string };
}

type Connection = { readonly db: Database };
type LabelRow = Tables['engine_label'];

const orNothing = <Name extends string, T>(name: Name, value: T | null) =>
  (value === null ? {} : { [name]: value }) as { readonly [name in Name]?: T };

const fromRow = (row: LabelRow): StoredLabel => ({
  seq: row.seq,
  kind: row.kind,
  eventId: row.event_id,
  decidedAt: row.decided_at.getTime(),
  verdict: row.verdict,
  rules: row.rules,
  simulated: row.simulated,
  outcome: row.outcome as Outcome,
  ...orNothing('fraudType', row.fraud_type),
  ...orNothing('note', row.note),
  source: row.source as LabelSource,
  by: row.by_name,
  at: row.at.getTime(),
});

const saidRow = ({
  seq,
  fraudType,
  note,
  source,
  by,
  at,
}: StoredChange & { readonly seq: number }): Said => ({
  seq,
  fraud_type: fraudType ?? null,
  note: note ?? null,
  source,
  by_name: by,
  at: new Date(at),
});

/** Waits for whoever else labels the same decision; held until the transaction ends. */
export async function lockLabel(ctx: Connection, seq: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.label', ${seq}))`.execute(ctx.db);
}

export async function findLabel(ctx: Connection, seq: number): Promise<StoredLabel | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_label')
    .selectAll()
    .where('seq', '=', seq)
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function writeLabel(ctx: Connection, label: StoredLabel): Promise<void> {
  const row: LabelRow = {
    ...saidRow(label),
    kind: label.kind,
    event_id: label.eventId,
    decided_at: new Date(label.decidedAt),
    verdict: label.verdict,
    rules: [...label.rules],
    simulated: label.simulated,
    outcome: label.outcome,
  };
  await tables<Tables>(ctx)
    .insertInto('engine_label')
    .values(row)
    .onConflict((on) => on.column('seq').doUpdateSet(row))
    .execute();
}

export async function deleteLabel(ctx: Connection, seq: number): Promise<void> {
  await tables<Tables>(ctx).deleteFrom('engine_label').where('seq', '=', seq).execute();
}

export async function addChange(
  ctx: Connection,
  change: StoredChange & { readonly seq: number },
): Promise<void> {
  await tables<Pick<Tables, 'engine_label_change'>>(ctx)
    .insertInto('engine_label_change')
    .values({ ...saidRow(change), outcome: change.outcome ?? null } as Tables['engine_label_change'])
    .execute();
}

/** Steps of a label, oldest first; at most the newest 100. */
export async function listChanges(ctx: Connection, seq: number): Promise<StoredChange[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_label_change')
    .selectAll()
    .where('seq', '=', seq)
    .orderBy('id', 'desc')
    .limit(100)
    .execute();
  return rows.reverse().map((row) => ({
    ...orNothing('outcome', row.outcome as Outcome | null),
    ...orNothing('fraudType', row.fraud_type),
    ...orNothing('note', row.note),
    source: row.source as LabelSource,
    by: row.by_name,
    at: row.at.getTime(),
  }));
}

/** What a list of labels may be narrowed by; times are of the labelling, ms since the epoch, `to` exclusive. */
export interface LabelFilter {
  readonly outcome?: string;
  readonly fraudType?: string;
  readonly source?: string;
  readonly kind?: string;
  readonly rule?: string;
  readonly from?: number;
  readonly to?: number;
}

/** A page, newest first; `after` is time and decision of the last row of the page before. */
export async function listLabels(
  ctx: Connection,
  filter: LabelFilter,
  limit: number,
  after?: { readonly at: number; readonly seq: number },
): Promise<StoredLabel[]> {
  let query = tables<Tables>(ctx).selectFrom('engine_label').selectAll();
  if (filter.outcome !== undefined) query = query.where('outcome', '=', filter.outcome);
  if (filter.fraudType !== undefined) query = query.where('fraud_type', '=', filter.fraudType);
  if (filter.source !== undefined) query = query.where('source', '=', filter.source);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.rule !== undefined) query = query.where(sql<boolean>`rules @> ${[filter.rule]}::text[]`);
  if (filter.from !== undefined) query = query.where('at', '>=', new Date(filter.from));
  if (filter.to !== undefined) query = query.where('at', '<', new Date(filter.to));
  if (after) {
    query = query.where(sql<boolean>`(at, seq) < (${new Date(after.at)}::timestamptz, ${after.seq}::bigint)`);
  }
  const rows = await query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(fromRow);
}

/** Position of the newest decision about an event, if the database has one. */
export async function findEventDecision(
  ctx: Connection,
  kind: string,
  eventId: string,
): Promise<number | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_decision')
    .select('seq')
    .where('kind', '=', kind)
    .where('event_id', '=', eventId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq;
}

/** Real labelled decisions by rule that spoke: how many were fraud and how many not. */
export async function countOutcomes(
  ctx: Connection,
): Promise<Map<string, { fraud: number; legitimate: number }>> {
  const { rows } = await sql<{ rule: string; fraud: string; legitimate: string }>`
    select rule, count(*) filter (where outcome = 'fraud')::text as fraud,
      count(*) filter (where outcome = 'legitimate')::text as legitimate
    from engine_label, unnest(rules) as rule where not simulated group by rule`.execute(ctx.db);
  return new Map(
    rows.map(({ rule, fraud, legitimate }) => [
      rule,
      { fraud: Number(fraud), legitimate: Number(legitimate) },
    ]),
  );
}

/** Positions and outcomes (1 fraud, 0 legitimate) of decisions that were made in a period, at most `limit`, by position. */
export async function outcomesBetween(
  ctx: Connection,
  from: number,
  to: number,
  limit: number,
): Promise<{ readonly positions: Float64Array; readonly fraud: Uint8Array }> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_label')
    .select(['seq', 'outcome'])
    .where('decided_at', '>=', new Date(from))
    .where('decided_at', '<', new Date(to))
    .orderBy('seq')
    .limit(limit)
    .execute();
  return {
    positions: Float64Array.from(rows, ({ seq }) => seq),
    fraud: Uint8Array.from(rows, ({ outcome }) => (outcome === 'fraud' ? 1 : 0)),
  };
}

/** Removes labels of decisions that were made before an instant, with their history; how many went. */
export async function deleteLabelsBefore(ctx: Connection, before: Date): Promise<number> {
  const { rows } = await sql<{ labels: number }>`with gone as (
      delete from engine_label where decided_at < ${before} returning seq),
    history as (delete from engine_label_change where seq in (select seq from gone))
    select count(*)::int as labels from gone`.execute(ctx.db);
  return rows[0]?.labels ?? 0;
}
