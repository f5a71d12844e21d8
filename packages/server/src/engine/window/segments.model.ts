import { type Layout, readDouble, writeDouble } from './layout.model.ts';
import { copyEntry, entryWords, Segment, type Shared, SLOT } from './segment.model.ts';
import { ENTRY_HEAD, isSoundEntry, PART_HEAD, partFrame } from './snapshot.model.ts';
import { WindowSnapshotError } from './windows.model.ts';

/** Size of a segment: small enough that compacting one is not felt (about 0.2 ms), unless entries are large. */
const SEGMENT_BYTES = 256 * 1024;
/** Largest entries that a segment must have room for. */
const LARGEST_ENTRIES = 4;
const MAX_BITS = 14;
const MAX_POSITION = Number.MAX_SAFE_INTEGER;

/** All subjects, cut into segments by the upper bits of their keys. */
export class Segments {
  readonly bits: number;
  readonly #list: readonly Segment[];
  readonly #shared: Shared;
  readonly #limit: number;
  /** Positions that restored segments hold already, by the segments of the snapshot. */
  #restored = new Float64Array(0);
  #restoredBits = 0;

  /** Throws RangeError when the budget does not hold the largest entries of the layouts. */
  constructor(shared: Shared, budgetBytes: number) {
    this.#shared = shared;
    const size = Math.max(SEGMENT_BYTES, largest(shared.layouts) * LARGEST_ENTRIES);
    this.bits = Math.min(MAX_BITS, Math.floor(Math.log2(budgetBytes / size)));
    if (!(this.bits >= 0)) {
      throw new RangeError(
        `windows need a budget of at least ${size} bytes for these counters, not ${budgetBytes}`,
      );
    }
    this.#limit = Math.floor(budgetBytes / 2 ** this.bits);
    this.#list = Array.from({ length: 2 ** this.bits }, () => new Segment(shared, this.#limit));
  }

  /** Throws RangeError when an entry of this layout would crowd out all others of its segment. */
  checkRoom(layout: Layout): void {
    const bytes = layout.maxWords * 4;
    if (bytes * 2 > this.#limit) {
      throw new RangeError(
        `counters by ${layout.group.by.join('+')} need up to ${bytes} bytes a subject: too much for the budget`,
      );
    }
  }

  of(key1: number): Segment {
    return this.#list[upper(key1, this.bits)] as Segment;
  }

