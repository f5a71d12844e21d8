import { type Layout, mainWords, wideOf } from './layout.model.ts';

/** Words of a slot: hash, hash and group, second of the newest event, offset of the main block (0: empty). */
export const SLOT = 4;
const LOAD = 0.75;
const GROWTH = 1.5;
const FIRST_SLOTS = 16;
const FIRST_WORDS = 128;
/** Part of the entries that is forgotten at once when there is no room. */
const FORGOTTEN = 1 / 8;

/** Nothing shared yet. */
export function newShared(layouts: Layout[]): Shared {
  return {
    layouts,
    scratch: new Uint32Array(0),
    slots: new Uint32Array(0),
    forgotten: new Uint8Array(256),
    evictions: 0,
    expired: 0,
    nowSeconds: 0,
  };
}

/** What the segments of one store share: layouts by group, room to copy into, and what happened. */
export interface Shared {
  readonly layouts: Layout[];
  /** 1 for each group whose entries go. */
  readonly forgotten: Uint8Array;
  scratch: Uint32Array;
  /** The same for tables: memory that was taken is used again, so that a full store asks for none. */
  slots: Uint32Array;
  evictions: number;
  expired: number;
  /** Second of the newest event that is believed, for dropping what no window reaches any more; 0 to keep all. */
  nowSeconds: number;
}

/**
 * A part of the subjects: a table with open addressing, and a heap of blocks that is filled from the bottom and
 * compacted by copying. Nothing else holds offsets across an allocation, so blocks may move at each one. Its memory
 * never exceeds the limit: past it, the entries whose last event is oldest go, up to an eighth at once.
 */
export class Segment {
  table = new Uint32Array(FIRST_SLOTS * SLOT);
  heap = new Uint32Array(FIRST_WORDS);
  entries = 0;
  readonly #shared: Shared;
  readonly #limit: number;
  #top = 1;
  #garbage = 0;
  /** Key of the entry in hand, which is never evicted and found again when the table was rebuilt. */
  #key0 = 0;
  #key1 = 0;
  slot = -1;

  constructor(shared: Shared, limitBytes: number) {
    this.#shared = shared;
    this.#limit = limitBytes;
  }

  get bytes(): number {
    return this.table.byteLength + this.heap.byteLength;
  }

  /** Takes the entry of a key in hand; false when there is none. */
  find(key0: number, key1: number): boolean {
    this.#key0 = key0;
    this.#key1 = key1;
    const { table } = this;
    const end = table.length;
    let at = Math.floor((key0 * (end / SLOT)) / 0x1_0000_0000) * SLOT;
    while ((table[at + 3] as number) !== 0) {
      if ((table[at] as number) === key0 && (table[at + 1] as number) === key1) {
        this.slot = at;
        return true;
      }
      at += SLOT;
      if (at === end) at = 0;
    }
    this.slot = -1;
    return false;
  }

