import { crc32 } from 'node:zlib';
import type { Group } from './group.model.ts';
import {
  capacityOf,
  codeOf,
  countOf,
  type Layout,
  MAX_CODE,
  mainWords,
  setWords,
  sketchWords,
  startOf,
  wideOf,
} from './layout.model.ts';
import { WindowSnapshotError } from './windows.model.ts';

/*
 * A snapshot is frames: type, length in bytes, CRC-32 of the payload (each 32 bits, little-endian), payload padded to
 * whole words. First the head (JSON), then a frame for each segment, last the end with the number of entries. Segments
 * hold entries as they lie in memory: key (2 words), second, words, then the entry, whose references are offsets in
 * the frame.
 */
const HEAD = 0x31575a46;
const PART = 0x32575a46;
const END = 0x33575a46;
const FRAME_HEAD = 12;
const MAX_FRAME = 256 * 1024 * 1024;
/** Segment, entries, position (double). */
export const PART_HEAD = 4;
/** Key, second, words. */
export const ENTRY_HEAD = 4;
const VERSION = 1;

export interface SnapshotHead {
  readonly version: number;
  /** Tells another installation's key without telling the key. */
  readonly seedCheck: number;
  readonly groups: readonly Group[];
  /** Bits of the key that name the segment. */
  readonly segmentBits: number;
}

export function headFrame(head: Omit<SnapshotHead, 'version'>): Uint8Array {
  const text = JSON.stringify({ version: VERSION, ...head });
  return frame(HEAD, new TextEncoder().encode(text.padEnd(text.length + 3)));
}

