import type { Simulation } from '@fanzha/contract';

export type SimulationState = Simulation['state'];

/** The simulation that was run last. Times are milliseconds since the epoch. */
export interface SimulationRun {
  /** Grows with each start and begins every event id, so that no run repeats the ids of another. */
  readonly run: number;
  readonly state: SimulationState;
  readonly seed: number;
  readonly total: number;
  readonly done: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly error?: string;
}

/** Where a run may go from each state. */
const TRANSITIONS: Readonly<Record<SimulationState, readonly SimulationState[]>> = {
  none: ['running'],
  running: ['done', 'stopped', 'failed'],
  done: ['running', 'none'],
  stopped: ['running', 'none'],
  failed: ['running', 'none'],
};

export function mayBecome(from: SimulationState, to: SimulationState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** As the API shows it. */
export function simulationView(run: SimulationRun | undefined): Simulation {
  if (run === undefined || run.state === 'none') return { state: 'none', total: 0, done: 0 };
  const { state, seed, total, done, startedAt, endedAt, error } = run;
  return {
    state,
    seed,
    total,
    done,
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    ...(error === undefined ? {} : { error }),
  };
}
