import { type BlockSealer, recordsOf } from './block.model.ts';
import type { Frame, JournalRecord } from './journal.model.ts';
import { listSegments, placeBefore, readChunk } from './segment.store.ts';

/**
 * Records of a journal's folder from a position on, in order, without opening the journal: for readers beside the
 * process that writes it. Ends at what is whole on the disk; a segment that was released meanwhile is passed over.
 */
export async function* readJournalFolder(
  folder: string,
  from: number,
  sealer: BlockSealer,
): AsyncGenerator<readonly JournalRecord[]> {
  const segments = await listSegments(folder);
  const first = Math.max(
    0,
    segments.findLastIndex(({ start }) => start <= from),
  );
  for (const segment of segments.slice(first)) {
    try {
      for (let offset = placeBefore(segment, from); offset < segment.size; ) {
        const { frames, next } = await readChunk(segment, offset);
        const records = frames.flatMap((frame) => opened(frame, sealer, from));
        if (records.length > 0) yield records;
        offset = next;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** Nothing of a block that cannot be opened: who writes the journal reports it. */
function opened(frame: Frame, sealer: BlockSealer, from: number): JournalRecord[] {
  if (frame.position + frame.records <= from) return [];
  try {
    return recordsOf(frame, sealer, from);
  } catch {
    return [];
  }
}

/** A position from which at most so many bytes of the journal follow; 0 when it is shorter. */
export async function tailPosition(folder: string, bytes: number): Promise<number> {
  let left = bytes;
  for (const segment of (await listSegments(folder)).reverse()) {
    if (segment.size <= left) {
      left -= segment.size;
      continue;
    }
    // Begins anywhere in a block: the first whole one after it is found by its mark.
    const { frames } = await readChunk(segment, segment.size - left);
    return frames[0]?.position ?? segment.start;
  }
  return 0;
}
