import type { EventLineResult, FanzhaEvent } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { CounterValue, Counting, CountingStats } from './counting.model.ts';
import type { EngineDecision } from './decision.model.ts';
import type { Intake, Taken } from './intake.service.ts';
import type { JournalReader, JournalStatus } from './journal/journal.model.ts';
import type { LoadFigures } from './load.model.ts';
import type { PolicySetting } from './policy.model.ts';
import type { WindowKeeperStatus } from './window-snapshot.service.ts';

/** How the deciding part fares. */
export interface CoreStatus {
  readonly journal: JournalStatus;
  readonly load: LoadFigures;
  readonly repeats: { readonly size: number; readonly bytes: number; readonly forgotten: number };
  readonly counting: CountingStats;
  readonly keeper: WindowKeeperStatus;
  /** Since when counters count, by name, ms since the epoch. */
  readonly startedAt: Readonly<Record<string, number>>;
  /** Why it cannot be asked just now: its process is being started again. */
  readonly away?: string;
}

/** How many events were decided, since it was last said. */
export interface DecidedTally {
  readonly groups: readonly { readonly kind: string; readonly verdict: string; readonly count: number }[];
  readonly degraded: number;
}

/** Told by the deciding part, without being asked. */
export interface CoreListener {
  onDecided(tally: DecidedTally): void;
  /** Some of the latest decisions, while somebody watches. */
  onSample(taken: readonly Taken[]): void;
}

/**
 * What decides: windows, policy, journal. In this process or in one of its own: all that goes in and out is plain data,
 * and asking twice does no harm.
 */
export interface EngineCore extends Intake {
  /** JSON lines in, results out, in groups or as bytes of JSON lines. */
  lines(
    stream: AsyncIterable<Uint8Array>,
    locale: Locale,
    signal: AbortSignal,
  ): AsyncIterable<readonly EventLineResult[] | Uint8Array>;
  /** Decides as if the event were counted; counts and keeps nothing. */
  preview(event: FanzhaEvent): Promise<EngineDecision>;
  /** The counters of a subject, for each form that it may have. */
  countersOf(role: string, values: readonly string[], at: number): Promise<(readonly CounterValue[])[]>;
  groups(): Promise<ReturnType<Counting['groups']>>;
  /** Decides by another setting from now on; see `Decider.adopt`. */
  adopt(setting: PolicySetting, at: number): Promise<void>;
  /** Whether somebody watches decisions as they are made. */
  watched(isWatched: boolean): void;
  readonly journal: JournalReader;
  /** Position after everything that is acknowledged by now. */
  durableEnd(): Promise<number>;
  /** Lets go of journal records before a position that were written before `olderThan` and that nobody needs. */
  release(before: number, olderThan: number): Promise<void>;
  status(): CoreStatus;
  start(): void;
  /** Takes nothing new in, and writes down what it knows. */
  stop(): Promise<void>;
}