  /** Makes an entry for the key last looked for; its block of `words` is zero. */
  insert(seconds: number, words: number): void {
    if ((this.entries + 1) * SLOT > this.table.length * LOAD) this.#enlargeTable();
    const ref = this.allocate(words);
    this.slot = place(this.table, this.#key0, this.#key1, seconds, ref);
    this.entries++;
  }

  /** Offsets of the slots in use. */
  *slots(): Generator<number> {
    for (let at = 0; at < this.table.length; at += SLOT) {
      if ((this.table[at + 3] as number) !== 0) yield at;
    }
  }

  get ref(): number {
    return this.table[this.slot + 3] as number;
  }

  get seconds(): number {
    return this.table[this.slot + 2] as number;
  }

  set seconds(value: number) {
    this.table[this.slot + 2] = value;
  }

  /** Room for a block, zeroed. Every offset that was read before is void; the entry in hand stays in hand. */
  allocate(words: number): number {
    if (this.#top + words > this.heap.length) this.#makeRoom(words);
    const ref = this.#top;
    this.#top += words;
    this.heap.fill(0, ref, this.#top);
    return ref;
  }

  free(words: number): void {
    this.#garbage += words;
  }

  /** Moves the main block of the entry in hand to a new one. */
  replaceMain(ref: number, oldWords: number): void {
    this.table[this.slot + 3] = ref;
    this.#garbage += oldWords;
  }

  /** Takes over an entry from other memory, as snapshots and trials do. The key must be new here. */
  adopt(key0: number, key1: number, seconds: number, from: Uint32Array, ref: number): void {
    const layout = this.#shared.layouts[key1 & 255] as Layout;
    const words = entryWords(layout, from, ref);
    this.#key0 = key0;
    this.#key1 = key1;
    this.slot = -1;
    this.insert(seconds, words);
    copyEntry(layout, from, ref, this.heap, this.ref);
  }

  /** Room for so many entries and words at once, as far as the limit goes; for an empty segment. */
  reserve(entries: number, words: number): void {
    if (this.entries > 0) return;
    const slots = Math.max(FIRST_SLOTS, Math.ceil((entries + 1) / LOAD));
    const room = Math.max(FIRST_WORDS, words);
    if ((slots * SLOT + room) * 4 > this.#limit) return;
    this.table = new Uint32Array(slots * SLOT);
    this.heap = new Uint32Array(room);
  }

  /** Drops the entries of forgotten groups now. */
  sweep(): void {
    this.slot = -1;
    this.#key0 = 0;
    this.#key1 = 0;
    this.#rebuild(this.table.length / SLOT, this.heap.length, 0);
  }

  clear(): void {
    this.table.fill(0);
    this.entries = 0;
    this.#top = 1;
    this.#garbage = 0;
    this.slot = -1;
  }

  #enlargeTable(): void {
    const slots = Math.ceil((this.table.length / SLOT) * GROWTH);
    const live = this.#top - this.#garbage;
    const heapBytes = Math.min(this.heap.byteLength, (live + FIRST_WORDS) * 4);
    if (slots * SLOT * 4 + heapBytes > this.#limit) this.#forget(0);
    else {
      const words = Math.floor((this.#limit - slots * SLOT * 4) / 4);
      this.#rebuild(slots, Math.min(this.heap.length, words), 0);
    }
  }

  #makeRoom(words: number): void {
    const slots = this.table.length / SLOT;
    const live = this.#top - this.#garbage;
    const most = Math.floor((this.#limit - this.table.byteLength) / 4);
    const wanted = live + words + (live >> 2);
    if (wanted <= this.heap.length) this.#rebuild(slots, this.heap.length, 0);
    else if (wanted <= most)
      this.#rebuild(slots, Math.min(most, Math.max(wanted, Math.ceil(this.heap.length * GROWTH))), 0);
    else this.#forget(words);
  }

  /** Drops the oldest entries until `words` and some air fit. */
  #forget(words: number): void {
    const slots = this.table.length / SLOT;
    const most = Math.floor((this.#limit - this.table.byteLength) / 4);
    do {
      this.#rebuild(slots, most, this.#oldestEighth());
    } while (this.#top + words + (most >> 4) > most && this.entries > 1);
  }

  /** Second up to which an eighth of the entries had their last event; at least the oldest of them. */
  #oldestEighth(): number {
    const seconds = new Uint32Array(this.entries);
    let index = 0;
    for (let at = 0; at < this.table.length; at += SLOT) {
      if ((this.table[at + 3] as number) !== 0) seconds[index++] = this.table[at + 2] as number;
    }
    seconds.sort();
    return seconds[Math.floor(this.entries * FORGOTTEN)] ?? 0;
  }

  /** Copies what is kept into a table and heap of the given sizes. Entries idle since `until` (seconds) are dropped. */
  #rebuild(slots: number, words: number, until: number): void {
    const { table, heap } = this;
    const shared = this.#shared;
    if (shared.scratch.length < heap.length) shared.scratch = new Uint32Array(heap.length);
    const { scratch } = shared;
    const size = slots * SLOT;
    if (shared.slots.length < size) shared.slots = new Uint32Array(size);
    const next = shared.slots.subarray(0, size).fill(0);
    let top = 1;
    let kept = 0;
    for (let at = 0; at < table.length; at += SLOT) {
      const ref = table[at + 3] as number;
      if (ref === 0) continue;
      const key0 = table[at] as number;
      const key1 = table[at + 1] as number;
      const seconds = table[at + 2] as number;
      const layout = shared.layouts[key1 & 255] as Layout;
      if (shared.forgotten[key1 & 255] === 1) continue;
      if (key0 !== this.#key0 || key1 !== this.#key1) {
        if (isExpired(layout, seconds, shared.nowSeconds)) {
          shared.expired++;
          continue;
        }
        if (seconds <= until) {
          shared.evictions++;
          continue;
        }
      }
      place(next, key0, key1, seconds, top);
      top = copyEntry(layout, heap, ref, scratch, top);
      kept++;
    }
    if (words !== heap.length) this.heap = new Uint32Array(Math.max(words, top));
    this.heap.set(scratch.subarray(0, top));
    if (size !== table.length) this.table = new Uint32Array(size);
    this.table.set(next);
    this.entries = kept;
    this.#top = top;
    this.#garbage = 0;
    if (this.slot !== -1) this.find(this.#key0, this.#key1);
  }
}

/** Whether no window reaches an entry any more and nothing else is remembered of it. */
function isExpired(layout: Layout, seconds: number, nowSeconds: number): boolean {
  return layout.group.marks.length === 0 && (nowSeconds - seconds) * 1000 > layout.longest + 1000;
}

function place(table: Uint32Array, key0: number, key1: number, seconds: number, ref: number): number {
  const end = table.length;
  let at = Math.floor((key0 * (end / SLOT)) / 0x1_0000_0000) * SLOT;
  while ((table[at + 3] as number) !== 0) {
    at += SLOT;
    if (at === end) at = 0;
  }
  table[at] = key0;
  table[at + 1] = key1;
  table[at + 2] = seconds;
  table[at + 3] = ref;
  return at;
}

/** Words of an entry with all blocks that it refers to. */
export function entryWords(layout: Layout, heap: Uint32Array, ref: number): number {
  const meta = heap[ref] as number;
  let words = mainWords(layout, meta);
  if (wideOf(meta) === 1) {
    for (let index = 0; index < layout.refs; index++) {
      const block = heap[ref + layout.bodyAt + index] as number;
      if (block !== 0) words += heap[block] as number;
    }
  }
  return words;
}

/** Copies an entry to `at`, its blocks right behind it; returns the offset after it. */
export function copyEntry(
  layout: Layout,
  from: Uint32Array,
  ref: number,
  to: Uint32Array,
  at: number,
): number {
  const meta = from[ref] as number;
  let top = copy(from, ref, to, at, mainWords(layout, meta));
  if (wideOf(meta) === 1) {
    for (let index = 0; index < layout.refs; index++) {
      const block = from[ref + layout.bodyAt + index] as number;
      if (block === 0) continue;
      to[at + layout.bodyAt + index] = top;
      top = copy(from, block, to, top, from[block] as number);
    }
  }
  return top;
}

function copy(from: Uint32Array, ref: number, to: Uint32Array, at: number, words: number): number {
  if (words > 64) to.set(from.subarray(ref, ref + words), at);
  else for (let index = 0; index < words; index++) to[at + index] = from[ref + index] as number;
  return at + words;
}