  /** Whether the state that was restored holds an event already. */
  holds(key1: number, position: number | undefined): boolean {
    if (position === undefined || this.#restored.length === 0) return false;
    return position <= (this.#restored[upper(key1, this.#restoredBits)] as number);
  }

  get keys(): number {
    return this.#list.reduce((sum, segment) => sum + segment.entries, 0);
  }

  get bytes(): number {
    return this.#list.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Drops the entries of forgotten groups now: some tenths of a second for a large memory. */
  sweep(): void {
    for (const segment of this.#list) segment.sweep();
  }

  clear(): void {
    for (const segment of this.#list) segment.clear();
    this.#restored = new Float64Array(0);
  }

  /** Keys and bytes of entries by group. */
  byGroup(): { keys: number; bytes: number }[] {
    const groups = this.#shared.layouts.map(() => ({ keys: 0, bytes: 0 }));
    for (const segment of this.#list) {
      for (const slot of segment.slots()) {
        const id = (segment.table[slot + 1] as number) & 255;
        const group = groups[id];
        if (group === undefined) continue;
        group.keys++;
        group.bytes +=
          4 * (SLOT + entryWords(this.#layout(id), segment.heap, segment.table[slot + 3] as number));
      }
    }
    return groups;
  }

  /** A segment's frame for a snapshot, as it stands now. */
  part(index: number, position: number): { frame: Uint8Array; entries: number } {
    const segment = this.#list[index] as Segment;
    const { table, heap } = segment;
    let size = PART_HEAD;
    for (let slot = 0; slot < table.length; slot += SLOT) {
      const ref = table[slot + 3] as number;
      if (ref !== 0) size += ENTRY_HEAD + entryWords(this.#layoutAt(table, slot), heap, ref);
    }
    const words = new Uint32Array(size);
    words[0] = index;
    words[1] = segment.entries;
    writeDouble(words, 2, position);
    let at = PART_HEAD;
    for (let slot = 0; slot < table.length; slot += SLOT) {
      const ref = table[slot + 3] as number;
      if (ref === 0) continue;
      const end = copyEntry(this.#layoutAt(table, slot), heap, ref, words, at + ENTRY_HEAD);
      words[at] = table[slot] as number;
      words[at + 1] = table[slot + 1] as number;
      words[at + 2] = table[slot + 2] as number;
      words[at + 3] = end - at - ENTRY_HEAD;
      at = end;
    }
    return { frame: partFrame(words), entries: segment.entries };
  }

  /**
   * Takes over the entries of a frame whose groups have a number here (`numbers`, by those of the snapshot); returns
   * how many the frame has. Throws WindowSnapshotError for what cannot be.
   */
  adopt(words: Uint32Array, snapshotBits: number, numbers: readonly number[]): number {
    const index = words[0] ?? -1;
    const entries = words[1] ?? 0;
    if (words.length < PART_HEAD || index >= 2 ** snapshotBits)
      throw new WindowSnapshotError('a part has no head');
    if (this.#restored.length === 0) {
      this.#restored = new Float64Array(2 ** snapshotBits).fill(-1);
      this.#restoredBits = snapshotBits;
    }
    this.#restored[index] = readDouble(words, 2);
    // Cut as the memory here, the frame fills one segment.
    if (snapshotBits === this.bits) {
      this.#list[index]?.reserve(entries, words.length - PART_HEAD - entries * ENTRY_HEAD + 1);
    }
    let at = PART_HEAD;
    for (let entry = 0; entry < entries; entry++) {
      const end = at + ENTRY_HEAD + (words[at + 3] ?? 0);
      const key1 = words[at + 1] ?? 0;
      const number = numbers[key1 & 255];
      if (number === undefined || end > words.length || upper(key1, snapshotBits) !== index) {
        throw new WindowSnapshotError('an entry is not where it belongs');
      }
      if (number !== -1) this.#adoptEntry(words, at, end, ((key1 & ~255) | number) >>> 0);
      at = end;
    }
    if (at !== words.length) throw new WindowSnapshotError('a part holds more than it says');
    return entries;
  }

  #adoptEntry(words: Uint32Array, at: number, end: number, key1: number): void {
    const key0 = words[at] as number;
    const ref = at + ENTRY_HEAD;
    if (!isSoundEntry(this.#layout(key1 & 255), words, ref, end)) {
      throw new WindowSnapshotError('an entry is not what its counters keep');
    }
    const segment = this.of(key1);
    if (segment.find(key0, key1)) throw new WindowSnapshotError('a subject occurs twice');
    segment.adopt(key0, key1, words[at + 2] as number, words, ref);
  }

  /** Position after which a journal must be replayed: the least of the segments, -1 for all of it. */
  get replayAfter(): number {
    const least = this.#restored.reduce((before, position) => Math.min(before, position), MAX_POSITION);
    return this.#restored.length === 0 ? -1 : least;
  }

  #layoutAt(table: Uint32Array, slot: number): Layout {
    return this.#layout((table[slot + 1] as number) & 255);
  }

  #layout(id: number): Layout {
    return this.#shared.layouts[id] as Layout;
  }
}

function largest(layouts: readonly Layout[]): number {
  return layouts.reduce((most, layout) => Math.max(most, layout.maxWords * 4), 0);
}

function upper(key1: number, bits: number): number {
  return bits === 0 ? 0 : key1 >>> (32 - bits);
}
