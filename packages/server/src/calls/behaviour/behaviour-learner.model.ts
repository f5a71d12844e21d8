import { type AdditiveModel, fitAdditive, heightOf, type Ranks } from './additive.model.ts';
import { type BinnedRows, type BoostingSettings, boost, logistic, type Random } from './boosting.model.ts';
import { type Forest, sumLeaves } from './tree.model.ts';

/** What one part of the rows taught: trees and curves, of which the mean is the margin. */
export interface Member {
  readonly base: number;
  readonly forest: Forest;
  readonly curves: AdditiveModel;
}

/** How large a model is: members, each with so many trees. More cost more time at every call and gain little. */
export interface ModelSize {
  readonly members: number;
  readonly trees: number;
}

/** What all trees of a member may learn together, however many they are. */
const LEARNING = 17;
/** Chosen by repeated cross-validation; see `eval/README.md`. */
const TREES: Omit<BoostingSettings, 'trees' | 'rate'> = {
  rows: 0.6,
  features: 0.15,
  penalty: 3,
  fewest: 15,
};
const DOUBTING: BoostingSettings = {
  trees: 150,
  rate: 0.06,
  rows: 0.7,
  features: 0.2,
  penalty: 3,
  fewest: 15,
};
const CURVES_PENALTY = 20;
const DOUBTING_PARTS = 4;
/** A fraud that those who have not seen it call as unlikely as this teaches trees its noise: it is left out of them. */
const DOUBTFUL = 0.1;

/** Teaches one member from some of the rows. */
export function teach(
  data: BinnedRows,
  ranks: Ranks,
  among: Int32Array,
  trees: number,
  random: Random,
): Member {
  const believed = withoutDoubtful(data, among, random);
  const { forest, base } = boost(data, believed, { ...TREES, trees, rate: LEARNING / trees }, random);
  return { base, forest, curves: fitAdditive(data, among, ranks, CURVES_PENALTY) };
}

/** The rows without frauds that look like nothing but ordinary people to trees that were grown without them. */
function withoutDoubtful(data: BinnedRows, among: Int32Array, random: Random): Int32Array {
  const part = dealStratified(among, data.labels, DOUBTING_PARTS, random);
  const doubted = new Set<number>();
  for (let out = 0; out < DOUBTING_PARTS; out++) {
    const { forest, base } = boost(
      data,
      among.filter((_, index) => part[index] !== out),
      DOUBTING,
      random,
    );
    for (const [index, row] of among.entries()) {
      if (part[index] !== out || data.labels[row] !== 1) continue;
      if (logistic(base + sumLeaves(forest, data.rows[row] as Uint8Array)) < DOUBTFUL) doubted.add(row);
    }
  }
  return among.filter((row) => !doubted.has(row));
}

/** The margin that one member gives a row. */
export function marginOf({ base, forest, curves }: Member, ranks: Ranks, bins: Uint8Array): number {
  let additive = curves.base;
  for (let feature = 0; feature < ranks.length; feature++) {
    additive += heightOf(curves, ranks, feature, bins[feature] as number);
  }
  return (base + sumLeaves(forest, bins) + additive) / 2;
}

/** Deals rows into parts, labels spread evenly; the part of each, by its index among them. */
function dealStratified(among: Int32Array, labels: Uint8Array, parts: number, random: Random): Int32Array {
  const part = new Int32Array(among.length);
  for (const label of [0, 1]) {
    const indices = Int32Array.from(among.keys()).filter((index) => labels[among[index] as number] === label);
    shuffle(indices, random);
    for (const [rank, index] of indices.entries()) part[index] = rank % parts;
  }
  return part;
}

/** Fisher-Yates, in place. */
function shuffle(items: Int32Array, random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.between(0, last);
    const kept = items[last] as number;
    items[last] = items[other] as number;
    items[other] = kept;
  }
}

/**
 * Deals groups of rows into parts so that no group is in two and labels are spread over all; the part of every row. A
 * group has the label of its first row.
 */
export function dealGroups(
  groups: Int32Array,
  labels: Uint8Array,
  parts: number,
  random: Random,
): Int32Array {
  const heads = Int32Array.from(new Set(groups));
  const partOfHead = dealStratified(heads, labels, parts, random);
  const known = new Map(Array.from(heads, (head, index) => [head, partOfHead[index] as number]));
  return groups.map((group) => known.get(group) ?? 0);
}
