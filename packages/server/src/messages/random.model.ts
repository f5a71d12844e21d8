/** Seeded generator (mulberry32): the same seed gives the same training, split and interval everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Fisher-Yates, in place. */
export function shuffle(items: number[] | Int32Array, random: () => number): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = items[last] ?? 0;
    items[last] = items[other] ?? 0;
    items[other] = kept;
  }
}

/**
 * Deals clusters into `count` parts so that no cluster is in two and every label is spread over all: clusters are
 * shuffled, ordered by the label of their first member, and dealt round. Answers the part of every sample.
 */
export function dealClusters(
  clusters: ArrayLike<number>,
  labels: readonly string[],
  count: number,
  seed: number,
): Int32Array {
  const first = new Map<number, string>();
  for (const [index, label] of labels.entries()) {
    const cluster = clusters[index] ?? index;
    if (!first.has(cluster)) first.set(cluster, label);
  }
  const order = Int32Array.from(first.keys());
  shuffle(order, seededRandom(seed));
  const names = [...new Set(first.values())].sort();
  const rank = new Map(names.map((name, index) => [name, index]));
  const byLabel = [...order].sort(
    (a, b) => (rank.get(first.get(a) ?? '') ?? 0) - (rank.get(first.get(b) ?? '') ?? 0),
  );
  const part = new Map(byLabel.map((cluster, index) => [cluster, index % count]));
  return Int32Array.from(labels, (_, index) => part.get(clusters[index] ?? index) ?? 0);
}
