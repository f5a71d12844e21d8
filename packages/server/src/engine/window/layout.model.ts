import type { Base, Group } from './group.model.ts';

/** Events of a subject that are kept one by one, newest first to be counted exactly. */
export const EXACT_EVENTS = 32;
/** Events in a window up to which its values are exact: one fewer, since the oldest kept must lie before the window. */
export const EXACT_UP_TO = EXACT_EVENTS - 1;
/** Buckets a window is cut into beyond that; one more holds the part of the oldest that has not left yet. */
export const BUCKETS = 32;
/** Different values of a subject that are kept one by one. */
export const EXACT_VALUES = 512;
/** HyperLogLog registers: standard error 1.04 / sqrt(2048) = 2.3 %, mean error 1.8 %. */
export const REGISTERS = 2048;
/** Sketches a window is cut into beyond `EXACT_VALUES`. */
export const SKETCHES = 8;

/** Words of a count's ring: total, then buckets. A sum has the same for what it counts, then twice that in doubles. */
export const COUNT_WORDS = 1 + BUCKETS + 1;
const SUM_WORDS = COUNT_WORDS * 3;
/** Ring: its size and the number of its newest bucket. */
const RING_HEAD = 2;
/** Sketch ring: size, newest bucket, then zero registers and harmonic sum of the two unions (see `sketch.model.ts`). */
export const SKETCH_HEAD = 8;
const SKETCH_WORDS = SKETCH_HEAD + ((SKETCHES + 1 + 2) * REGISTERS) / 4;
/** Set of values: its size and count, then hash and time of each. */
export const SET_HEAD = 2;

/**
 * How the state of a group lies in words of 32 bits. An entry is one main block
 *
 *     meta | marks (doubles) | references, once it is wide | log: records in a circle, oldest first
 *
 * and, once it is wide, blocks that its references point at: a ring for each window, a set of values for each
 * distinct base, a sketch ring for each window of such a base. Every such block begins with its size in words.
 * A record is time (milliseconds, low 32 bits) | bits of the bases it counts for | hash of each distinct column |
 * each number as a double.
 */
export interface Layout {
  readonly id: number;
  readonly group: Group;
  /** Every window of the group in milliseconds, ascending. */
  readonly windows: readonly number[];
  /** Milliseconds after which nothing but marks is left. */
  readonly longest: number;
  readonly bases: readonly Base[];
  /** Names of the joined values kept with a record, and which of them each base counts (-1: none). */
  readonly columns: readonly (readonly string[])[];
  readonly columnOf: readonly number[];
  readonly numbers: readonly string[];
  readonly numberOf: readonly number[];
  readonly distinct: readonly number[];
  readonly recordWords: number;
  /** Offset in a record of the first number. */
  readonly numberAt: number;
  readonly markAt: readonly number[];
  /** Offset in the main block of the log, or of the references of a wide entry. */
  readonly bodyAt: number;
  readonly refs: number;
  /** Offset among the references of a base's set, and of a base's sketch for a window (-1: none). */
  readonly setRef: readonly number[];
  readonly sketchRef: readonly (readonly number[])[];
  /** Words of the ring of a window, and offset in it of each base (-1: not in that window). */
  readonly ringWords: readonly number[];
  readonly ringAt: readonly (readonly number[])[];
  /** Words of the largest entry there can be. */
  readonly maxWords: number;
}

