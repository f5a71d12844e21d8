import type { Entry } from './entry.model.ts';
import {
  capacityOf,
  codeOf,
  countOf,
  EXACT_EVENTS,
  EXACT_VALUES,
  type Layout,
  readDouble,
  startOf,
  wideOf,
} from './layout.model.ts';
import { readCount, readSum } from './ring.model.ts';
import { readSketch } from './sketch.model.ts';
import { ageAt, olderThan, valuesIn } from './values.model.ts';

/** What the bases of a group amount to in each of its windows: `[window * bases + base]`. */
export interface Reading {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

export function newReading(layout: Layout): Reading {
  const cells = layout.windows.length * layout.bases.length;
  return { counts: new Float64Array(cells), sums: new Float64Array(cells) };
}

const counts = new Float64Array(32);
const sums = new Float64Array(32);

/** Reads every base of the entry in hand; windows end at its newest event. */
export function readEntry(entry: Entry, into: Reading): void {
  const { layout } = entry;
  const meta = entry.meta;
  const exact = readLog(entry, meta, into);
  if (wideOf(meta) === 0) return;
  for (let index = exact; index < layout.windows.length; index++) readRing(entry, index, into);
  for (const base of layout.distinct) {
    const values = entry.block(layout.setRef[base] as number);
    if (values !== 0) readValues(entry, base, values, into);
  }
}

/** Counts the windows that the log covers, all of them in one pass from the newest record; returns how many. */
function readLog(entry: Entry, meta: number, into: Reading): number {
  const { layout } = entry;
  const { heap } = entry.segment;
  const { windows, recordWords } = layout;
  const bases = layout.bases.length;
  const lastLow = entry.last >>> 0;
  const count = countOf(meta);
  const mask = capacityOf(codeOf(meta)) - 1;
  const logAt = entry.logAt(meta);
  const start = startOf(meta);
  const covered = coveredWindows(entry, meta, lastLow, logAt + start * recordWords);
  counts.fill(0, 0, bases);
  sums.fill(0, 0, bases);
  let window = 0;
  for (let index = count - 1; index >= 0 && window < covered; index--) {
    const at = logAt + ((start + index) & mask) * recordWords;
    const age = (lastLow - (heap[at] as number)) >>> 0;
    while (window < covered && age >= (windows[window] as number)) finish(into, window++, bases);
    if (window < covered) addRecord(layout, heap, at);
  }
  while (window < covered) finish(into, window++, bases);
  return covered;
}

/** A window without ring lies in the log wholly, and so does one that begins after the log's oldest record. */
function coveredWindows(entry: Entry, meta: number, lastLow: number, oldest: number): number {
  const { windows } = entry.layout;
  if (wideOf(meta) === 0 || countOf(meta) < EXACT_EVENTS) return windows.length;
  const age = (lastLow - (entry.segment.heap[oldest] as number)) >>> 0;
  let covered = 0;
  while (covered < windows.length && ((windows[covered] as number) <= age || !isPromoted(entry, covered))) {
    covered++;
  }
  return covered;
}

function isPromoted(entry: Entry, window: number): boolean {
  return entry.block(window) !== 0;
}

function addRecord(layout: Layout, heap: Uint32Array, at: number): void {
  let bits = heap[at + 1] as number;
  while (bits !== 0) {
    const base = 31 - Math.clz32(bits);
    bits &= ~(1 << base);
    counts[base] = (counts[base] as number) + 1;
    const number = layout.numberOf[base] as number;
    if (number !== -1)
      sums[base] = (sums[base] as number) + readDouble(heap, at + layout.numberAt + 2 * number);
  }
}

function finish(into: Reading, window: number, bases: number): void {
  const from = window * bases;
  for (let base = 0; base < bases; base++) {
    into.counts[from + base] = counts[base] as number;
    into.sums[from + base] = sums[base] as number;
  }
}

function readRing(entry: Entry, index: number, into: Reading): void {
  const { layout, last } = entry;
  const { heap } = entry.segment;
  const block = entry.block(index);
  const offsets = layout.ringAt[index] as readonly number[];
  for (let base = 0; base < offsets.length; base++) {
    if ((offsets[base] as number) === -1) continue;
    const cell = index * offsets.length + base;
    into.counts[cell] = readCount(heap, block, layout, index, base, last);
    if ((layout.numberOf[base] as number) !== -1)
      into.sums[cell] = readSum(heap, block, layout, index, base, last);
  }
}

function readValues(entry: Entry, base: number, values: number, into: Reading): void {
  const { layout, last } = entry;
  const { heap } = entry.segment;
  const count = valuesIn(heap, values);
  const lastLow = last >>> 0;
  const reach = count < EXACT_VALUES ? Number.POSITIVE_INFINITY : ageAt(heap, values, 0, lastLow);
  const sketches = layout.sketchRef[base] as readonly number[];
  for (let index = 0; index < sketches.length; index++) {
    const ref = sketches[index] as number;
    if (ref === -1) continue;
    const window = layout.windows[index] as number;
    const sketch = window <= reach ? 0 : entry.block(ref);
    into.counts[index * layout.bases.length + base] =
      sketch === 0
        ? count - olderThan(heap, values, window, lastLow)
        : readSketch(heap, sketch, window, last);
  }
}
