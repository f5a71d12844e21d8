import { mix32 } from './hash.model.ts';
import { REGISTERS, readDouble, SKETCH_HEAD, SKETCHES, sketchWords, writeDouble } from './layout.model.ts';

/*
 * Different values in a sliding window, beyond what a set holds: a HyperLogLog for each eighth of the window, and two
 * unions kept up to date at each value: of the newest eight (young) and of all nine (all). The truth lies between the
 * two; how much of the oldest eighth is still inside says where. Block:
 *
 *     size | newest eighth | zero registers of young, of all | harmonic sums of young, of all | registers: young, all, nine
 */
const PARTS = SKETCHES + 1;
const YOUNG = 0;
const ALL = 1;
const HEAD = 1;
const ZEROS = 2;
const SUMS = 4;
const WORDS = REGISTERS / 4;
const BITS = Math.log2(REGISTERS);
/** 1 / (2 ln 2): the constant of the estimator for many registers. */
const ALPHA = 1 / (2 * Math.LN2);
const POWERS = Float64Array.from({ length: 34 }, (_, rank) => (rank === 0 ? 0 : 2 ** -rank));

/** Makes an allocated block an empty sketch ring whose newest event was at `last`. */
export function startSketch(words: Uint32Array, block: number, window: number, last: number): void {
  words[block] = sketchWords();
  words[block + HEAD] = eighthOf(last, window);
  words[block + ZEROS + YOUNG] = REGISTERS;
  words[block + ZEROS + ALL] = REGISTERS;
}

/** Counts a value by its hash at a time that lies in the window. */
export function addToSketch(
  words: Uint32Array,
  block: number,
  window: number,
  at: number,
  hash: number,
): void {
  const head = words[block + HEAD] as number;
  const part = eighthOf(at, window);
  if (part > head || part < head - SKETCHES) return;
  // The value's hash also finds it in the set, so its bits are spread anew.
  const spread = mix32(hash ^ 0x9e3779b9);
  const register = spread & (REGISTERS - 1);
  const rank = Math.clz32(spread >>> BITS) - BITS + 1;
  raise(words, registersAt(block, 2 + (part % PARTS)), register, rank);
  if (part > head - SKETCHES) raiseUnion(words, block, YOUNG, register, rank);
  raiseUnion(words, block, ALL, register, rank);
}

/** Lets time pass up to `last`. */
export function turnSketch(words: Uint32Array, block: number, window: number, last: number): void {
  const head = words[block + HEAD] as number;
  const next = eighthOf(last, window);
  if (next <= head) return;
  for (let part = Math.max(head + 1, next - SKETCHES); part <= next; part++) {
    const at = registersAt(block, 2 + (part % PARTS));
    words.fill(0, at, at + WORDS);
  }
  words[block + HEAD] = next;
  const bytes = new Uint8Array(words.buffer, words.byteOffset);
  const young = registersAt(block, YOUNG) * 4;
  const all = registersAt(block, ALL) * 4;
  const oldest = registersAt(block, 2 + ((next + 1) % PARTS)) * 4;
  bytes.fill(0, young, young + REGISTERS);
  for (let part = 0; part < PARTS; part++) {
    const from = registersAt(block, 2 + part) * 4;
    if (from === oldest) continue;
    for (let index = 0; index < REGISTERS; index++) {
      const rank = bytes[from + index] as number;
      if (rank > (bytes[young + index] as number)) bytes[young + index] = rank;
    }
  }
  for (let index = 0; index < REGISTERS; index++) {
    bytes[all + index] = Math.max(bytes[young + index] as number, bytes[oldest + index] as number);
  }
  summarize(words, block, YOUNG, bytes);
  summarize(words, block, ALL, bytes);
}

/** Different values in the window that ends at `last`. */
export function readSketch(words: Uint32Array, block: number, window: number, last: number): number {
  const young = estimate(words, block, YOUNG);
  const width = window / SKETCHES;
  const passed = last / width - Math.floor(last / width);
  return young + (estimate(words, block, ALL) - young) * (1 - passed);
}

function eighthOf(at: number, window: number): number {
  return Math.floor(at / (window / SKETCHES)) >>> 0;
}

function registersAt(block: number, which: number): number {
  return block + SKETCH_HEAD + which * WORDS;
}

function raise(words: Uint32Array, registers: number, register: number, rank: number): number {
  const at = registers + (register >> 2);
  const shift = (register & 3) << 3;
  const word = words[at] as number;
  const old = (word >>> shift) & 255;
  if (rank > old) words[at] = (word & ~(255 << shift)) | (rank << shift);
  return old;
}

function raiseUnion(words: Uint32Array, block: number, which: number, register: number, rank: number): void {
  const old = raise(words, registersAt(block, which), register, rank);
  if (rank <= old) return;
  const zeros = block + ZEROS + which;
  if (old === 0) words[zeros] = (words[zeros] as number) - 1;
  const sum = block + SUMS + 2 * which;
  writeDouble(words, sum, readDouble(words, sum) - (POWERS[old] as number) + (POWERS[rank] as number));
}

function summarize(words: Uint32Array, block: number, which: number, bytes: Uint8Array): void {
  const at = registersAt(block, which) * 4;
  let zeros = 0;
  let sum = 0;
  for (let index = 0; index < REGISTERS; index++) {
    const rank = bytes[at + index] as number;
    if (rank === 0) zeros++;
    sum += POWERS[rank] as number;
  }
  words[block + ZEROS + which] = zeros;
  writeDouble(words, block + SUMS + 2 * which, sum);
}

/**
 * Ertl's improved raw estimator ("New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6):
 * no bias and no seams from the first value on.
 */
function estimate(words: Uint32Array, block: number, which: number): number {
  const zeros = words[block + ZEROS + which] as number;
  if (zeros === REGISTERS) return 0;
  const sum = readDouble(words, block + SUMS + 2 * which);
  return (ALPHA * REGISTERS * REGISTERS) / (REGISTERS * sigma(zeros / REGISTERS) + sum);
}

function sigma(part: number): number {
  let x = part;
  let y = 1;
  let z = x;
  let before = -1;
  while (z !== before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}
