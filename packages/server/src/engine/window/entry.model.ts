import { giveValues, seeValue, turnValues } from './distinct.model.ts';
import { Hand } from './hand.model.ts';
import {
  capacityOf,
  codeOf,
  countOf,
  EXACT_EVENTS,
  type Layout,
  MAX_CODE,
  mainWords,
  msOf,
  packMeta,
  readDouble,
  startOf,
  wideOf,
  writeDouble,
} from './layout.model.ts';
import { type Addition, addToRing, startRing, turnRing } from './ring.model.ts';
import type { Segment } from './segment.model.ts';

/** One event as it is counted for one group. */
export interface Sighting extends Addition {
  readonly at: number;
  /** Hash of each column of the layout. */
  readonly hashes: Uint32Array;
}

/** What happens to the entry in hand: time passes, events are counted, exact gives way to rings and sketches. */
export class Entry extends Hand {
  /** Takes the entry of a key in hand; false when there is none. */
  open(segment: Segment, layout: Layout, key0: number, key1: number): boolean {
    this.segment = segment;
    this.layout = layout;
    if (!segment.find(key0, key1)) return false;
    this.last = segment.seconds * 1000 + msOf(segment.heap[segment.ref] as number);
    return true;
  }

  /** Makes the entry that `open` did not find. */
  create(at: number): void {
    const { layout, segment } = this;
    const code = layout.recordWords === 0 ? 0 : 1;
    const seconds = Math.floor(at / 1000);
    const meta = packMeta(0, 0, code, 0, at - seconds * 1000);
    segment.insert(seconds, mainWords(layout, meta));
    segment.heap[segment.ref] = meta;
    this.last = at;
  }

  /** Lets time pass up to `at`: what has left every window goes. */
  advance(at: number): void {
    const gap = at - this.last;
    if (gap <= 0) return;
    const { layout, segment } = this;
    const before = this.last >>> 0;
    this.last = at;
    const seconds = Math.floor(at / 1000);
    segment.seconds = seconds;
    const meta = this.meta;
    const ms = at - seconds * 1000;
    if (gap >= layout.longest) {
      this.#reset(meta, ms);
      return;
    }
    let count = countOf(meta);
    let start = startOf(meta);
    const mask = capacityOf(codeOf(meta)) - 1;
    const logAt = this.logAt(meta);
    const { heap } = segment;
    while (count > 0) {
      const time = heap[logAt + start * layout.recordWords] as number;
      if (((before - time) >>> 0) + gap < layout.longest) break;
      start = (start + 1) & mask;
      count--;
    }
    this.meta = packMeta(count, start, codeOf(meta), wideOf(meta), ms);
    if (wideOf(meta) === 1) this.#turn(before, gap);
  }

  /** Counts an event that is not older than `last` by more than the allowed lateness. */
  record(sighting: Sighting): void {
    const { layout } = this;
    if (layout.recordWords === 0 || sighting.bits === 0) return;
    const age = this.last - sighting.at;
    if (age >= layout.longest) return;
    let meta = this.meta;
    if (countOf(meta) === EXACT_EVENTS) {
      const oldest = ((this.last >>> 0) - (this.segment.heap[this.recordAt(meta, 0)] as number)) >>> 0;
      this.#promote(Math.max(oldest, age));
      meta = this.meta;
      if (age <= oldest) {
        const next = (startOf(meta) + 1) & (EXACT_EVENTS - 1);
        this.meta = packMeta(EXACT_EVENTS - 1, next, codeOf(meta), wideOf(meta), msOf(meta));
        this.#insert(sighting);
      }
    } else {
      if (countOf(meta) === capacityOf(codeOf(meta))) this.#rebuild(codeOf(meta) + 1, wideOf(meta));
      this.#insert(sighting);
    }
    if (wideOf(this.meta) === 1) this.#spread(sighting, age);
  }

