import type { Logger } from '../../platform/index.ts';
import { type BlockSealer, recordsOf } from './block.model.ts';
import { type FoundFrame, FRAME_HEADER } from './frame.store.ts';
import type { JournalReader, JournalRecord } from './journal.model.ts';
import {
  type Damage,
  INDEX_STEP,
  newSegment,
  placeBefore,
  quarantine,
  readChunk,
  type Segment,
} from './segment.store.ts';

export interface JournalViewOptions {
  readonly folder: string;
  readonly sealer: BlockSealer;
  readonly log: Logger;
}

/** How far one file of the journal is durable: what its writer tells those who read beside it. */
export interface JournalGrowth {
  /** First position of the file. */
  readonly start: number;
  readonly size: number;
  /** ms since the epoch */
  readonly writtenAt: number;
  /** Position after the last durable record of all files. */
  readonly end: number;
  /** First position of the oldest file that is still there. */
  readonly oldest: number;
}

/** The reading side of a journal in files: of its writer, and of whoever reads beside it in another process. */
export class JournalView implements JournalReader {
  readonly segments: Segment[];
  /** Position after the last durable record; 0 when there is none. */
  end = 0;
  readonly #options: JournalViewOptions;
  readonly #damaged = new Set<string>();
  #grown = Promise.withResolvers<void>();

  constructor(options: JournalViewOptions, segments: Segment[]) {
    this.#options = options;
    this.segments = segments;
  }

  /** Damaged places found and set aside. */
  get damaged(): number {
    return this.#damaged.size;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Followers look again. */
  wake(): void {
    this.#grown.resolve();
    this.#grown = Promise.withResolvers();
  }

  /** Takes over what the writer says. */
  grow({ start, size, writtenAt, end, oldest }: JournalGrowth): void {
    let segment = this.segments.find((each) => each.start === start);
    if (!segment) {
      segment = newSegment(this.#options.folder, start, writtenAt);
      this.segments.push(segment);
    }
    segment.size = size;
    segment.writtenAt = writtenAt;
    while ((this.segments[0]?.start ?? oldest) < oldest) this.segments.shift();
    if (end <= this.end) return;
    this.end = end;
    this.wake();
  }

  async *read(from: number, follow?: AbortSignal): AsyncIterable<readonly JournalRecord[]> {
    const stopped = follow ? aborted(follow) : undefined;
    let segment = this.#segmentOf(from) ?? this.segments[0];
    let offset = segment ? placeBefore(segment, from) : 0;
    for (;;) {
      if (follow?.aborted) return;
      const grown = this.#grown.promise;
      if (segment && offset < segment.size) {
        const chunk = await readChunk(segment, offset);
        for (const damage of chunk.damage) await this.report(damage);
        offset = chunk.next;
        const records = await this.#open(segment, chunk.frames, from);
        if (records.length > 0) yield records;
        continue;
      }
      const after = this.#segmentAfter(segment);
      if (after) {
        segment = after;
        offset = 0;
      } else if (stopped) {
        await Promise.race([grown, stopped]);
      } else return;
    }
  }

  async get(position: number): Promise<JournalRecord | undefined> {
    const segment = this.#segmentOf(position);
    if (!segment) return undefined;
    for (let offset = placeBefore(segment, position); offset < segment.size; ) {
      const { frames, next } = await readChunk(segment, offset, INDEX_STEP);
      const frame = frames.find((each) => each.position + each.records > position);
      if (frame) {
        const records = await this.#open(segment, [frame], position);
        return records[0]?.position === position ? records[0] : undefined;
      }
      offset = next;
    }
    return undefined;
  }

  async since(instant: number, maxBytes: number): Promise<number> {
    let bytes = 0;
    let start = this.end;
    for (const segment of this.segments.toReversed()) {
      bytes += segment.size;
      if (segment.writtenAt < instant || bytes > maxBytes) break;
      start = segment.start;
    }
    return start;
  }

  /** Says once what is damaged, and sets its bytes aside. */
  async report(damage: Damage): Promise<void> {
    const place = `${damage.path}:${damage.offset}`;
    if (this.#damaged.has(place)) return;
    this.#damaged.add(place);
    this.#options.log.error(
      { ...damage },
      'journal is damaged here: set aside in quarantine, reading goes on',
    );
    await quarantine(this.#options.folder, damage).catch(() => undefined);
  }

  /** The records of frames from a position on; a frame that cannot be opened is reported and passed over. */
  async #open(segment: Segment, frames: readonly FoundFrame[], from: number): Promise<JournalRecord[]> {
    const records: JournalRecord[] = [];
    for (const frame of frames) {
      if (frame.position + frame.records <= from) continue;
      try {
        records.push(...recordsOf(frame, this.#options.sealer, from));
      } catch {
        const length = FRAME_HEADER + frame.payload.length;
        await this.report({ path: segment.path, offset: frame.offset, length });
      }
    }
    return records;
  }

  /** The segment that holds a position, if any does. */
  #segmentOf(position: number): Segment | undefined {
    return this.segments.findLast((segment) => segment.start <= position);
  }

  #segmentAfter(segment: Segment | undefined): Segment | undefined {
    if (!segment) return this.segments[0];
    return this.segments.find((other) => other.start > segment.start);
  }
}

/** The journal of a folder for a process that does not write it: it sees what it is told by `JournalView.grow`. */
export function viewJournal(options: JournalViewOptions): JournalView {
  return new JournalView(options, []);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
