import type { EventKindName, FanzhaEvent } from '@fanzha/contract';
import type { EventReading } from './event.model.ts';
import type { Facts } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';
import type { GroupStats, WindowStats } from './window/windows.model.ts';

/**
 * The counters that policies ask for, over the events that were decided. Always there: without counters nothing is
 * kept and nothing is paid for.
 */
export interface Counting {
  /** How far back the counters look, in milliseconds; 0 when there are none. */
  readonly longestMs: number;
  /** Whether events of a kind move a counter, or are continued by one that does. */
  counts(kind: EventKindName): boolean;
  /** Names of the counters that are added to the facts of a kind: the same array until `adopt` changes them. */
  factsOf(kind: EventKindName): readonly string[];
  /**
   * Takes over the counters of all policies that run, live and shadow together, by the names of the facts that hold
   * them. Those already there keep place and history, new ones start at `at` (milliseconds since the epoch). Those that
   * nobody reads any more go on counting for a while (pack: `unusedHours`), so that a rollback finds its history; then,
   * or at the next start, they are forgotten. Throws RangeError when the memory is too small for them; what was there
   * goes on as before.
   */
  adopt(counters: ReadonlyMap<string, CounterSpec>, at: number): void;
  /** Since when a counter counts (milliseconds since the epoch); undefined when it is not among those adopted. */
  startedAt(name: string): number | undefined;
  /** Counts an event and adds its counters to its facts. */
  readonly observe: ReadCounters;
  /**
   * Remembers that a rule about reputation or conduct spoke of an event that was counted: what carries it on is counted
   * as such (`EventKind.continues`, `suspected`).
   */
  suspect(event: FanzhaEvent, position?: number): void;
  /** Adds the counters as they would be with the event, and counts nothing. */
  readonly preview: ReadCounters;
  /** Adds the counters as they are, for an event that was counted before. */
  readonly peek: ReadCounters;
  /**
   * Every counter by a role alone, of one subject, as it stands at a time; by the names of the facts. Plain data, since
   * who asks may be in another process.
   */
  countersOf(role: string, value: string, at: number): readonly CounterValue[];
  stats(): CountingStats;
  /** Memory by groups of counters. Walks over all of it: for a page, not for every second. */
  groups(): readonly GroupStats[];
  /** Highest place in the journal that was counted; -1 when there is none, undefined once something came without one. */
  readonly position: number | undefined;
  /** Forgets everything; the counters start at `at`. */
  restart(at: number): void;
  /**
   * The whole state in pieces that take little time each; events may be counted between two. Throws
   * WindowSnapshotError when counters were adopted meanwhile.
   */
  snapshot(): Generator<CountingPiece>;
  /**
   * Replaces the state by a snapshot's. Returns the position after which the journal must be counted again. Throws
   * WindowSnapshotError, and has forgotten everything then.
   */
  restore(pieces: Iterable<CountingPiece>): { readonly replayAfter: number };
}

export interface CounterValue {
  readonly name: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A piece of a snapshot. `open` holds plain subjects as JSON and is for sealed places only; `windows` holds keyed hashes. */
export type CountingPiece =
  | { readonly type: 'open'; readonly json: string }
  | { readonly type: 'windows'; readonly bytes: Uint8Array };

/** `position` is the event's place in the journal, where it has one. */
export type ReadCounters = (
  event: FanzhaEvent,
  reading: EventReading,
  facts: Facts,
  position?: number,
) => void;

export interface CountingStats extends WindowStats {
  /** Counters that policies read, and those kept for a rollback. */
  readonly counters: number;
  readonly unused: number;
  /** Events that wait for one that continues them, and continuations that wait for their event. */
  readonly open: number;
  readonly waiting: number;
}
