import { emptyForest, type Forest, LEAVES, leafOf, NO_SPLIT, SPLITS, sideOf } from './tree.model.ts';

/** Seeded pseudo-random numbers, as the engine makes them. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number between the two, both included. */
  between(low: number, high: number): number;
}

/** How trees are grown. */
export interface BoostingSettings {
  readonly trees: number;
  /** Part of each tree's answer that is taken over. */
  readonly rate: number;
  /** Parts of the rows and of the features that a tree sees. */
  readonly rows: number;
  readonly features: number;
  /** L2 penalty on leaves. */
  readonly penalty: number;
  /** Fewest rows on either side of a split. */
  readonly fewest: number;
}

/** Rows cut into bins, one byte for each feature. */
export interface BinnedRows {
  readonly rows: readonly Uint8Array[];
  readonly features: number;
  /** Of each row: 1 or 0. */
  readonly labels: Uint8Array;
}

const BINS = 256;

/** What boosting works on, besides the trees. */
interface Work {
  readonly data: BinnedRows;
  readonly settings: BoostingSettings;
  readonly random: Random;
  readonly slope: Float64Array;
  readonly curve: Float64Array;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly shift: number;
  readonly limit: number;
}

export const logistic = (margin: number): number => 1 / (1 + Math.exp(-margin));

/**
 * Gradient boosting of log-loss by histograms (Friedman 2001; second order as in XGBoost): each tree is fitted to the slope
 * and curvature of the loss on a sample of rows, with a sample of features. Returns the trees and the margin they begin
 * from. The same random numbers give the same trees.
 */
export function boost(
  data: BinnedRows,
  among: Int32Array,
  settings: BoostingSettings,
  random: Random,
): { readonly forest: Forest; readonly base: number } {
  const { rows, labels } = data;
  const forest = emptyForest(settings.trees);
  const positive = among.reduce((sum, row) => sum + (labels[row] ?? 0), 0);
  const base = Math.log((positive + 1) / (among.length - positive + 1));
  const margins = new Float64Array(rows.length).fill(base);
  const work: Work = {
    data,
    settings,
    random,
    slope: new Float64Array(rows.length),
    curve: new Float64Array(rows.length),
  };
  for (let tree = 0; tree < settings.trees; tree++) {
    for (const row of among) {
      const share = logistic(margins[row] as number);
      work.slope[row] = share - (labels[row] as number);
      work.curve[row] = share * (1 - share);
    }
    grow(forest, tree, sample(among, settings.rows, random), work);
    for (const row of among) {
      const leaf = leafOf(forest, tree, rows[row] as Uint8Array);
      margins[row] = (margins[row] as number) + (forest.leaves[tree * LEAVES + leaf] as number);
    }
  }
  return { forest, base };
}

/** Some of the items, without replacement, in their order. */
function sample(items: Int32Array, part: number, random: Random): Int32Array {
  const wanted = Math.max(1, Math.round(items.length * part));
  const chosen = new Int32Array(wanted);
  let found = 0;
  for (let index = 0; index < items.length && found < wanted; index++) {
    if (random.next() * (items.length - index) < wanted - found) chosen[found++] = items[index] as number;
  }
  return chosen;
}

/** Grows one tree level by level. */
function grow(forest: Forest, tree: number, sampled: Int32Array, work: Work): void {
  const all = Int32Array.from({ length: work.data.features }, (_, feature) => feature);
  const features = sample(all, work.settings.features, work.random);
  let parts: Int32Array[] = [sampled];
  for (let first = 0; first < SPLITS; first = 2 * first + 1) {
    parts = parts.flatMap((part, index) => {
      const split = tree * SPLITS + first + index;
      const best = bestSplit(part, features, work);
      if (best) {
        forest.features[split] = best.feature;
        forest.shifts[split] = best.shift;
        forest.limits[split] = best.limit;
      }
      const { rows } = work.data;
      const goesLeft = (row: number) => sideOf(forest, split, rows[row] as Uint8Array) === 0;
      return [part.filter(goesLeft), part.filter((row) => !goesLeft(row))];
    });
  }
  const { rate, penalty } = work.settings;
  for (const [leaf, part] of parts.entries()) {
    const [slope, curve] = sums(part, work);
    forest.leaves[tree * LEAVES + leaf] = (-rate * slope) / (curve + penalty);
    forest.covers[tree * LEAVES + leaf] = part.length;
  }
}

function sums(part: Int32Array, { slope, curve }: Work): [slope: number, curve: number] {
  let [slopes, curves] = [0, 0];
  for (const row of part) {
    slopes += slope[row] as number;
    curves += curve[row] as number;
  }
  return [slopes, curves];
}

/** The split that lowers the loss most; none where nothing does. */
function bestSplit(part: Int32Array, features: Int32Array, work: Work): Split | undefined {
  if (part.length < 2 * work.settings.fewest) return undefined;
  const whole = sums(part, work);
  let best: Split | undefined;
  for (const feature of features) {
    const found = splitBy(feature, part, whole, work);
    if (found && found.gain > (best?.gain ?? 1e-9)) best = found;
  }
  return best;
}

const histogram = {
  slope: new Float64Array(BINS),
  curve: new Float64Array(BINS),
  count: new Float64Array(BINS),
};

/** Fills the histogram of a feature over some rows; returns its last bin. */
function fill(feature: number, part: Int32Array, { data, slope, curve }: Work): number {
  const { slope: slopes, curve: curves, count } = histogram;
  slopes.fill(0);
  curves.fill(0);
  count.fill(0);
  let last = 0;
  for (const row of part) {
    const bin = (data.rows[row] as Uint8Array)[feature] as number;
    slopes[bin] = (slopes[bin] as number) + (slope[row] as number);
    curves[bin] = (curves[bin] as number) + (curve[row] as number);
    count[bin] = (count[bin] as number) + 1;
    if (bin > last) last = bin;
  }
  return last;
}

/** The best cut of a feature, the unknown on either side. */
function splitBy(
  feature: number,
  part: Int32Array,
  [slope, curve]: readonly [number, number],
  work: Work,
): Split | undefined {
  const last = fill(feature, part, work);
  const { fewest, penalty } = work.settings;
  const { slope: slopes, curve: curves, count } = histogram;
  const worth = (slopes: number, curves: number) => (slopes * slopes) / (curves + penalty);
  const before = worth(slope, curve);
  let best: Split | undefined;
  // Where all is known, both sides for the unknown are the same split.
  for (let shift = count[0] === 0 ? 1 : 0; shift < 2; shift++) {
    let [leftSlope, leftCurve, left] = [0, 0, 0];
    // With the unknown on the right, the last cut has all that is known on the left.
    for (let bin = shift; bin < last + shift; bin++) {
      leftSlope += slopes[bin] as number;
      leftCurve += curves[bin] as number;
      left += count[bin] as number;
      if (left < fewest || part.length - left < fewest || count[bin] === 0) continue;
      const gain = worth(leftSlope, leftCurve) + worth(slope - leftSlope, curve - leftCurve) - before;
      if (gain > (best?.gain ?? 0)) best = { gain, feature, shift, limit: bin + 1 - shift };
    }
  }
  return best && best.limit < NO_SPLIT ? best : undefined;
}
