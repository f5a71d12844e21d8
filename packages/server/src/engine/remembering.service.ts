import type { Logger } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import { instantOf } from './event.model.ts';
import type { Journal } from './journal/journal.model.ts';
import { decodeEntry, decodeEvent, decodeHead, kindOfKey } from './journal-entry.model.ts';
import type { RepeatIndex } from './repeat.model.ts';

/** Events counted again between two lines of the log. */
const TELL_EVERY = 1_000_000;

/** Fills the index of repeats from the journal, from a position on. */
export async function rememberFrom(journal: Journal, repeats: RepeatIndex, from: number): Promise<void> {
  for await (const batch of journal.read(from)) {
    for (const { payload, position } of batch) {
      const { key, at } = decodeHead(payload);
      repeats.add(key, at, position);
    }
  }
}

export interface Recounted {
  readonly events: number;
  /** Records that could not be read and were not counted. */
  readonly unread: number;
}

/**
 * Counts anew what the journal holds from a position on. `isWhole` tells that nothing was counted before: then the
 * counters begin with the first event there is.
 */
export async function recountFrom(
  { journal, decider, log }: { journal: Journal; decider: Decider; log: Logger },
  from: number,
  isWhole: boolean,
): Promise<Recounted> {
  const { counting } = decider;
  let events = 0;
  let unread = 0;
  if (counting.longestMs === 0) return { events, unread };
  for await (const batch of journal.read(from)) {
    for (const { payload, position } of batch) {
      const { key, plain } = decodeHead(payload);
      if (!counting.counts(kindOfKey(key))) continue;
      try {
        const { event, decision } = plain
          ? { event: decodeEvent(payload), decision: undefined }
          : decodeEntry(payload);
        if (events === 0 && isWhole) counting.restart(instantOf(event.at));
        decider.recount(event, position, decision);
        events += 1;
        if (events % TELL_EVERY === 0) log.info({ events, position }, 'counting the journal again');
      } catch {
        unread += 1;
      }
    }
  }
  return { events, unread };
}
