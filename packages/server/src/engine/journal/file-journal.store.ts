import { type FileHandle, mkdir, truncate, unlink } from 'node:fs/promises';
import type { Clock, Logger } from '../../platform/index.ts';
import { BLOCK_BYTES, type BlockSealer, encodeBlock } from './block.model.ts';
import { FRAME_HEADER, MAX_PAYLOAD, writeFrame } from './frame.store.ts';
import {
  type Frame,
  type Journal,
  type JournalRecord,
  type JournalStatus,
  JournalUnavailable,
} from './journal.model.ts';
import { type JournalGrowth, JournalView } from './journal-view.store.ts';
import {
  type Damage,
  forgetPlaces,
  listSegments,
  newSegment,
  notePlace,
  openSegment,
  readChunk,
  type Segment,
  syncFolder,
  WRITES_THROUGH,
  writeAll,
} from './segment.store.ts';

export interface FileJournalOptions {
  readonly folder: string;
  /** Whether an append waits for the disk (fdatasync): then it survives power loss, else only a crash of the process. */
  readonly fsync: boolean;
  /** Seals what is written: events hold personal fields. */
  readonly sealer: BlockSealer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly segmentBytes?: number;
  /** Told when more is durable: for those who read beside. */
  readonly onGrown?: (growth: JournalGrowth) => void;
}

const SEGMENT_BYTES = 64 * 1024 * 1024;
/** Most bytes that one write takes: bounds how long the first append of a burst waits for the last. */
const WRITE_BYTES = 8 * 1024 * 1024;

interface Waiting {
  readonly payloads: readonly Uint8Array[];
  /** Position of the first. */
  readonly first: number;
  readonly bytes: number;
  resolve(positions: readonly number[]): void;
  reject(error: Error): void;
}

/** Journal in append-only files of one folder. Only one process may have it open (the data folder's lock sees to it). */
export async function openFileJournal(options: FileJournalOptions): Promise<Journal> {
  await mkdir(options.folder, { recursive: true });
  const files = new FileJournal(options, await listSegments(options.folder));
  await files.recover();
  files.tellAll();
  return files;
}

class FileJournal implements Journal {
  readonly #options: FileJournalOptions;
  readonly #view: JournalView;
  #next = 0;
  #active: { segment: Segment; file: FileHandle } | undefined;
  /** A failed write may have left bytes behind the durable end: they must go before anything is appended. */
  #uncut: Segment | undefined;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;
  #closed = false;
  #problem: string | undefined;
  #appended = 0;

  constructor(options: FileJournalOptions, segments: Segment[]) {
    this.#options = options;
    this.#view = new JournalView(options, segments);
  }

  get end(): number {
    return this.#view.end;
  }

  get next(): number {
    return this.#next;
  }

  /** Finds the last sound record and cuts what a crash left unfinished behind it. */
  async recover(): Promise<void> {
    // Positions begin at the microsecond of opening: a journal that lost its end never uses a position twice.
    this.#next = this.#options.clock.now() * 1000;
    for (const segment of this.#view.segments.toReversed()) {
      const { last, soundTo, damage } = await this.#survey(segment);
      for (const each of damage) await this.#view.report(each);
      if (soundTo < segment.size) {
        await truncate(segment.path, soundTo);
        segment.size = soundTo;
      }
      if (last !== undefined) {
        this.#view.end = last + 1;
        this.#next = Math.max(this.#next, this.#view.end);
        return;
      }
    }
  }

  /** Says of every file how far it is durable. */
  tellAll(): void {
    for (const segment of this.#view.segments) this.#options.onGrown?.(this.#growth(segment));
  }

  async #survey(segment: Segment): Promise<{ last: number | undefined; soundTo: number; damage: Damage[] }> {
    let last: number | undefined;
    let soundTo = 0;
    const damage: Damage[] = [];
    for (let offset = 0; offset < segment.size; ) {
      const chunk = await readChunk(segment, offset);
      damage.push(...chunk.damage);
      for (const frame of chunk.frames) {
        last = Math.max(last ?? 0, frame.position + frame.records - 1);
        soundTo = frame.offset + FRAME_HEADER + frame.payload.length;
      }
      offset = chunk.next;
    }
    return { last, soundTo, damage };
  }

