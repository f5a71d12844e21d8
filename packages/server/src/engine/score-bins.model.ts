import type { CalibrationView, ReliabilityBin } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

/** Upper edges of the bins that scores are counted in; close together where decisions are made and most texts lie. */
export const SCORE_EDGES: readonly number[] = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998,
  1,
];
export const SCORE_BINS = SCORE_EDGES.length;

/** The bin of a score from 0 to 1. */
export function scoreBin(score: number): number {
  let bin = 0;
  while (bin < SCORE_BINS - 1 && score >= (SCORE_EDGES[bin] ?? 1)) bin++;
  return bin;
}

export const emptyBins = (): number[] => new Array<number>(SCORE_BINS).fill(0);

const Counts = Type.Array(Type.Integer({ minimum: 0 }), { minItems: SCORE_BINS, maxItems: SCORE_BINS });

/** Scores of one output on samples of known truth, by the bins of `SCORE_EDGES`. */
export const ScoredTruth = Type.Object(
  {
    positive: Counts,
    negative: Counts,
    /** Sum of the scores in each bin. */
    sums: Type.Array(Type.Number({ minimum: 0 }), { minItems: SCORE_BINS, maxItems: SCORE_BINS }),
    /** Mean squared distance of score and truth. */
    brier: Type.Number({ minimum: 0, maximum: 1 }),
    /** 95 % interval of the expected calibration error, from resampled clusters. */
    eceInterval: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 2, maxItems: 2 }),
    ),
  },
  { additionalProperties: false },
);
export type ScoredTruth = Static<typeof ScoredTruth>;

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
