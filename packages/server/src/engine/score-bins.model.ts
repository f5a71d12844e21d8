import {
  type CalibrationView,
  type ReliabilityBin,
  SCORE_BINS,
  SCORE_EDGES,
  type ScoredTruth,
} from '@fanzha/contract';

/** The bin of a score from 0 to 1. */
export function scoreBin(score: number): number {
  let bin = 0;
  while (bin < SCORE_BINS - 1 && score >= (SCORE_EDGES[bin] ?? 1)) bin++;
  return bin;
}

export const emptyBins = (): number[] => new Array<number>(SCORE_BINS).fill(0);

/** One sample whose truth is known. */
export interface JudgedScore {
  readonly score: number;
  readonly positive: boolean;
}

/** Counts judged scores into bins. */
export function binScores(judged: Iterable<JudgedScore>): ScoredTruth {
  const positive = emptyBins();
  const negative = emptyBins();
  const sums = emptyBins();
  let squares = 0;
  let count = 0;
  for (const { score, positive: isPositive } of judged) {
    const bin = scoreBin(score);
    const side = isPositive ? positive : negative;
    side[bin] = (side[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + score;
    squares += (score - (isPositive ? 1 : 0)) ** 2;
    count += 1;
  }
  return { positive, negative, sums, brier: count === 0 ? 0 : squares / count };
}

/** Expected calibration error: distance of mean score and share of positives, averaged over the bins by their weight. */
export function calibrationError({ positive, negative, sums }: Omit<ScoredTruth, 'brier'>): number {
  let distance = 0;
  let count = 0;
  for (const [bin, hits] of positive.entries()) {
    distance += Math.abs((sums[bin] ?? 0) - hits);
    count += hits + (negative[bin] ?? 0);
  }
  return count === 0 ? 0 : distance / count;
}

/** The reliability curve of judged scores; empty bins are left out. */
export function reliability(truth: ScoredTruth): CalibrationView {
  const bins = truth.positive.flatMap((positive, bin): ReliabilityBin[] => {
    const count = positive + (truth.negative[bin] ?? 0);
    if (count === 0) return [];
    const [from, to] = [SCORE_EDGES[bin - 1] ?? 0, SCORE_EDGES[bin] ?? 1];
    return [{ from, to, count, positive, meanScore: Math.min(1, (truth.sums[bin] ?? 0) / count) }];
  });
  return {
    count: bins.reduce((sum, { count }) => sum + count, 0),
    ece: Math.min(1, calibrationError(truth)),
    ...(truth.eceInterval === undefined ? {} : { eceInterval: [...truth.eceInterval] }),
    brier: truth.brier,
    bins,
  };
}
