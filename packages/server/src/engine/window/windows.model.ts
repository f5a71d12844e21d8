import type { CounterSpec } from './counter.model.ts';

/** One event as the counters see it: arrays in the order of `Windows.inputs`, so that nothing is looked up by name. */
export interface WindowEvent {
  readonly kind: string;
  /** Event time in milliseconds since the epoch. */
  readonly at: number;
  /** Subjects and text facts; `undefined` or empty where the event has none. */
  readonly subjects: readonly (string | undefined)[];
  /** Numbers; NaN where the event has none. */
  readonly numbers: ArrayLike<number>;
  /** Boolean facts; 1 for true. */
  readonly flags: ArrayLike<number>;
  /**
   * Place of the event in the journal, ascending. Needed only for replay after a restore: what a snapshot already
   * holds is then not counted twice.
   */
  readonly position?: number | undefined;
}

/** What an event must bring: names of subjects and text facts, of numbers and of boolean facts, in order. */
export interface WindowInputs {
  readonly subjects: readonly string[];
  readonly numbers: readonly string[];
  readonly flags: readonly string[];
}

export interface WindowStats {
  /** Subjects and pairs remembered, over all groups. */
  readonly keys: number;
  readonly budgetBytes: number;
  readonly usedBytes: number;
  /** Subjects forgotten for want of memory, and those that no window reached any more. */
  readonly evictions: number;
  readonly expired: number;
  /** Events older than the subject's newest by more than the allowed lateness, which were not counted. */
  readonly late: number;
  /** Events dated later than now by more than the lateness, which were counted as of now. */
  readonly early: number;
}

export interface GroupStats {
  readonly by: readonly string[];
  readonly counters: readonly string[];
  readonly keys: number;
  readonly bytes: number;
  readonly startedAt: number;
}

/**
 * The counters that rules ask for: one state for each subject, updated and read in one pass. `conformance.fixture.ts`
 * holds the laws that every implementation keeps.
 *
 * - Windows are half-open, `(newest - window, newest]`, and end at the newest event of that subject in that group of
 *   counters: an event out of order sees the same windows as the newest, and is counted where it belongs.
 * - Counts, sums and the like include the event itself; `last` and `since` look at earlier events.
 * - Returned arrays are overwritten by the next call.
 */
export interface WindowStore {
  readonly inputs: WindowInputs;
  /** Place of each counter in the returned values, by identity (`counterIdentity`). */
  readonly slots: ReadonlyMap<string, number>;
  /** Since when a counter counts (milliseconds since the epoch); undefined when it is not declared. */
  startedAt(spec: CounterSpec): number | undefined;
  /**
   * Adds counters while running; those already there keep place and history, new ones start at `at`. `inputs` may grow
   * at their ends. Throws RangeError when the memory is too small for them.
   */
  declare(specs: readonly CounterSpec[], at: number): void;
  /**
   * Forgets every counter but these: their subjects go, at the latest when memory is needed. Places in the returned
   * values stay as they are.
   */
  retain(specs: readonly CounterSpec[]): void;
  /** Counts an event and reads every counter. Throws RangeError for an event time that is not one. */
  observe(event: WindowEvent): Float64Array;
  /** Counts an event that nobody asks a verdict for. */
  record(event: WindowEvent): void;
  /** Reads every counter as `observe` would give it, counting nothing: for trying a rule. */
  preview(event: WindowEvent): Float64Array;
  /** Reads every counter as it stands at a time, without the event. */
  peek(event: WindowEvent): Float64Array;
  /** The whole state in checked pieces of bounded size. Events may be counted between two pieces when they have positions. */
  snapshot(): Generator<Uint8Array>;
  /**
   * Replaces the state by that of a snapshot, cut into pieces in any way. Returns the position after which the journal
   * must be replayed, -1 for all of it, and how many of the declared counters go on; no snapshot before that is done.
   * Throws WindowSnapshotError and is empty then.
   */
  restore(pieces: Iterable<Uint8Array>): { readonly replayAfter: number; readonly counters: number };
  stats(): WindowStats;
  /** Walks over all memory: for a page, not for every second. */
  statsByGroup(): readonly GroupStats[];
}

/** A snapshot cannot be read: damaged, of another version, or of another installation. */
export class WindowSnapshotError extends Error {
  constructor(reason: string) {
    super(`snapshot of the windows cannot be read: ${reason}`);
    this.name = 'WindowSnapshotError';
  }
}

/** What a store of windows is made with. */
export interface WindowOptions {
  readonly specs: readonly CounterSpec[];
  /** Memory for all subjects together; past it the longest inactive are forgotten. */
  readonly budgetBytes: number;
  /** How much older than the newest event of its subject an event may be and still count; 10 minutes unless told. */
  readonly latenessMs?: number;
  /** Secret of this installation, 8 bytes or more: keeps others from choosing subjects that collide. */
  readonly seed: Uint8Array;
  /**
   * Time now in milliseconds. Given in live running: events from the future count as of now, and what no window
   * reaches any more is dropped. Left out in replay and backtest, where event time alone counts.
   */
  readonly now?: () => number;
  /** Since when the counters count, for `startedAt`; now unless told. */
  readonly startedAt?: number;
}