export function layoutOf(group: Group, id: number): Layout {
  const { bases } = group;
  const windows = [...new Set(bases.flatMap((base) => base.windows))].sort((a, b) => a - b);
  const columns = firsts(bases.filter((base) => base.measure === 'distinct').map(({ of }) => of));
  const numbers = firsts(bases.filter((base) => base.measure === 'sum').map(({ of }) => of)).map(
    ([feature = '']) => feature,
  );
  const distinct = bases.flatMap((base, index) => (base.measure === 'distinct' ? [index] : []));
  let refs = windows.length;
  const setRef = bases.map((base) => (base.measure === 'distinct' ? refs++ : -1));
  const sketchRef = bases.map((base) =>
    windows.map((window) => (base.measure === 'distinct' && base.windows.includes(window) ? refs++ : -1)),
  );
  const rings = windows.map((window) => ringOf(bases, window));
  let bodyAt = 1;
  const markAt = group.marks.map(({ mark }) => {
    const at = bodyAt;
    bodyAt += mark === 'last' ? 4 : 2;
    return at;
  });
  const numberAt = 2 + columns.length;
  const recordWords = windows.length === 0 ? 0 : numberAt + 2 * numbers.length;
  const sketches = sketchRef.flat().filter((ref) => ref !== -1).length;
  return {
    id,
    group,
    windows,
    longest: windows.at(-1) ?? 0,
    bases,
    columns,
    columnOf: bases.map((base) => (base.measure === 'distinct' ? indexOf(columns, base.of) : -1)),
    numbers,
    numberOf: bases.map((base) => (base.measure === 'sum' ? numbers.indexOf(base.of[0] ?? '') : -1)),
    distinct,
    recordWords,
    numberAt,
    markAt,
    bodyAt,
    refs,
    setRef,
    sketchRef,
    ringWords: rings.map(({ words }) => words),
    ringAt: rings.map(({ at }) => at),
    maxWords:
      bodyAt +
      refs +
      EXACT_EVENTS * recordWords +
      rings.reduce((sum, { words }) => sum + words, 0) +
      distinct.length * setWords(EXACT_VALUES) +
      sketches * SKETCH_WORDS,
  };
}

export function setWords(capacity: number): number {
  return SET_HEAD + 2 * capacity;
}

export function sketchWords(): number {
  return SKETCH_WORDS;
}

function ringOf(bases: readonly Base[], window: number): { words: number; at: number[] } {
  let words = RING_HEAD;
  const at = bases.map((base) => {
    if (base.measure === 'distinct' || !base.windows.includes(window)) return -1;
    const here = words;
    words += base.measure === 'sum' ? SUM_WORDS : COUNT_WORDS;
    return here;
  });
  return { words, at };
}

function firsts(lists: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(lists.map((list) => [list.join('+'), list])).values()];
}

function indexOf(columns: readonly (readonly string[])[], of: readonly string[]): number {
  return columns.findIndex((column) => column.join('+') === of.join('+'));
}

/*
 * The meta word: events in the log (6 bits), start of its circle (5), code of its capacity (3), whether the entry is
 * wide (1), and the milliseconds within the second of the newest event (10).
 */
export function packMeta(count: number, start: number, code: number, wide: number, ms: number): number {
  return (count | (start << 6) | (code << 11) | (wide << 14) | (ms << 15)) >>> 0;
}
export const countOf = (meta: number): number => meta & 63;
export const startOf = (meta: number): number => (meta >>> 6) & 31;
export const codeOf = (meta: number): number => (meta >>> 11) & 7;
export const wideOf = (meta: number): number => (meta >>> 14) & 1;
export const msOf = (meta: number): number => (meta >>> 15) & 1023;
/** Events that a log of this code has room for: 0, 1, 2, 4, 8, 16, 32. */
export const capacityOf = (code: number): number => (code === 0 ? 0 : 1 << (code - 1));
export const MAX_CODE = 6;

export function mainWords(layout: Layout, meta: number): number {
  return layout.bodyAt + wideOf(meta) * layout.refs + capacityOf(codeOf(meta)) * layout.recordWords;
}

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);

/** A double that lies in two words at any offset. */
export function readDouble(words: Uint32Array, at: number): number {
  halves[0] = words[at] as number;
  halves[1] = words[at + 1] as number;
  return scratch[0] as number;
}

export function writeDouble(words: Uint32Array, at: number, value: number): void {
  scratch[0] = value;
  words[at] = halves[0] as number;
  words[at + 1] = halves[1] as number;
}
