import type { EventKindName, FanzhaEvent } from '@fanzha/contract';
import type { EventReading } from './event.model.ts';
import type { Facts } from './signal.model.ts';

/** The counters of a policy over the events that were decided. */
export interface Counting {
  /** How far back a counter looks, in milliseconds. */
  readonly longestMs: number;
  counts(kind: EventKindName): boolean;
  /** Counts an event and adds its counters to its facts. */
  readonly observe: ReadCounters;
  /** Adds the counters as they would be with the event, and counts nothing. */
  readonly preview: ReadCounters;
  /** Adds the counters as they are, for an event that was counted before. */
  readonly peek: ReadCounters;
}

/** `position` is the event's place in the journal, where it has one. */
export type ReadCounters = (
  event: FanzhaEvent,
  reading: EventReading,
  facts: Facts,
  position?: number,
) => void;
