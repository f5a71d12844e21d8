import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AUDIT_MIGRATIONS, createJobs, type Jobs, silentLogger, systemClock } from '../platform/index.ts';
import { testContext, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder, newEngine } from './engine.fixture.ts';
import type { Engine } from './engine.service.ts';
import type { TrafficSource } from './simulation.model.ts';
import { mayBecome, simulationView } from './simulation-run.model.ts';
import { createSimulationRuns, type SimulationRuns } from './simulation-run.service.ts';

const { db, url, schema } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);
const ctx = testContext({ db, clock: systemClock });

/** One call from abroad and one from here, in turn with chance. */
const source: TrafficSource = {
  kind: 'calls',
  scenarios: ['international', 'access'].map((ingress) => ({
    id: ingress,
    fraud: ingress === 'international',
    weight: 1,
    draw: (_random, newId) => [
      {
        after: 0,
        event: {
          kind: 'call.attempt',
          id: newId(),
          from: '+862161234567',
          to: '+8613812345678',
          ingress,
        } as never,
      },
    ],
  })),
};

let engine: Engine;
let jobs: Jobs;
let prefix = 0;

async function house(dataFolder = newDataFolder()): Promise<SimulationRuns> {
  prefix += 1;
  engine = await newEngine({ db, clock: systemClock, dataFolder });
  jobs = createJobs({
    url,
    db,
    clock: systemClock,
    log: silentLogger,
    schema: `${schema}_jobs${prefix}`,
    pollSeconds: 0.5,
  });
  const runs = createSimulationRuns({ engine, jobs, sources: [source], timeZone: 'Asia/Shanghai' });
  await engine.start();
  await jobs.start();
  return runs;
}

const finished = (runs: SimulationRuns, state: string) =>
  vi.waitUntil(async () => (await runs.current(ctx))?.state === state, { timeout: 20_000, interval: 50 });

async function counts(): Promise<{ simulated: number; real: number }> {
  await engine.caughtUp();
  const { rows } = await sql<{ simulated: number; real: number }>`select
    count(*) filter (where simulated) as simulated, count(*) filter (where not simulated) as real
    from engine_decision`.execute(db);
  return rows[0] ?? { simulated: -1, real: -1 };
}

afterEach(async () => {
  await jobs.stop();
  await engine.stop();
  await sql`truncate engine_decision, engine_projection, engine_simulation_run`.execute(db);
});

describe('simulated traffic', { timeout: 60_000 }, () => {
  it('is decided by the live engine, marked, counted, and gone when removed; real decisions stay', async () => {
    const runs = await house();
    await engine.submit(ctx, [newAttempt('real-1')]);
    await runs.start(ctx, { events: 1200, seed: 7 });
    await expect(runs.start(ctx, { events: 10, seed: 7 })).rejects.toMatchObject({
      kind: { code: 'simulation-running' },
    });
    await finished(runs, 'done');
    expect(simulationView(await runs.current(ctx))).toMatchObject({ state: 'done', total: 1200, done: 1200 });
    expect(await counts()).toEqual({ simulated: 1200, real: 1 });

    await runs.remove(ctx);
    expect(simulationView(await runs.current(ctx))).toEqual({ state: 'none', total: 0, done: 0 });
    expect(await counts()).toEqual({ simulated: 0, real: 1 });
    const { rows } = await sql<{ action: string }>`select action from platform_audit order by seq`.execute(
      db,
    );
    expect(rows.map(({ action }) => action)).toEqual(['simulation.start', 'simulation.remove']);
  });

  it('goes on after a restart without doing anything twice, and a new run has events of its own', async () => {
    const dataFolder = newDataFolder();
    const before = await house(dataFolder);
    await before.start(ctx, { events: 300, seed: 7 });
    await finished(before, 'done');
    // As a killed program leaves it: the row says running, no job is there.
    await sql`update engine_simulation_run set state = 'running', ended_at = null`.execute(db);
    await jobs.stop();
    await engine.stop();

    const after = await house(dataFolder);
    await after.resume(ctx);
    await finished(after, 'done');
    expect(await counts()).toEqual({ simulated: 300, real: 0 });
    await after.start(ctx, { events: 200, seed: 7 });
    await finished(after, 'done');
    expect(await counts()).toEqual({ simulated: 500, real: 0 });
  });

  it('moves only along its transitions', () => {
    expect(mayBecome('none', 'done')).toBe(false);
    expect(mayBecome('running', 'none')).toBe(false);
    expect(mayBecome('stopped', 'running')).toBe(true);
  });
});
