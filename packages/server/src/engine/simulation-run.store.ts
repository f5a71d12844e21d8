import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { SimulationRun, SimulationState } from './simulation-run.model.ts';

interface Tables {
  engine_simulation_run: {
    single: boolean;
    run: number;
    state: string;
    seed: number | string;
    total: number;
    done: number;
    started_at: Date;
    ended_at: Date | null;
    error: string | null;
  };
  engine_decision: { seq: number; simulated: boolean };
}

type Connection = { readonly db: Database };

/** The last run; with `lock`, held until the transaction ends. */
export async function readRun(ctx: Connection, lock = false): Promise<SimulationRun | undefined> {
  const query = tables<Tables>(ctx).selectFrom('engine_simulation_run').selectAll();
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return (
    row && {
      run: row.run,
      state: row.state as SimulationState,
      seed: Number(row.seed),
      total: row.total,
      done: row.done,
      startedAt: row.started_at.getTime(),
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at.getTime() }),
      ...(row.error === null ? {} : { error: row.error }),
    }
  );
}

export async function writeRun(ctx: Connection, run: SimulationRun): Promise<void> {
  const row = {
    run: run.run,
    state: run.state,
    seed: run.seed,
    total: run.total,
    done: run.done,
    started_at: new Date(run.startedAt),
    ended_at: run.endedAt === undefined ? null : new Date(run.endedAt),
    error: run.error ?? null,
  };
  await tables<Tables>(ctx)
    .insertInto('engine_simulation_run')
    .values({ single: true, ...row })
    .onConflict((conflict) => conflict.column('single').doUpdateSet(row))
    .execute();
}

/** Only one start at a time, also when there is no row to lock yet. */
export async function lockRuns(ctx: Connection): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.simulation', 0))`.execute(ctx.db);
}

/** Removes up to `limit` simulated decisions; how many went. */
export async function deleteSimulated(ctx: Connection, limit: number): Promise<number> {
  // Those that are counted and not listed are a few rows.
  await sql`delete from engine_unlisted where simulated`.execute(ctx.db);
  const result = await sql`delete from engine_decision where seq in (
    select seq from engine_decision where simulated limit ${limit})`.execute(ctx.db);
  return Number(result.numAffectedRows ?? 0n);
}
