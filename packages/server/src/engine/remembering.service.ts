import type { Decider } from './decider.model.ts';
import type { Journal } from './journal/journal.model.ts';
import { decodeEvent, decodeHead, kindOfKey } from './journal-entry.model.ts';
import type { RepeatIndex } from './repeat.model.ts';

/** Fills the index of repeats from the end of the journal: what was written since an instant, within a byte budget. */
export async function rememberFrom(
  journal: Journal,
  repeats: RepeatIndex,
  instant: number,
  maxBytes: number,
): Promise<void> {
  const from = await journal.since(instant, maxBytes);
  for await (const batch of journal.read(from)) {
    for (const { payload, position } of batch) repeats.add(decodeHead(payload).key, position);
  }
}

/**
 * Counts anew what the end of the journal holds, as far back as the counters look and within a byte budget. Returns how
 * many records could not be read and were not counted.
 */
export async function recountFrom(
  journal: Journal,
  decider: Decider,
  now: number,
  maxBytes: number,
): Promise<number> {
  const { counting } = decider;
  if (counting.longestMs === 0) return 0;
  let unread = 0;
  for await (const batch of journal.read(await journal.since(now - counting.longestMs, maxBytes))) {
    for (const { payload, position } of batch) {
      if (!counting.counts(kindOfKey(decodeHead(payload).key))) continue;
      try {
        decider.recount(decodeEvent(payload), position);
      } catch {
        unread += 1;
      }
    }
  }
  return unread;
}
