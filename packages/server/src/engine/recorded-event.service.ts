import type { FanzhaEvent } from '@fanzha/contract';
import type { StoredDecision } from './decision-record.model.ts';
import type { BlockSealer } from './journal/block.model.ts';
import { readJournalFolder } from './journal/journal-reader.store.ts';
import { decodeEntry } from './journal-entry.model.ts';

/** An event as it came in, with what was decided then. */
export interface RecordedEvent {
  readonly position: number;
  readonly event: FanzhaEvent;
  /** Facts of a plain decision are its counters alone; what else was known is read from the event. */
  readonly decision: StoredDecision;
  /** No rule spoke and nothing was missing. */
  readonly plain: boolean;
}

export interface RecordedBatch {
  readonly events: readonly RecordedEvent[];
  /** Records whose personal fields could not be opened any more. */
  readonly unread: number;
}

/**
 * What the journal in a folder holds from a position on, in the order in which it was decided. Reads only: the engine
 * may go on writing, in this process or in another. Ends at what is whole on the disk now.
 */
export async function* readRecordedEvents(
  folder: string,
  sealer: BlockSealer,
  from = 0,
): AsyncGenerator<RecordedBatch> {
  for await (const records of readJournalFolder(folder, from, sealer)) {
    const events: RecordedEvent[] = [];
    for (const { payload, position } of records) {
      try {
        const { event, decision, plain = false } = decodeEntry(payload);
        const { reading, ...own } = decision;
        const { channel, country } = reading;
        const stored = {
          ...own,
          ...(channel === undefined ? {} : { channel }),
          ...(country === undefined ? {} : { country }),
        };
        events.push({ position, event, decision: stored, plain });
      } catch {
        // Not written by this program: the others still count.
      }
    }
    yield { events, unread: records.length - events.length };
  }
}
