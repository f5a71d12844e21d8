import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { DisplacementFinding } from './displacement.model.ts';
import type {
  DisplacementOutcome,
  DisplacementState,
  HourPoint,
  StoredDisplacement,
} from './displacement-alarm.model.ts';

interface AlarmRow {
  id: number;
  scope: string;
  simulated: boolean;
  state: string;
  outcome: string | null;
  left_flows: string[];
  joined_flows: string[];
  finding: string;
  series: string;
  opened_at: Date;
  seen_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  closed_at: Date | null;
  closed_by: string | null;
  note: string | null;
}

interface Tables {
  calls_displacement: AlarmRow;
}

type Connection = { readonly db: Database };

function fromRow(row: AlarmRow): StoredDisplacement {
  return {
    id: Number(row.id),
    simulated: row.simulated,
    state: row.state as DisplacementState,
    finding: JSON.parse(row.finding) as DisplacementFinding,
    series: JSON.parse(row.series) as HourPoint[],
    openedAt: row.opened_at.getTime(),
    seenAt: row.seen_at.getTime(),
    ...(row.outcome === null ? {} : { outcome: row.outcome as DisplacementOutcome }),
    ...(row.acknowledged_at === null ? {} : { acknowledgedAt: row.acknowledged_at.getTime() }),
    ...(row.acknowledged_by === null ? {} : { acknowledgedBy: row.acknowledged_by }),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at.getTime() }),
    ...(row.closed_by === null ? {} : { closedBy: row.closed_by }),
    ...(row.note === null ? {} : { note: row.note }),
  };
}

/** One look at a time, until the transaction ends: two at once must not open one alarm twice. */
export async function lockDisplacements(ctx: Connection): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.displacement', 0))`.execute(ctx.db);
}

/** Alarms that are not closed, and those that were closed since an instant. */
export async function recentDisplacements(ctx: Connection, closedSince: Date): Promise<StoredDisplacement[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_displacement')
    .selectAll()
    .where((when) => when.or([when('state', '<>', 'closed'), when('closed_at', '>=', closedSince)]))
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

const evidence = (finding: DisplacementFinding, series: readonly HourPoint[]) => ({
  left_flows: finding.left.map(({ flow }) => flow),
  joined_flows: finding.joined.map(({ flow }) => flow),
  finding: JSON.stringify(finding),
  series: JSON.stringify(series),
});

/** Opens an alarm; its id. */
export async function insertDisplacement(
  ctx: Connection,
  finding: DisplacementFinding,
  series: readonly HourPoint[],
  { simulated, at }: { readonly simulated: boolean; readonly at: Date },
): Promise<number> {
  const seen = evidence(finding, series);
  const { rows } = await sql<{ id: number }>`insert into calls_displacement
      (scope, simulated, state, left_flows, joined_flows, finding, series, opened_at, seen_at)
    values (${finding.scope}, ${simulated}, 'open', ${seen.left_flows}, ${seen.joined_flows}, ${seen.finding},
      ${seen.series}, ${at}, ${at}) returning id`.execute(ctx.db);
  return Number(rows[0]?.id ?? 0);
}

export async function noteDisplacement(
  ctx: Connection,
  id: number,
  finding: DisplacementFinding,
  series: readonly HourPoint[],
  at: Date,
): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('calls_displacement')
    .set({ ...evidence(finding, series), seen_at: at })
    .where('id', '=', id)
    .execute();
}

/** A move of an alarm; what is null is taken away. */
export interface DisplacementMove {
  readonly state: DisplacementState;
  readonly outcome?: DisplacementOutcome | null;
  readonly acknowledged?: { readonly by: string; readonly at: Date };
  readonly closed?: { readonly by: string; readonly at: Date } | null;
  readonly note?: string;
}

export async function moveDisplacement(
  ctx: Connection,
  id: number,
  { state, outcome, acknowledged, closed, note }: DisplacementMove,
): Promise<StoredDisplacement> {
  const row = await tables<Tables>(ctx)
    .updateTable('calls_displacement')
    .set({
      state,
      ...(outcome === undefined ? {} : { outcome }),
      ...(acknowledged ? { acknowledged_at: acknowledged.at, acknowledged_by: acknowledged.by } : {}),
      ...(closed === undefined ? {} : { closed_at: closed?.at ?? null, closed_by: closed?.by ?? null }),
      ...(note === undefined ? {} : { note }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

/** The alarm, held until the transaction ends. */
export async function lockDisplacement(ctx: Connection, id: number): Promise<StoredDisplacement | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('calls_displacement')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && fromRow(row);
}

/** A page, newest first, from before an id on. */
export async function listDisplacements(
  ctx: Connection,
  filter: {
    readonly state?: string;
    readonly source?: string;
    readonly pattern?: string;
    readonly before?: number;
  },
  limit: number,
): Promise<StoredDisplacement[]> {
  const { state, source, pattern, before } = filter;
  let query = tables<Tables>(ctx).selectFrom('calls_displacement').selectAll();
  if (state !== undefined) query = query.where('state', '=', state);
  if (source !== undefined) query = query.where('scope', '=', source);
  if (before !== undefined) query = query.where('id', '<', before);
  if (pattern !== undefined) {
    query = query.where(sql<boolean>`exists (select from unnest(left_flows || joined_flows) as flow
      where split_part(flow, ':', 1) = ${pattern})`);
  }
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
}

export async function deleteSimulatedDisplacements(ctx: Connection): Promise<void> {
  await sql`delete from calls_displacement where simulated`.execute(ctx.db);
}