  /** Puts a record where its time belongs; there is room. */
  #insert(sighting: Sighting): void {
    const { layout, segment } = this;
    const { heap } = segment;
    const meta = this.meta;
    const lastLow = this.last >>> 0;
    const age = this.last - sighting.at;
    const bits = this.#onlyLatest(meta, sighting, age);
    let index = countOf(meta);
    while (index > 0) {
      const before = this.recordAt(meta, index - 1);
      if ((lastLow - (heap[before] as number)) >>> 0 >= age) break;
      heap.copyWithin(this.recordAt(meta, index), before, before + layout.recordWords);
      index--;
    }
    const at = this.recordAt(meta, index);
    heap[at] = sighting.at >>> 0;
    heap[at + 1] = bits;
    for (let column = 0; column < layout.columns.length; column++) {
      heap[at + 2 + column] = sighting.hashes[column] as number;
    }
    for (let number = 0; number < layout.numbers.length; number++) {
      writeDouble(heap, at + layout.numberAt + 2 * number, sighting.numbers[number] as number);
    }
    this.meta = packMeta(countOf(meta) + 1, startOf(meta), codeOf(meta), wideOf(meta), msOf(meta));
  }

  /**
   * Leaves the bit of a distinct base only on the latest record of each value, so that different values are counted
   * by adding bits. Returns the bits of the new record.
   */
  #onlyLatest(meta: number, sighting: Sighting, age: number): number {
    const { layout } = this;
    const { heap } = this.segment;
    const lastLow = this.last >>> 0;
    let { bits } = sighting;
    for (const base of layout.distinct) {
      if (((bits >>> base) & 1) === 0) continue;
      if (wideOf(meta) === 1 && this.block(layout.setRef[base] as number) !== 0) continue;
      const column = layout.columnOf[base] as number;
      const hash = sighting.hashes[column] as number;
      for (let index = countOf(meta) - 1; index >= 0; index--) {
        const at = this.recordAt(meta, index);
        if ((heap[at + 2 + column] as number) !== hash || (((heap[at + 1] as number) >>> base) & 1) === 0) {
          continue;
        }
        if ((lastLow - (heap[at] as number)) >>> 0 < age) bits &= ~(1 << base);
        else heap[at + 1] = (heap[at + 1] as number) & ~(1 << base);
        break;
      }
    }
    return bits >>> 0;
  }

  /** Moves the main block to one with a log of another capacity, or with references. */
  #rebuild(code: number, wide: number): void {
    const { layout, segment } = this;
    const count = countOf(this.meta);
    const words = mainWords(layout, packMeta(0, 0, code, wide, 0));
    const to = segment.allocate(words);
    const { heap, ref } = segment;
    const meta = heap[ref] as number;
    heap.copyWithin(to, ref, ref + layout.bodyAt + wideOf(meta) * layout.refs);
    let at = to + layout.bodyAt + wide * layout.refs;
    for (let index = 0; index < count; index++) {
      const from = this.recordAt(meta, index);
      heap.copyWithin(at, from, from + layout.recordWords);
      at += layout.recordWords;
    }
    heap[to] = packMeta(count, 0, code, wide, msOf(meta));
    segment.replaceMain(to, mainWords(layout, meta));
  }

  /** Gives every window longer than `age` its ring, and every base that looks so far back its set, from the log. */
  #promote(age: number): void {
    const { layout } = this;
    for (let index = layout.windows.length - 1; index >= 0; index--) {
      if ((layout.windows[index] as number) <= age) break;
      if (wideOf(this.meta) === 0) this.#rebuild(MAX_CODE, 1);
      if (this.block(index) === 0) this.#startRing(index);
    }
    for (const base of layout.distinct) {
      const longest = layout.bases[base]?.windows.at(-1) ?? 0;
      const ref = layout.setRef[base] as number;
      if (longest > age && this.block(ref) === 0) giveValues(this, base, ref);
    }
  }

  #startRing(index: number): void {
    const { layout, segment, last } = this;
    const block = segment.allocate(layout.ringWords[index] as number);
    const { heap } = segment;
    heap[this.refsAt + index] = block;
    startRing(heap, block, layout, index, last);
    const meta = this.meta;
    const numbers = new Float64Array(layout.numbers.length);
    for (let record = 0; record < countOf(meta); record++) {
      const at = this.recordAt(meta, record);
      const age = ((last >>> 0) - (heap[at] as number)) >>> 0;
      if (age >= (layout.windows[index] as number)) continue;
      readNumbers(heap, at + layout.numberAt, numbers);
      addToRing(heap, block, layout, index, last - age, { bits: heap[at + 1] as number, numbers });
    }
  }

  /** Adds an event to the rings, sets and sketches there are. */
  #spread(sighting: Sighting, age: number): void {
    const { layout, segment } = this;
    for (let index = 0; index < layout.windows.length; index++) {
      const block = this.block(index);
      if (block === 0 || age >= (layout.windows[index] as number)) continue;
      addToRing(segment.heap, block, layout, index, sighting.at, sighting);
    }
    for (const base of layout.distinct) {
      if (((sighting.bits >>> base) & 1) === 0) continue;
      const hash = sighting.hashes[layout.columnOf[base] as number] as number;
      if (this.block(layout.setRef[base] as number) !== 0) seeValue(this, base, hash, sighting.at);
    }
  }

  #turn(before: number, gap: number): void {
    const { layout, last } = this;
    const { heap } = this.segment;
    for (let index = 0; index < layout.windows.length; index++) {
      const ring = this.block(index);
      if (ring !== 0) turnRing(heap, ring, layout, index, last);
    }
    turnValues(this, before, gap);
  }

  /** Back to an empty log: no window reaches anything that was counted. Marks stay. */
  #reset(meta: number, ms: number): void {
    const { layout, segment } = this;
    if (wideOf(meta) === 1) {
      for (let ref = 0; ref < layout.refs; ref++) {
        const block = this.block(ref);
        if (block !== 0) segment.free(segment.heap[block] as number);
      }
      // The references and the log beyond the first record become unused words behind a smaller main block.
      segment.free(mainWords(layout, meta) - mainWords(layout, packMeta(0, 0, 1, 0, 0)));
      this.meta = packMeta(0, 0, 1, 0, ms);
      return;
    }
    this.meta = packMeta(0, 0, codeOf(meta), 0, ms);
  }
}

function readNumbers(heap: Uint32Array, at: number, into: Float64Array): void {
  for (let index = 0; index < into.length; index++) into[index] = readDouble(heap, at + 2 * index);
}