export function partFrame(words: Uint32Array): Uint8Array {
  return frame(PART, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
}

export function endFrame(entries: number): Uint8Array {
  return frame(END, new Uint8Array(Uint32Array.of(entries).buffer));
}

function frame(type: number, payload: Uint8Array): Uint8Array {
  const bytes = payload.byteLength & ~3;
  const out = new Uint8Array(FRAME_HEAD + bytes);
  out.set(payload.subarray(0, bytes), FRAME_HEAD);
  new Uint32Array(out.buffer, 0, 3).set([type, bytes, crc32(out.subarray(FRAME_HEAD))]);
  return out;
}

export type Frame =
  | { readonly type: 'head'; readonly head: SnapshotHead }
  | { readonly type: 'part'; readonly words: Uint32Array }
  | { readonly type: 'end'; readonly entries: number };

/** Puts frames together from pieces of any size; throws WindowSnapshotError for what is not a whole snapshot. */
export function* readFrames(pieces: Iterable<Uint8Array>): Generator<Frame> {
  const source = new Source(pieces);
  let ended = false;
  while (!ended) {
    const start = new Uint32Array(source.take(FRAME_HEAD).buffer);
    const [type = 0, bytes = 0, sum = 0] = start;
    if (type !== HEAD && type !== PART && type !== END)
      throw new WindowSnapshotError('it is no snapshot, or damaged');
    if (bytes > MAX_FRAME || (bytes & 3) !== 0)
      throw new WindowSnapshotError('a part has an impossible length');
    const payload = source.take(bytes);
    if (crc32(payload) !== sum) throw new WindowSnapshotError('a part is damaged (checksum)');
    const words = new Uint32Array(payload.buffer);
    ended = type === END;
    if (type === HEAD) yield { type: 'head', head: parseHead(payload) };
    else if (ended) yield { type: 'end', entries: words[0] ?? 0 };
    else yield { type: 'part', words };
  }
  if (!source.isEmpty()) throw new WindowSnapshotError('something follows its end');
}

class Source {
  readonly #pieces: Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(pieces: Iterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.iterator]();
  }

  /** Exactly so many bytes, in a buffer of their own; grown as they arrive, so that a false length takes no memory. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    let out = new Uint8Array(Math.min(bytes, 1 << 20));
    let filled = 0;
    while (filled < bytes) {
      if (this.isEmpty()) throw new WindowSnapshotError('it is cut short');
      const part = this.#piece.subarray(0, bytes - filled);
      if (filled + part.length > out.length) {
        const larger = new Uint8Array(Math.min(bytes, Math.max(filled + part.length, out.length * 2)));
        larger.set(out.subarray(0, filled));
        out = larger;
      }
      out.set(part, filled);
      filled += part.length;
      this.#piece = this.#piece.subarray(part.length);
    }
    return out.length === bytes ? out : out.slice(0, bytes);
  }

  isEmpty(): boolean {
    while (this.#piece.length === 0) {
      const next = this.#pieces.next();
      if (next.done === true) return true;
      this.#piece = next.value;
    }
    return false;
  }
}

function parseHead(payload: Uint8Array): SnapshotHead {
  let head: Partial<SnapshotHead> | null;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new WindowSnapshotError('its head is not JSON');
  }
  if (head?.version !== VERSION) {
    throw new WindowSnapshotError(`it is of version ${String(head?.version)}, this program reads ${VERSION}`);
  }
  const { groups, segmentBits, seedCheck } = head;
  const bits = Number.isInteger(segmentBits) && (segmentBits ?? -1) >= 0 && (segmentBits ?? 99) <= 20;
  if (!bits || !Number.isInteger(seedCheck) || !Array.isArray(groups) || groups.length > 256) {
    throw new WindowSnapshotError('its head is not complete');
  }
  if (!groups.every(isGroup)) throw new WindowSnapshotError('its head names impossible counters');
  return head as SnapshotHead;
}

const texts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 64 && value.every((item) => typeof item === 'string');

function isGroup(value: unknown): value is Group {
  const group = value as Partial<Group> | null;
  if (typeof group !== 'object' || group === null || !texts(group.by)) return false;
  const { bases, marks, startedAt } = group;
  return (
    Number.isFinite(startedAt) &&
    Array.isArray(bases) &&
    bases.length <= 32 &&
    bases.every(
      (base) =>
        ['count', 'distinct', 'sum'].includes(base?.measure) &&
        texts(base.of) &&
        texts(base.where) &&
        texts(base.kinds) &&
        Array.isArray(base.windows) &&
        base.windows.length <= 64 &&
        base.windows.every((window: unknown) => Number.isInteger(window) && (window as number) >= 60_000),
    ) &&
    Array.isArray(marks) &&
    marks.length <= 256 &&
    marks.every(
      (mark) =>
        ['first', 'last', 'since'].includes(mark?.mark) &&
        typeof mark.feature === 'string' &&
        texts(mark.where) &&
        texts(mark.kinds),
    )
  );
}

/** Whether an entry in a frame lies wholly in `[ref, end)` and every part of it has the size its layout says. */
export function isSoundEntry(layout: Layout, words: Uint32Array, ref: number, end: number): boolean {
  const meta = words[ref];
  if (meta === undefined || codeOf(meta) > MAX_CODE) return false;
  const capacity = capacityOf(codeOf(meta));
  if (countOf(meta) > capacity || (startOf(meta) !== 0 && startOf(meta) >= capacity)) return false;
  let total = mainWords(layout, meta);
  if (ref + total > end) return false;
  if (wideOf(meta) === 1) {
    for (let index = 0; index < layout.refs; index++) {
      const block = words[ref + layout.bodyAt + index] as number;
      if (block === 0) continue;
      const size = words[block] ?? 0;
      if (block !== ref + total || block + size > end || !isBlockSize(layout, index, words, block))
        return false;
      total += size;
    }
  }
  return ref + total === end;
}

function isBlockSize(layout: Layout, index: number, words: Uint32Array, block: number): boolean {
  const size = words[block] as number;
  if (index < layout.windows.length) return size === layout.ringWords[index];
  if (!layout.setRef.includes(index)) return size === sketchWords();
  const count = words[block + 1] ?? 0;
  return [64, 128, 256, 512].some((room) => size === setWords(room) && count <= room);
}
