import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../engine/index.ts';
import { boost } from './boosting.model.ts';
import {
  type Forest,
  LEAVES,
  leafOf,
  Shapley,
  SPLITS,
  sideOf,
  sumLeaves,
  sumThicket,
  thicketOf,
} from './tree.model.ts';

const FEATURES = 4;
const settings = { trees: 12, rate: 0.3, rows: 0.8, features: 0.75, penalty: 1, fewest: 3 };
const rowOf = (random: ReturnType<typeof createRandom>) =>
  Uint8Array.from({ length: FEATURES }, () => (random.next() < 0.1 ? 0 : random.between(1, 6)));

/** Trees grown on made-up rows, with some values unknown. */
function grown(seed: number): { forest: Forest; rows: Uint8Array[] } {
  const random = createRandom(seed);
  const rows = Array.from({ length: 80 }, () => rowOf(random));
  const labels = Uint8Array.from(rows, ([a = 0, b = 0, c = 0]) => (a + (b > 3 ? 4 : 0) - c > 2 ? 1 : 0));
  const { forest } = boost(
    { rows, labels, features: FEATURES },
    Int32Array.from(rows.keys()),
    settings,
    random,
  );
  return { forest, rows };
}

/** What a tree is expected to say of a row of which only some features are known: both ways where they are not. */
function expected(forest: Forest, tree: number, bins: Uint8Array, known: ReadonlySet<number>): number {
  const rows = (node: number): number =>
    node >= SPLITS
      ? (forest.covers[tree * LEAVES + node - SPLITS] ?? 0)
      : rows(2 * node + 1) + rows(2 * node + 2);
  const walk = (node: number): number => {
    if (node >= SPLITS) return forest.leaves[tree * LEAVES + node - SPLITS] ?? 0;
    const split = tree * SPLITS + node;
    const [left, right] = [2 * node + 1, 2 * node + 2];
    if (known.has(forest.features[split] ?? 0)) return walk(sideOf(forest, split, bins) === 0 ? left : right);
    const all = rows(node);
    return all === 0
      ? (walk(left) + walk(right)) / 2
      : (rows(left) * walk(left) + rows(right) * walk(right)) / all;
  };
  return walk(0);
}

/** Shapley values by their definition: every set of the other features. */
function byDefinition(forest: Forest, bins: Uint8Array, feature: number): number {
  const others = [0, 1, 2, 3].filter((other) => other !== feature);
  const weight = [1 / 4, 1 / 12, 1 / 12, 1 / 4];
  let sum = 0;
  for (let chosen = 0; chosen < 8; chosen++) {
    const set = others.filter((_, index) => ((chosen >> index) & 1) === 1);
    for (let tree = 0; tree < forest.trees; tree++) {
      const gain =
        expected(forest, tree, bins, new Set([...set, feature])) - expected(forest, tree, bins, new Set(set));
      sum += (weight[set.length] ?? 0) * gain;
    }
  }
  return sum;
}

describe('what trees say', () => {
  it('is explained by the Shapley values of the definition, which add up to it, for any row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { forest } = grown(seed);
        const bins = rowOf(createRandom(seed + 1));
        const shapley = new Shapley(forest);
        const worth = new Float64Array(FEATURES);
        shapley.add(bins, 1, worth);
        const sum = worth.reduce((total, each) => total + each, shapley.base);
        expect(sum).toBeCloseTo(sumLeaves(forest, bins), 5);
        for (const [feature, weight] of worth.entries()) {
          expect(weight).toBeCloseTo(byDefinition(forest, bins, feature), 5);
        }
        const again = new Float64Array(FEATURES);
        shapley.add(bins, 1, again);
        expect(again).toEqual(worth);
      }),
      { numRuns: 25 },
    );
  });

  it('is the same whether trees are asked one by one or as a thicket', () => {
    const { forest, rows } = grown(3);
    const other = grown(4).forest;
    const thicket = thicketOf([forest, other]);
    for (const bins of rows) {
      expect(sumThicket(thicket, bins)).toBeCloseTo(sumLeaves(forest, bins) + sumLeaves(other, bins), 6);
    }
  });

  it('rests on splits that leave enough rows on both sides, and counts every row once', () => {
    const { forest, rows } = grown(5);
    for (let tree = 0; tree < forest.trees; tree++) {
      const covers = Array.from(forest.covers.subarray(tree * LEAVES, (tree + 1) * LEAVES));
      expect(covers.reduce((sum, count) => sum + count, 0)).toBe(64);
      expect(covers.every((count) => count === 0 || count >= settings.fewest)).toBe(true);
    }
    expect(rows.every((bins) => leafOf(forest, 0, bins) < LEAVES)).toBe(true);
  });
});
