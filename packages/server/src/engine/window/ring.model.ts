import { BUCKETS, COUNT_WORDS, type Layout, readDouble, writeDouble } from './layout.model.ts';

/*
 * Counts and sums of a window beyond the events kept one by one: 32 buckets of equal width and the oldest, part of
 * which has left the window already; that part is taken off as if its events were spread evenly. All bases of a group
 * that have the window stand in one block and turn together.
 *
 *     size | newest bucket | for each base: total, 33 buckets; for a sum also: total, 33 buckets in doubles
 */
const SLOTS = BUCKETS + 1;
const HEAD = 1;

/** What is added to a ring: the bases it counts for, and the numbers by the layout's order. */
export interface Addition {
  readonly bits: number;
  readonly numbers: Float64Array;
}

export function startRing(
  words: Uint32Array,
  block: number,
  layout: Layout,
  index: number,
  last: number,
): void {
  words[block] = layout.ringWords[index] as number;
  words[block + HEAD] = bucketOf(last, layout.windows[index] as number);
}

export function addToRing(
  words: Uint32Array,
  block: number,
  layout: Layout,
  index: number,
  at: number,
  addition: Addition,
): void {
  const bucket = bucketOf(at, layout.windows[index] as number);
  const head = words[block + HEAD] as number;
  if (bucket > head || bucket < head - BUCKETS) return;
  const slot = bucket % SLOTS;
  const offsets = layout.ringAt[index] as readonly number[];
  for (let base = 0; base < offsets.length; base++) {
    const offset = offsets[base] as number;
    if (offset === -1 || ((addition.bits >>> base) & 1) === 0) continue;
    const total = block + offset;
    words[total] = (words[total] as number) + 1;
    const counted = total + 1 + slot;
    words[counted] = (words[counted] as number) + 1;
    const number = layout.numberOf[base] as number;
    if (number === -1) continue;
    const sum = total + COUNT_WORDS;
    const value = addition.numbers[number] as number;
    writeDouble(words, sum, readDouble(words, sum) + value);
    const summed = sum + 2 + 2 * slot;
    writeDouble(words, summed, readDouble(words, summed) + value);
  }
}

/** Lets time pass up to `last`; totals are summed anew, so that rounding never accumulates. */
export function turnRing(
  words: Uint32Array,
  block: number,
  layout: Layout,
  index: number,
  last: number,
): void {
  const head = words[block + HEAD] as number;
  const next = bucketOf(last, layout.windows[index] as number);
  if (next <= head) return;
  words[block + HEAD] = next;
  const first = Math.max(head + 1, next - BUCKETS);
  const offsets = layout.ringAt[index] as readonly number[];
  for (let base = 0; base < offsets.length; base++) {
    const offset = offsets[base] as number;
    if (offset === -1) continue;
    const total = block + offset;
    turnCounts(words, total, first, next);
    if ((layout.numberOf[base] as number) !== -1) turnSums(words, total + COUNT_WORDS, first, next);
  }
}

/** Events of a base in the window that ends at `last`. */
export function readCount(
  words: Uint32Array,
  block: number,
  layout: Layout,
  index: number,
  base: number,
  last: number,
): number {
  const total = block + ((layout.ringAt[index] as readonly number[])[base] as number);
  const window = layout.windows[index] as number;
  return (
    (words[total] as number) - (words[total + 1 + oldest(words, block)] as number) * passed(last, window)
  );
}

export function readSum(
  words: Uint32Array,
  block: number,
  layout: Layout,
  index: number,
  base: number,
  last: number,
): number {
  const total = block + ((layout.ringAt[index] as readonly number[])[base] as number) + COUNT_WORDS;
  const window = layout.windows[index] as number;
  return (
    readDouble(words, total) - readDouble(words, total + 2 + 2 * oldest(words, block)) * passed(last, window)
  );
}

function bucketOf(at: number, window: number): number {
  return Math.floor(at / (window / BUCKETS)) >>> 0;
}

/** Part of the oldest bucket that has left the window. */
function passed(last: number, window: number): number {
  const buckets = last / (window / BUCKETS);
  return buckets - Math.floor(buckets);
}

function oldest(words: Uint32Array, block: number): number {
  return ((words[block + HEAD] as number) + 1) % SLOTS;
}

function turnCounts(words: Uint32Array, total: number, first: number, next: number): void {
  let sum = words[total] as number;
  for (let bucket = first; bucket <= next; bucket++) {
    const at = total + 1 + (bucket % SLOTS);
    sum -= words[at] as number;
    words[at] = 0;
  }
  words[total] = sum;
}

function turnSums(words: Uint32Array, total: number, first: number, next: number): void {
  for (let bucket = first; bucket <= next; bucket++) {
    writeDouble(words, total + 2 + 2 * (bucket % SLOTS), 0);
  }
  let sum = 0;
  for (let slot = 0; slot < SLOTS; slot++) sum += readDouble(words, total + 2 + 2 * slot);
  writeDouble(words, total, sum);
}
