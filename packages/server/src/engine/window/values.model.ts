import { SET_HEAD } from './layout.model.ts';

/*
 * Different values kept one by one in the order in which they were last seen, so that the number of those in a window
 * is the place of its beginning. Block: size | count | (hash, time) of each, oldest first.
 */
const COUNT = 1;

export function startValues(words: Uint32Array, block: number, size: number): void {
  words[block] = size;
}

export function valuesIn(words: Uint32Array, block: number): number {
  return words[block + COUNT] as number;
}

export function roomOf(words: Uint32Array, block: number): number {
  return ((words[block] as number) - SET_HEAD) >> 1;
}

export function hashAt(words: Uint32Array, block: number, index: number): number {
  return words[block + SET_HEAD + 2 * index] as number;
}

/** Milliseconds from a value's last sight to `lastLow`, both in low 32 bits. */
export function ageAt(words: Uint32Array, block: number, index: number, lastLow: number): number {
  return (lastLow - (words[block + SET_HEAD + 2 * index + 1] as number)) >>> 0;
}

/** Moves a known value to its new place; false when it is not known. A sight earlier than the known one is nothing new. */
export function seeAgain(
  words: Uint32Array,
  block: number,
  hash: number,
  time: number,
  lastLow: number,
): boolean {
  const start = block + SET_HEAD;
  for (let at = start + 2 * (valuesIn(words, block) - 1); at >= start; at -= 2) {
    if ((words[at] as number) !== hash) continue;
    if ((lastLow - (words[at + 1] as number)) >>> 0 > (lastLow - time) >>> 0) {
      remove(words, block, (at - start) >> 1);
      put(words, block, hash, time, lastLow);
    }
    return true;
  }
  return false;
}

/** Puts a value that is not known yet where its time belongs; there must be room. */
export function put(words: Uint32Array, block: number, hash: number, time: number, lastLow: number): void {
  const count = valuesIn(words, block);
  const start = block + SET_HEAD;
  const age = (lastLow - time) >>> 0;
  let at = start + 2 * count;
  while (at > start && (lastLow - (words[at - 1] as number)) >>> 0 < age) {
    words[at] = words[at - 2] as number;
    words[at + 1] = words[at - 1] as number;
    at -= 2;
  }
  words[at] = hash;
  words[at + 1] = time;
  words[block + COUNT] = count + 1;
}

/** Forgets the oldest `count` values. */
export function dropOldest(words: Uint32Array, block: number, count: number): void {
  const start = block + SET_HEAD;
  const left = valuesIn(words, block) - count;
  words.copyWithin(start, start + 2 * count, start + 2 * (count + left));
  words[block + COUNT] = left;
}

/** How many values are older than `window` milliseconds, or as old. */
export function olderThan(words: Uint32Array, block: number, window: number, lastLow: number): number {
  let low = 0;
  let high = valuesIn(words, block);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ageAt(words, block, middle, lastLow) >= window) low = middle + 1;
    else high = middle;
  }
  return low;
}

function remove(words: Uint32Array, block: number, index: number): void {
  const count = valuesIn(words, block);
  const at = block + SET_HEAD + 2 * index;
  words.copyWithin(at, at + 2, block + SET_HEAD + 2 * count);
  words[block + COUNT] = count - 1;
}
