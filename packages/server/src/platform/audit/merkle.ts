import { createHash, timingSafeEqual } from 'node:crypto';

/** Merkle tree hashing of RFC 9162 section 2.1 with SHA-256. Leaves are counted from 0. */

const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

/** Hash of the tree without leaves: SHA-256 of nothing (section 2.1.1). */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest();

/** SHA-256(0x00 || data): a leaf can never be taken for a node. */
export function leafHash(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/**
 * The right edge of a tree: the roots of its perfect subtrees, largest first, one per set bit of `size`. It is all
 * that is needed to append a leaf and to know the root, in O(log n).
 */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Buffer[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after one more leaf: subtrees of equal size merge, like a carry in binary addition. */
export function appendLeaf(frontier: Frontier, leaf: Buffer): Frontier {
  const hashes = [...frontier.hashes];
  let merged = leaf;
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    merged = nodeHash(hashes.pop() ?? EMPTY_ROOT, merged);
  }
  hashes.push(merged);
  return { size: frontier.size + 1, hashes };
}

/** Root of the tree whose right edge this is. */
export function rootOf(frontier: Frontier): Buffer {
  const [last, ...others] = frontier.hashes.toReversed();
  if (last === undefined) return EMPTY_ROOT;
  return others.reduce((right, left) => nodeHash(left, right), last);
}

function rootOfRange(leaves: readonly Buffer[], from: number, to: number): Buffer {
  let frontier = EMPTY_FRONTIER;
  for (const leaf of leaves.slice(from, to)) frontier = appendLeaf(frontier, leaf);
  return rootOf(frontier);
}

/** Largest power of two smaller than `n` (n > 1). */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Path that proves leaf `index` to be in the tree over `leaves` (PATH of section 2.1.3.1). */
export function inclusionProof(leaves: readonly Buffer[], index: number): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
    throw new RangeError(`no leaf ${index} in a tree of ${leaves.length}`);
  }
  const path: Buffer[] = [];
  let [from, to] = [0, leaves.length];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    const inLeft = index < middle;
    path.push(inLeft ? rootOfRange(leaves, middle, to) : rootOfRange(leaves, from, middle));
    if (inLeft) to = middle;
    else from = middle;
  }
  return path.reverse();
}

/** Whether `proof` shows that `leaf` is number `index` of the tree of `size` leaves with this root (section 2.1.3.2). */
export function verifyInclusion(claim: {
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  let [node, last] = [claim.index, claim.size - 1];
  let hash = claim.leaf;
  for (const sibling of claim.proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(hash, claim.root);
}

/** Path that proves the tree over the first `size` leaves to be a beginning of the tree over all (section 2.1.4.1). */
export function consistencyProof(leaves: readonly Buffer[], size: number): Buffer[] {
  if (!Number.isInteger(size) || size < 1 || size > leaves.length) {
    throw new RangeError(`no tree of ${size} in a tree of ${leaves.length}`);
  }
  const path: Buffer[] = [];
  let [from, to] = [0, leaves.length];
  let whole = true;
  while (size !== to) {
    const middle = from + splitOf(to - from);
    if (size <= middle) {
      path.push(rootOfRange(leaves, middle, to));
      to = middle;
    } else {
      path.push(rootOfRange(leaves, from, middle));
      from = middle;
      whole = false;
    }
  }
  if (!whole) path.push(rootOfRange(leaves, from, to));
  return path.reverse();
}

/** Whether `proof` shows that the second tree only adds to the first (section 2.1.4.2). */
export function verifyConsistency(claim: {
  readonly first: { readonly size: number; readonly root: Buffer };
  readonly second: { readonly size: number; readonly root: Buffer };
  readonly proof: readonly Buffer[];
}): boolean {
  const { first, second } = claim;
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return claim.proof.length === 0 && sameHash(first.root, second.root);
  const path = isPowerOfTwo(first.size) ? [first.root, ...claim.proof] : [...claim.proof];
  let [node, last] = [first.size - 1, second.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const start = path.shift();
  if (start === undefined) return false;
  let [older, newer] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(older, first.root) && sameHash(newer, second.root);
}

const half = (n: number): number => Math.floor(n / 2);

function isPowerOfTwo(n: number): boolean {
  return n === 1 || splitOf(n) * 2 === n;
}

/** Equality of two hashes in constant time; false when a length differs. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
