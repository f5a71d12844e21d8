const SIGNATURE = 32;
const ROWS = 2;
/** Members of a bucket that a newcomer is compared with: campaigns of thousands must not cost their square. */
const COMPARED = 6;
const PRIME = 0x01000193;

/** Distinct hashes of the character 3-grams of a text (the whole text when it is shorter). */
function grams(text: string): Set<number> {
  const found = new Set<number>();
  const last = Math.max(1, text.length - 2);
  for (let start = 0; start < last; start++) {
    let hash = 0x811c9dc5;
    for (let index = start; index < Math.min(text.length, start + 3); index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
    }
    found.add(hash >>> 0);
  }
  return found;
}

function minHash(found: ReadonlySet<number>): Uint32Array {
  const signature = new Uint32Array(SIGNATURE).fill(0xffffffff);
  for (const gram of found) {
    for (let row = 0; row < SIGNATURE; row++) {
      let hash = Math.imul(gram ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b);
      hash = (Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ (hash >>> 13)) >>> 0;
      if (hash < (signature[row] ?? 0)) signature[row] = hash;
    }
  }
  return signature;
}

/** Jaccard similarity of two sets: shared members over all members. */
function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const gram of small) if (large.has(gram)) shared++;
  return shared / (a.size + b.size - shared || 1);
}

/**
 * Groups near-duplicates: MinHash bands over character 3-grams propose, Jaccard similarity of at least `threshold`
 * confirms, chains join. Give it normal forms, so that copies with another link or amount count as the same.
 * Answers the cluster number of every text; numbers are in order of first appearance.
 */
export function clusterTexts(texts: readonly string[], threshold = 0.5): Int32Array {
  const parent = Int32Array.from(texts, (_, index) => index);
  const find = (member: number): number => {
    let root = member;
    while (parent[root] !== root) root = parent[root] ?? root;
    for (let at = member; at !== root; ) {
      const next = parent[at] ?? root;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  const sets = texts.map(grams);
  const buckets = new Map<string, number[]>();
  for (const [index, set] of sets.entries()) {
    const signature = minHash(set);
    for (let band = 0; band < SIGNATURE; band += ROWS) {
      const key = `${band}:${signature.subarray(band, band + ROWS).join(':')}`;
      const bucket = buckets.get(key) ?? [];
      buckets.set(key, bucket);
      for (const other of bucket) {
        const [a, b] = [find(index), find(other)];
        if (a !== b && jaccard(set, sets[other] ?? set) >= threshold) parent[Math.max(a, b)] = Math.min(a, b);
      }
      if (bucket.length < COMPARED) bucket.push(index);
    }
  }
  return parent.map((_, index) => find(index));
}
