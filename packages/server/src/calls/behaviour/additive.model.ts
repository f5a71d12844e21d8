import type { BinnedRows } from './boosting.model.ts';
import { logistic } from './boosting.model.ts';

/**
 * A generalised additive model: the margin is a sum of one curve a feature. Curves are broken lines over the normal score
 * of a value's rank, so that the few very large values of telephone records weigh no more than their rank; what is unknown
 * has a height of its own.
 */
export interface AdditiveModel {
  readonly base: number;
  /** `KNOTS + 1` heights for each feature: at the knots, and of the unknown. */
  readonly heights: Float64Array;
}

/** Normal scores at which curves may bend. */
const KNOT_SCORES = [-3, -1.5, 0, 1.5, 3] as const;
export const KNOTS = KNOT_SCORES.length;
const WIDTH = KNOTS + 1;
const GAP = 1.5;

/** Where the bins of each feature lie between the knots, by rank among the training rows: of no labels, only of values. */
export type Ranks = readonly Float64Array[];

const ROUNDS = 10;
const CLOSE_ENOUGH = 1e-2;

/** Normal scores of the bins of each feature by their middle rank; 0 for bins that nobody was in. */
export function rankBins(rows: readonly Uint8Array[], binCounts: readonly number[]): Ranks {
  return binCounts.map((bins, feature) => {
    const counts = new Float64Array(bins);
    for (const row of rows) counts[row[feature] as number] = (counts[row[feature] as number] ?? 0) + 1;
    const known = rows.length - (counts[0] ?? 0);
    let below = 0;
    return counts.map((count, bin) => {
      if (bin === 0) return 0;
      const rank = (below + count / 2) / Math.max(1, known);
      below += count;
      return Math.fround(normalScore(rank));
    });
  });
}

/** Inverse of the normal distribution (Acklam's rational approximation, error below 1.2e-9), kept within ±3. */
function normalScore(rank: number): number {
  if (rank <= 0.00135) return -3;
  if (rank >= 0.99865) return 3;
  const tail = (share: number): number => {
    const q = Math.sqrt(-2 * Math.log(share));
    const top =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    return (
      top /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
        1)
    );
  };
  if (rank < 0.02425) return tail(rank);
  if (rank > 0.97575) return -tail(1 - rank);
  const q = rank - 0.5;
  const r = q * q;
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  return (
    top /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}

/** Height of a feature's curve over a bin. */
export function heightOf({ heights }: AdditiveModel, ranks: Ranks, feature: number, bin: number): number {
  const first = feature * WIDTH;
  if (bin === 0) return heights[first + KNOTS] as number;
  const place = ((ranks[feature]?.[bin] ?? 0) + 3) / GAP;
  const knot = Math.min(KNOTS - 2, Math.floor(place));
  const part = place - knot;
  return (1 - part) * (heights[first + knot] as number) + part * (heights[first + knot + 1] as number);
}

/** One row as the few places of the basis that it touches. */
interface Sparse {
  readonly at: Int32Array;
  readonly by: Float64Array;
}

function sparse(row: Uint8Array, ranks: Ranks): Sparse {
  const at: number[] = [];
  const by: number[] = [];
  for (let feature = 0; feature < ranks.length; feature++) {
    const first = feature * WIDTH;
    const bin = row[feature] as number;
    if (bin === 0) {
      at.push(first + KNOTS);
      by.push(1);
      continue;
    }
    const place = ((ranks[feature]?.[bin] ?? 0) + 3) / GAP;
    const knot = Math.min(KNOTS - 2, Math.floor(place));
    at.push(first + knot, first + knot + 1);
    by.push(1 - (place - knot), place - knot);
  }
  // The margin's base touches every row.
  at.push(ranks.length * WIDTH);
  by.push(1);
  return { at: Int32Array.from(at), by: Float64Array.from(by) };
}

/** Fits the curves by log-loss with an L2 penalty on heights: Newton's method, whose last step is smaller than a hundredth. */
export function fitAdditive(
  { rows, labels }: BinnedRows,
  among: Int32Array,
  ranks: Ranks,
  penalty: number,
): AdditiveModel {
  const size = ranks.length * WIDTH + 1;
  const known = Array.from(among, (row) => ({
    label: labels[row] as number,
    ...sparse(rows[row] as Uint8Array, ranks),
  }));
  const weights = new Float64Array(size);
  for (let round = 0; round < ROUNDS; round++) {
    const step = newtonStep(known, weights, penalty);
    let largest = 0;
    for (let index = 0; index < size; index++) {
      weights[index] = (weights[index] as number) - (step[index] as number);
      largest = Math.max(largest, Math.abs(step[index] as number));
    }
    if (largest < CLOSE_ENOUGH) break;
  }
  return { base: weights[size - 1] as number, heights: weights.slice(0, size - 1) };
}

function newtonStep(
  rows: readonly (Sparse & { readonly label: number })[],
  weights: Float64Array,
  penalty: number,
): Float64Array {
  const size = weights.length;
  const slope = weights.map((weight, index) => (index === size - 1 ? 0 : penalty * weight));
  const curve = new Float64Array(size * size);
  // The base is not held back; it gets only what keeps the matrix sound.
  for (let index = 0; index < size; index++)
    curve[index * size + index] = index === size - 1 ? 1e-6 : penalty;
  for (const { at, by, label } of rows) {
    let margin = 0;
    for (let index = 0; index < at.length; index++) {
      margin += (weights[at[index] as number] as number) * (by[index] as number);
    }
    const share = logistic(margin);
    const bend = share * (1 - share);
    for (let one = 0; one < at.length; one++) {
      const row = at[one] as number;
      slope[row] = (slope[row] as number) + (share - label) * (by[one] as number);
      const scaled = bend * (by[one] as number);
      for (let other = 0; other <= one; other++) {
        const cell = row * size + (at[other] as number);
        curve[cell] = (curve[cell] as number) + scaled * (by[other] as number);
      }
    }
  }
  return solve(curve, slope);
}

/** Solves a symmetric positive system of which the lower half is given (Cholesky, in place). */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column] as number;
      for (let index = 0; index < column; index++) {
        sum -= (matrix[row * size + index] as number) * (matrix[column * size + index] as number);
      }
      matrix[row * size + column] =
        row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (matrix[column * size + column] as number);
    }
  }
  const answer = right.slice();
  for (let row = 0; row < size; row++) {
    for (let index = 0; index < row; index++) {
      answer[row] =
        (answer[row] as number) - (matrix[row * size + index] as number) * (answer[index] as number);
    }
    answer[row] = (answer[row] as number) / (matrix[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let index = row + 1; index < size; index++) {
      answer[row] =
        (answer[row] as number) - (matrix[index * size + row] as number) * (answer[index] as number);
    }
    answer[row] = (answer[row] as number) / (matrix[row * size + row] as number);
  }
  return answer;
}