  append(payloads: readonly Uint8Array[]): Promise<readonly number[]> {
    if (this.#closed) return Promise.reject(new JournalUnavailable('closed'));
    if (payloads.length === 0) return Promise.resolve([]);
    if (payloads.some((payload) => payload.length > MAX_PAYLOAD)) {
      return Promise.reject(new RangeError(`journal record over ${MAX_PAYLOAD} bytes`));
    }
    const bytes = payloads.reduce((sum, payload) => sum + payload.length, 0);
    // Given at once, so that what counts an event knows its position; a write that fails leaves a gap.
    const first = this.#next;
    this.#next += payloads.length;
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
    this.#queue.push({ payloads, first, bytes, resolve, reject });
    this.#queuedBytes += bytes;
    this.#flushing ??= this.#flush();
    return promise;
  }

  async #flush(): Promise<void> {
    // What else is appended in this tick goes into the same write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group: Waiting[] = [];
      let bytes = 0;
      while (this.#queue[0] && (group.length === 0 || bytes + this.#queue[0].bytes <= WRITE_BYTES)) {
        const waiting = this.#queue.shift() as Waiting;
        bytes += waiting.bytes;
        group.push(waiting);
      }
      await this.#write(group);
      this.#queuedBytes -= bytes;
    }
    this.#flushing = undefined;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    try {
      const frames = await framesOf(group, this.#options.sealer);
      const bytes = frames.reduce((sum, { payload }) => sum + FRAME_HEADER + payload.length, 0);
      const { segment, file } = await this.#writable(bytes, frames[0]?.position ?? this.#next);
      const block = Buffer.allocUnsafe(bytes);
      let offset = 0;
      for (const frame of frames) {
        notePlace(segment, frame.position, segment.size + offset);
        offset = writeFrame(block, offset, frame);
      }
      this.#uncut = segment;
      await writeAll(file, block, segment.size);
      if (this.#options.fsync && !WRITES_THROUGH) await file.datasync();
      this.#uncut = undefined;
      segment.size += bytes;
      segment.writtenAt = this.#options.clock.now();
      this.#problem = undefined;
      for (const { first, payloads, resolve } of group) {
        this.#appended += payloads.length;
        this.#view.end = first + payloads.length;
        resolve(payloads.map((_, index) => first + index));
      }
      this.#view.wake();
      this.#options.onGrown?.(this.#growth(segment));
    } catch (error) {
      await this.#failed(error as Error, group);
    }
  }

  /** The segment to write to, new when there is none or it is full. */
  async #writable(bytes: number, first: number): Promise<{ segment: Segment; file: FileHandle }> {
    const limit = this.#options.segmentBytes ?? SEGMENT_BYTES;
    if (this.#uncut) {
      await truncate(this.#uncut.path, this.#uncut.size);
      this.#uncut = undefined;
    }
    if (this.#active && this.#active.segment.size + bytes > limit && this.#active.segment.size > 0) {
      await this.#active.file.close();
      this.#active = undefined;
    }
    if (this.#active) return this.#active;
    const last = this.#view.segments.at(-1);
    const goesOn = last !== undefined && (last.size === 0 || last.size + bytes <= limit);
    const segment = goesOn ? last : newSegment(this.#options.folder, first, this.#options.clock.now());
    const active = { segment, file: await openSegment(segment.path, goesOn, this.#options.fsync) };
    this.#active = active;
    if (!goesOn) {
      this.#view.segments.push(segment);
      if (this.#options.fsync) await syncFolder(this.#options.folder);
    }
    return active;
  }

  async #failed(error: Error, group: readonly Waiting[]): Promise<void> {
    if (this.#problem === undefined) {
      this.#options.log.error({ reason: error.message }, 'journal cannot be written');
    }
    this.#problem = error.message;
    if (this.#active) forgetPlaces(this.#active.segment);
    await this.#active?.file.close().catch(() => undefined);
    this.#active = undefined;
    for (const waiting of group) waiting.reject(new JournalUnavailable(error));
  }

  read(from: number, follow?: AbortSignal): AsyncIterable<readonly JournalRecord[]> {
    return this.#view.read(from, follow);
  }

  get(position: number): Promise<JournalRecord | undefined> {
    return this.#view.get(position);
  }

  since(instant: number, maxBytes: number): Promise<number> {
    return this.#view.since(instant, maxBytes);
  }

  /** What a reader in another process needs to know. */
  #growth({ start, size, writtenAt }: Segment): JournalGrowth {
    return { start, size, writtenAt, end: this.#view.end, oldest: this.#view.segments[0]?.start ?? start };
  }

  async release(before: number, olderThan: number, maxBytes: number): Promise<void> {
    for (;;) {
      const [first, second] = this.#view.segments;
      if (!first || !second || second.start > before) return;
      if (first.writtenAt >= olderThan && this.#view.bytes <= maxBytes) return;
      await unlink(first.path);
      this.#view.segments.shift();
    }
  }

  status(): JournalStatus {
    return {
      state: this.#problem === undefined ? 'ok' : 'down',
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      segments: this.#view.segments.length,
      bytes: this.#view.bytes,
      appended: this.#appended,
      damaged: this.#view.damaged,
      queuedBytes: this.#queuedBytes,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.#active?.file.close();
    this.#active = undefined;
  }
}

/** What a group of appends becomes in the file; its blocks are made beside one another. */
async function framesOf(group: readonly Waiting[], sealer: BlockSealer): Promise<Frame[]> {
  const frames: Promise<Frame>[] = [];
  let payloads: Uint8Array[] = [];
  let position = 0;
  let bytes = 0;
  const close = (): void => {
    if (payloads.length > 0) frames.push(frameOf(payloads, position, sealer));
    payloads = [];
    bytes = 0;
  };
  for (const waiting of group) {
    // Positions of a block follow one another; a write that failed before this one left a gap.
    if (waiting.first !== position + payloads.length) close();
    for (const [index, payload] of waiting.payloads.entries()) {
      if (payloads.length === 0) position = waiting.first + index;
      payloads.push(payload);
      bytes += payload.length;
      if (bytes >= BLOCK_BYTES) close();
    }
  }
  close();
  return Promise.all(frames);
}

async function frameOf(
  payloads: readonly Uint8Array[],
  position: number,
  sealer: BlockSealer,
): Promise<Frame> {
  return { position, records: payloads.length, payload: await encodeBlock(payloads, position, sealer) };
}
