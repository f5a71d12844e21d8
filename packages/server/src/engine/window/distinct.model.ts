import type { Hand } from './hand.model.ts';
import { countOf, EXACT_VALUES, setWords, sketchWords } from './layout.model.ts';
import { addToSketch, startSketch, turnSketch } from './sketch.model.ts';
import {
  ageAt,
  dropOldest,
  hashAt,
  olderThan,
  put,
  roomOf,
  seeAgain,
  startValues,
  valuesIn,
} from './values.model.ts';

/** Times are kept as the low 32 bits of milliseconds (49.7 days): what is older than this is dropped before they turn. */
const STALE_MS = 40 * 86_400_000;
const FIRST_VALUES = 64;

/** Gives a base its set, from the log. */
export function giveValues(hand: Hand, base: number, ref: number): void {
  const { layout, segment } = hand;
  const words = setWords(FIRST_VALUES);
  const block = segment.allocate(words);
  const { heap } = segment;
  heap[hand.refsAt + ref] = block;
  startValues(heap, block, words);
  const meta = hand.meta;
  const lastLow = hand.last >>> 0;
  const column = layout.columnOf[base] as number;
  for (let record = 0; record < countOf(meta); record++) {
    const at = hand.recordAt(meta, record);
    if ((((heap[at + 1] as number) >>> base) & 1) === 0) continue;
    put(heap, block, heap[at + 2 + column] as number, heap[at] as number, lastLow);
  }
}

/** Counts a value of a distinct base that has a set. */
export function seeValue(hand: Hand, base: number, hash: number, at: number): void {
  const { layout, segment } = hand;
  const lastLow = hand.last >>> 0;
  const ref = layout.setRef[base] as number;
  const age = hand.last - at;
  let block = hand.block(ref);
  let fits = true;
  if (!seeAgain(segment.heap, block, hash, at >>> 0, lastLow)) {
    if (valuesIn(segment.heap, block) === roomOf(segment.heap, block))
      fits = makeRoom(hand, base, block, age);
    block = hand.block(ref);
    if (fits) put(segment.heap, block, hash, at >>> 0, lastLow);
  }
  const sketches = layout.sketchRef[base] as readonly number[];
  for (let index = 0; index < sketches.length; index++) {
    const sketch = (sketches[index] as number) === -1 ? 0 : hand.block(sketches[index] as number);
    const window = layout.windows[index] as number;
    if (sketch !== 0 && age < window) addToSketch(segment.heap, sketch, window, at, hash);
  }
}

/**
 * Room for one more value: by dropping those that left the longest window, by a larger set, or by handing windows
 * that reach further back than the set to sketches. False when the value itself is the oldest.
 */
function makeRoom(hand: Hand, base: number, block: number, age: number): boolean {
  const { layout, segment } = hand;
  const lastLow = hand.last >>> 0;
  const left = olderThan(segment.heap, block, layout.bases[base]?.windows.at(-1) ?? 0, lastLow);
  if (left > 0) {
    dropOldest(segment.heap, block, left);
    return true;
  }
  const room = roomOf(segment.heap, block);
  if (room < EXACT_VALUES) {
    enlarge(hand, layout.setRef[base] as number, setWords(room * 2));
    return true;
  }
  const oldest = ageAt(segment.heap, block, 0, lastLow);
  startSketches(hand, base, Math.max(oldest, age));
  if (age > oldest) return false;
  dropOldest(segment.heap, hand.block(layout.setRef[base] as number), 1);
  return true;
}

function enlarge(hand: Hand, ref: number, words: number): void {
  const { segment } = hand;
  const to = segment.allocate(words);
  const { heap } = segment;
  const from = hand.block(ref);
  const size = heap[from] as number;
  heap.copyWithin(to, from, from + size);
  heap[to] = words;
  heap[hand.refsAt + ref] = to;
  segment.free(size);
}

function startSketches(hand: Hand, base: number, age: number): void {
  const { layout, segment, last } = hand;
  const sketches = layout.sketchRef[base] as readonly number[];
  for (let index = 0; index < sketches.length; index++) {
    const ref = sketches[index] as number;
    const window = layout.windows[index] as number;
    if (ref === -1 || window <= age || hand.block(ref) !== 0) continue;
    const block = segment.allocate(sketchWords());
    const { heap } = segment;
    heap[hand.refsAt + ref] = block;
    startSketch(heap, block, window, last);
    const values = hand.block(layout.setRef[base] as number);
    for (let value = 0; value < valuesIn(heap, values); value++) {
      const seen = ageAt(heap, values, value, last >>> 0);
      if (seen < window) addToSketch(heap, block, window, last - seen, hashAt(heap, values, value));
    }
  }
}

/** Lets the sets and sketches of an entry in hand follow its newest event, `gap` milliseconds after the one before. */
export function turnValues(hand: Hand, before: number, gap: number): void {
  const { layout, last } = hand;
  const { heap } = hand.segment;
  for (const base of layout.distinct) {
    const values = hand.block(layout.setRef[base] as number);
    if (values === 0) continue;
    if (valuesIn(heap, values) > 0 && ageAt(heap, values, 0, before) + gap > STALE_MS) {
      dropOldest(heap, values, olderThan(heap, values, layout.longest - gap, before));
    }
    const sketches = layout.sketchRef[base] as readonly number[];
    for (let index = 0; index < sketches.length; index++) {
      const sketch = (sketches[index] as number) === -1 ? 0 : hand.block(sketches[index] as number);
      if (sketch !== 0) turnSketch(heap, sketch, layout.windows[index] as number, last);
    }
  }
}
