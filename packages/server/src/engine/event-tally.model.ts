import type { Verdict } from '@fanzha/vocabulary';

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
