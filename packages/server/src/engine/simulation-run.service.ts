import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { simulationRunning } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { AppError, audit, type Context, inTransaction, type Jobs } from '../platform/index.ts';
import type { Engine } from './engine.service.ts';
import type { EventTally } from './event-tally.store.ts';
import { generateTraffic, type SimulatedEvent, type TrafficSource } from './simulation.model.ts';
import { mayBecome, type SimulationRun, type SimulationState } from './simulation-run.model.ts';
import { deleteSimulated, lockRuns, readRun, writeRun } from './simulation-run.store.ts';

/** Events between two looks at whether somebody has stopped it; also the step of the progress. */
const CHUNK = 500;
const DELETE_AT_ONCE = 20_000;

const RunRequest = Type.Object({ run: Type.Integer() }, { additionalProperties: false });

export interface SimulationParts {
  readonly engine: Pick<Engine, 'submit' | 'caughtUp'>;
  readonly jobs: Pick<Jobs, 'define'>;
  readonly sources: readonly TrafficSource[];
  /** What rooms count of decided events: what they counted of simulated ones goes with these. */
  readonly tallies?: readonly EventTally[];
  /** Zone whose day and night the traffic follows. */
  readonly timeZone: string;
}

export interface SimulationRuns {
  current(ctx: Context): Promise<SimulationRun | undefined>;
  /** Throws AppError(simulation-running). */
  start(ctx: Context, wanted: { events: number; seed: number }): Promise<SimulationRun>;
  /** Stops a run and removes every simulated decision. */
  remove(ctx: Context): Promise<SimulationRun | undefined>;
  /** Takes up again what was running when the program ended. */
  resume(ctx: Context): Promise<void>;
}

/**
 * Runs simulated traffic through the live engine as a durable job: after a restart it begins again, and the engine
 * recognises the events that it has already had.
 */
export function createSimulationRuns(parts: SimulationParts): SimulationRuns {
  const { engine, jobs, sources, tallies = [], timeZone } = parts;
  let underWay: Promise<void> = Promise.resolve();
  const queue = jobs.define('engine.simulation', RunRequest, (ctx, request) => {
    underWay = play(ctx, request).catch((error: unknown) => fail(ctx, error));
    return underWay;
  });

  async function play(ctx: Context, { run: wanted }: Static<typeof RunRequest>): Promise<void> {
    const run = await readRun(ctx);
    if (run?.run !== wanted || run.state !== 'running') return;
    const { seed, total: events, startedAt: until } = run;
    const traffic = generateTraffic({ sources, seed, events, until, timeZone, idPrefix: `sim-${wanted}` });
    let done = 0;
    for (let chunk = take(traffic); chunk.length > 0; chunk = take(traffic)) {
      const outcomes = await engine.submit(
        ctx,
        chunk.map(({ event }) => event),
      );
      const refused = outcomes.find((outcome) => !outcome.ok);
      if (refused?.ok === false) throw refused.error;
      done += chunk.length;
      if (!(await advance(ctx, wanted, { done }))) return;
      await yieldToOthers();
    }
    await advance(ctx, wanted, { state: 'done', done, endedAt: ctx.clock.now() });
  }

  const fail = async (ctx: Context, error: unknown): Promise<void> => {
    ctx.log.error({ err: error }, 'simulation failed');
    const run = await readRun(ctx);
    const reason = error instanceof AppError ? error.kind.code : 'internal-error';
    if (run !== undefined)
      await advance(ctx, run.run, { state: 'failed', endedAt: ctx.clock.now(), error: reason });
  };

  return {
    current: (ctx) => readRun(ctx),
    start: (ctx, { events, seed }) =>
      inTransaction(ctx, async (inside) => {
        await lockRuns(inside);
        const last = await readRun(inside, true);
        if (!mayBecome(last?.state ?? 'none', 'running')) throw new AppError(simulationRunning);
        const run: SimulationRun = {
          run: (last?.run ?? 0) + 1,
          state: 'running',
          seed,
          total: events,
          done: 0,
          startedAt: inside.clock.now(),
        };
        await writeRun(inside, run);
        await queue.send(inside, { run: run.run });
        await audit(inside, 'simulation.start', String(run.run), { events, seed });
        return run;
      }),
    async remove(ctx) {
      const run = await readRun(ctx);
      if (run === undefined) return undefined;
      await advance(ctx, run.run, { state: 'stopped', endedAt: ctx.clock.now() });
      await underWay;
      await engine.caughtUp();
      const removed = await deleteAll(ctx, tallies);
      await inTransaction(ctx, async (inside) => {
        await advance(inside, run.run, { state: 'none' });
        await audit(inside, 'simulation.remove', String(run.run), { decisions: removed });
      });
      return readRun(ctx);
    },
    async resume(ctx) {
      const run = await readRun(ctx);
      if (run?.state === 'running') await queue.send(ctx, { run: run.run }, { once: 'resume' });
    },
  };
}

/** Removes all simulated decisions, not all at once, and what was counted of them; how many there were. */
async function deleteAll(ctx: Context, tallies: readonly EventTally[]): Promise<number> {
  let removed = 0;
  for (let count = -1; count !== 0; removed += count) count = await deleteSimulated(ctx, DELETE_AT_ONCE);
  for (const tally of tallies) await tally.removeSimulated(ctx);
  return removed;
}

/** Moves a run on where it still is this run and may; false when somebody else has ended it. */
function advance(
  ctx: Context,
  run: number,
  change: { state?: SimulationState; done?: number; endedAt?: number; error?: string },
): Promise<boolean> {
  return inTransaction(ctx, async (inside) => {
    const now = await readRun(inside, true);
    if (now?.run !== run) return false;
    const allowed = change.state === undefined ? now.state === 'running' : mayBecome(now.state, change.state);
    if (allowed) await writeRun(inside, { ...now, ...change });
    return allowed;
  });
}

function take(traffic: Generator<SimulatedEvent>): SimulatedEvent[] {
  const chunk: SimulatedEvent[] = [];
  while (chunk.length < CHUNK) {
    const next = traffic.next();
    if (next.done === true) break;
    chunk.push(next.value);
  }
  return chunk;
}
