import type { FanzhaEvent } from '@fanzha/contract';
import { decodeRecord, openFields, type Sealer, type StoredDecision } from './decision-record.model.ts';
import { readJournalFolder } from './journal/journal-reader.store.ts';

/** An event as it came in, with what was decided then. */
export interface RecordedEvent {
  readonly position: number;
  readonly event: FanzhaEvent;
  readonly decision: StoredDecision;
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
  sealer: Pick<Sealer, 'open'>,
  from = 0,
): AsyncGenerator<RecordedBatch> {
  for await (const records of readJournalFolder(folder, from)) {
    const events: RecordedEvent[] = [];
    for (const { payload, position } of records) {
      try {
        const record = decodeRecord(payload);
        const event = { ...record.event, ...openFields(record, sealer) } as FanzhaEvent;
        events.push({ position, event, decision: record.decision });
      } catch {
        // Its key is gone, or the seal was changed: the others still count.
      }
    }
    yield { events, unread: records.length - events.length };
  }
}
