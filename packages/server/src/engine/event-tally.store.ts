import type { EventKindName } from '@fanzha/contract';
import type { Database } from '../platform/index.ts';
import type { MarkedEvents } from './event-tally.model.ts';

/** What a room counts of the decided events of a kind, those that are listed and those that are not. */
export interface EventTally {
  readonly kind: EventKindName;
  /** Given every event once: the transaction is the one that moves the projection's checkpoint. */
  write(ctx: { readonly db: Database }, events: readonly MarkedEvents[]): Promise<void>;
  /** Removes what simulated events were counted. */
  removeSimulated(ctx: { readonly db: Database }): Promise<void>;
}
