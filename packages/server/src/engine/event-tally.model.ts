import type { EventKindName } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import type { Database } from '../platform/index.ts';

/** Events are counted by a room in steps of their own time, ms. */
export const MARKED_STEP_MS = 60_000;

/** Decided events that are alike in everything they are counted under. */
export interface MarkedEvents {
  /** Beginning of the minute of event time, ms since the epoch. */
  readonly at: number;
  readonly simulated: boolean;
  /** What their kind's `EventKind.mark` said. */
  readonly mark: string;
  readonly verdict: Verdict;
  /** Ids of the rules that spoke and had an effect. */
  readonly rules: readonly string[];
  readonly events: number;
}

/** What a room counts of the decided events of a kind, those that are listed and those that are not. */
export interface EventTally {
  readonly kind: EventKindName;
  /** Given every event once: the transaction is the one that moves the projection's checkpoint. */
  write(ctx: { readonly db: Database }, events: readonly MarkedEvents[]): Promise<void>;
  /** Removes what simulated events were counted. */
  removeSimulated(ctx: { readonly db: Database }): Promise<void>;
}
