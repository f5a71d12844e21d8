import { seededRandom, shuffle } from './random.model.ts';
import type { SparseRows } from './sparse.model.ts';

export interface SvmOptions {
  /** Price of a training error against the size of the weights. */
  readonly cost: number;
  /** Errors on the rarer side cost (others / own) to this power more, at most ten-fold. */
  readonly balance: number;
  readonly seed: number;
}

const MAX_PASSES = 20;
const TOLERANCE = 0.05;
const MAX_BALANCE = 10;

/** Decision value of a row: its product with the weights, plus the bias. */
export function marginOf(rows: SparseRows, row: number, weights: Float64Array): number {
  const { columns, values, offsets } = rows;
  const to = offsets[row + 1] ?? 0;
  let margin = weights.at(-1) ?? 0;
  for (let at = offsets[row] ?? 0; at < to; at++)
    margin += (weights[columns[at] ?? 0] ?? 0) * (values[at] ?? 0);
  return margin;
}

function addRow(rows: SparseRows, row: number, weights: Float64Array, step: number): void {
  const { columns, values, offsets } = rows;
  const to = offsets[row + 1] ?? 0;
  const last = weights.length - 1;
  for (let at = offsets[row] ?? 0; at < to; at++) {
    const column = columns[at] ?? 0;
    weights[column] = (weights[column] ?? 0) + step * (values[at] ?? 0);
  }
  weights[last] = (weights[last] ?? 0) + step;
}

/** Half the inverse price of an error on each row; errors on the rarer side are dearer. */
function slackOf(positive: Uint8Array, { cost, balance }: SvmOptions): Float64Array {
  const own = positive.reduce((sum, side) => sum + side, 0);
  const share = (positive.length - own) / Math.max(1, own);
  const factor = Math.max(1, Math.min(MAX_BALANCE, share ** balance));
  return Float64Array.from(positive, (side) => 0.5 / (cost * (side === 1 ? factor : 1)));
}

/**
 * Linear support vector machine with squared hinge loss, trained by dual coordinate descent (Hsieh et al., ICML 2008,
 * algorithm 1). `positive[row]` says the side. Answers one weight per column and, last, the bias.
 */
export function trainSvm(
  rows: SparseRows,
  width: number,
  positive: Uint8Array,
  options: SvmOptions,
): Float64Array {
  const weights = new Float64Array(width + 1);
  const dual = new Float64Array(positive.length);
  const slack = slackOf(positive, options);
  const order = Int32Array.from(positive, (_, index) => index);
  const random = seededRandom(options.seed);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    shuffle(order, random);
    let worst = 0;
    for (const row of order) {
      const sign = positive[row] === 1 ? 1 : -1;
      const before = dual[row] ?? 0;
      const soft = slack[row] ?? 0;
      const gradient = sign * marginOf(rows, row, weights) - 1 + before * soft;
      if (before === 0 && gradient >= 0) continue;
      worst = Math.max(worst, Math.abs(gradient));
      // Rows have length one and the bias counts as a column of ones: the diagonal is 2 plus the slack.
      const after = Math.max(0, before - gradient / (2 + soft));
      dual[row] = after;
      addRow(rows, row, weights, (after - before) * sign);
    }
    if (worst < TOLERANCE) break;
  }
  return weights;
}
