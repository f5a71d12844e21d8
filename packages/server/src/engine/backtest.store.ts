import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { BacktestProgress, BacktestState, StoredBacktest } from './backtest.model.ts';

interface BacktestTable {
  id: number;
  version: number;
  content_hash: string;
  live: string;
  state: string;
  period_from: Date;
  period_to: Date;
  seed: number | string;
  done: number;
  share: number;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
  error: string | null;
  changed: number | null;
  report: string | null;
}

interface Tables {
  engine_backtest: BacktestTable;
}

type Connection = { readonly db: Database };

const fromRow = (row: Omit<BacktestTable, 'report'> & { report?: string | null }): StoredBacktest => ({
  id: row.id,
  version: row.version,
  contentHash: row.content_hash,
  live: row.live,
  state: row.state as BacktestState,
  from: row.period_from.getTime(),
  to: row.period_to.getTime(),
  seed: Number(row.seed),
  done: row.done,
  share: row.share,
  startedAt: row.started_at.getTime(),
  startedBy: row.started_by,
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.getTime() }),
  ...(row.error === null ? {} : { error: row.error }),
  ...(row.changed === null ? {} : { changed: row.changed }),
  ...(row.report ? { report: JSON.parse(row.report) as NonNullable<StoredBacktest['report']> } : {}),
});

/** Only one start at a time, held until the transaction ends. */
export async function lockBacktests(ctx: Connection): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.backtest', 0))`.execute(ctx.db);
}

export async function hasRunning(ctx: Connection): Promise<boolean> {
  const row = await tables<Tables>(ctx)
    .selectFrom('engine_backtest')
    .select('id')
    .where('state', '=', 'running')
    .executeTakeFirst();
  return row !== undefined;
}

export type NewBacktest = Pick<
  StoredBacktest,
  'version' | 'contentHash' | 'live' | 'from' | 'to' | 'seed' | 'startedAt' | 'startedBy'
>;

/** A running one; its id. */
export async function insertBacktest(ctx: Connection, run: NewBacktest): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into engine_backtest (version, content_hash, live, state, period_from, period_to, seed, started_at, started_by)
    values (${run.version}, ${run.contentHash}, ${run.live}, 'running', ${new Date(run.from)}, ${new Date(run.to)},
      ${run.seed}, ${new Date(run.startedAt)}, ${run.startedBy}) returning id`.execute(ctx.db);
  return rows[0]?.id ?? 0;
}

export async function noteProgress(
  ctx: Connection,
  id: number,
  { done, share }: BacktestProgress,
): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('engine_backtest')
    .set({ done, share })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** With `lock`, held until the transaction ends. */
export async function findBacktest(
  ctx: Connection,
  id: number,
  lock = false,
): Promise<StoredBacktest | undefined> {
  const query = tables<Tables>(ctx).selectFrom('engine_backtest').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row && fromRow(row);
}

export async function endBacktest(
  ctx: Connection,
  id: number,
  end: Pick<StoredBacktest, 'state' | 'error' | 'report'> & { readonly endedAt: number },
): Promise<void> {
  const { state, endedAt, error, report } = end;
  const events = report?.events.reduce((sum, each) => sum + each.events, report.warmed);
  await tables<Tables>(ctx)
    .updateTable('engine_backtest')
    .set({
      state,
      ended_at: new Date(endedAt),
      error: error ?? null,
      ...(report === undefined
        ? {}
        : { report: JSON.stringify(report), changed: report.changed, done: events ?? 0, share: 1 }),
    })
    .where('id', '=', id)
    .execute();
}

/** What was running when the program ended has failed; how many there were. */
export async function failRunning(ctx: Connection, error: string, at: Date): Promise<number> {
  const result = await tables<Tables>(ctx)
    .updateTable('engine_backtest')
    .set({ state: 'failed', error, ended_at: at })
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** A page without reports, newest first, from before an id on. */
export async function listBacktests(
  ctx: Connection,
  filter: { readonly version?: number; readonly before?: number },
  limit: number,
): Promise<StoredBacktest[]> {
  let query = tables<Tables>(ctx)
    .selectFrom('engine_backtest')
    .select([
      'id',
      'version',
      'content_hash',
      'live',
      'state',
      'period_from',
      'period_to',
      'seed',
      'done',
      'share',
      'started_at',
      'started_by',
      'ended_at',
      'error',
      'changed',
    ]);
  if (filter.version !== undefined) query = query.where('version', '=', filter.version);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
}

/** Removes the reports of all but the newest; that they were made stays. */
export async function pruneReports(ctx: Connection, keep: number): Promise<void> {
  await sql`update engine_backtest set report = null where report is not null and id < (
    select min(id) from (select id from engine_backtest where report is not null order by id desc limit ${keep})
      as kept)`.execute(ctx.db);
}
