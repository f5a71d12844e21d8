import type { DriftView, ScoredTruth } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

/** Section `modelWatch` of a pack's `engine.json`. */
export const ModelWatch = Type.Object(
  {
    psi: Type.Number({ minimum: 0.01, maximum: 10, description: 'population stability index that is drift' }),
    leastEvents: Type.Integer({
      minimum: 50,
      description: 'scored events of a day below which nothing is said',
    }),
    hours: Type.Integer({ minimum: 1, maximum: 168, description: 'what counts as now' }),
    beforeDays: Type.Integer({ minimum: 1, maximum: 90, description: 'what it is compared with' }),
    keepDays: Type.Integer({ minimum: 2, maximum: 400 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type ModelWatch = Static<typeof ModelWatch>;

export type DriftState = DriftView['state'];

const TRANSITIONS: Readonly<Record<DriftState, readonly DriftState[]>> = {
  unmeasured: ['steady', 'drifting'],
  steady: ['drifting', 'unmeasured'],
  drifting: ['acknowledged', 'steady'],
  acknowledged: ['steady'],
};

/** Whether the watch over an output may pass from one state to another. */
export function driftMayBecome(from: DriftState, to: DriftState): boolean {
  return TRANSITIONS[from].includes(to);
}

const total = (bins: readonly number[]): number => bins.reduce((sum, count) => sum + count, 0);

/** Half a count in every bin: an empty bin must not make an infinite distance. */
function shares(bins: readonly number[]): number[] {
  const all = total(bins) + bins.length / 2;
  return bins.map((count) => (count + 0.5) / all);
}

/** Population stability index of two histograms: Σ (pᵢ − qᵢ) ln(pᵢ / qᵢ). */
export function stabilityIndex(now: readonly number[], before: readonly number[]): number {
  const q = shares(before);
  return shares(now).reduce((sum, p, bin) => sum + (p - (q[bin] ?? p)) * Math.log(p / (q[bin] ?? p)), 0);
}

/** Kolmogorov-Smirnov distance of two histograms: the largest difference of their cumulative shares. */
export function ksDistance(now: readonly number[], before: readonly number[]): number {
  const [all, allBefore] = [total(now) || 1, total(before) || 1];
  let [sum, sumBefore, most] = [0, 0, 0];
  for (const [bin, count] of now.entries()) {
    sum += count / all;
    sumBefore += (before[bin] ?? 0) / allBefore;
    most = Math.max(most, Math.abs(sum - sumBefore));
  }
  return most;
}

/**
 * How many positives a histogram of live scores would hold if scores came as in validation: maximum likelihood of a
 * mixture by EM (Saerens, Latinne and Decaestecker 2002). The expected counts have the total of `now`, so that a change
 * of how much fraud there is does not pass for a change of the model.
 */
export function mixtureOf(
  now: readonly number[],
  { positive, negative }: Pick<ScoredTruth, 'positive' | 'negative'>,
): { readonly share: number; readonly expected: number[] } {
  const p = shares(positive);
  const n = shares(negative);
  const all = total(now) || 1;
  let share = 0.1;
  for (let step = 0; step < 200; step++) {
    let hits = 0;
    for (const [bin, count] of now.entries()) {
      const asPositive = share * (p[bin] ?? 0);
      hits += (count * asPositive) / (asPositive + (1 - share) * (n[bin] ?? 0) || 1);
    }
    share = hits / all;
  }
  return { share, expected: p.map((value, bin) => all * (share * value + (1 - share) * (n[bin] ?? 0))) };
}

/** What was measured about one output. */
export interface DriftFigures {
  readonly count: number;
  readonly psiReference?: number;
  readonly share?: number;
  readonly psiBefore?: number;
  readonly ksBefore?: number;
}

/**
 * What two samples of one and the same distribution may differ by: the index times n·m / (n + m) is about χ² with
 * bins − 1 degrees of freedom (Yurdakul and Naranjo 2020); the 99.99 % point, by Wilson and Hilferty.
 */
export function noiseIndex(bins: number, now: number, before: number): number {
  const free = bins - 1;
  const spread = 2 / (9 * free);
  const quantile = free * (1 - spread + 3.719 * Math.sqrt(spread)) ** 3;
  return quantile * (1 / Math.max(1, now) + 1 / Math.max(1, before));
}

/** Measures live scores against validation and against the weeks before; silent where there are too few. */
export function measureDrift(
  now: readonly number[],
  before: readonly number[],
  reference: ScoredTruth | undefined,
  { leastEvents }: Pick<ModelWatch, 'leastEvents'>,
): DriftFigures {
  const count = total(now);
  if (count < leastEvents) return { count };
  const enough = total(before) >= leastEvents;
  const mixture = reference && mixtureOf(now, reference);
  return {
    count,
    ...(mixture ? { share: mixture.share, psiReference: stabilityIndex(now, mixture.expected) } : {}),
    ...(enough ? { psiBefore: stabilityIndex(now, before), ksBefore: ksDistance(now, before) } : {}),
  };
}

/** Whether figures are drift: above the pack's limit and above what chance does with so few events. */
export function isDrift(
  { count, psiReference = 0, psiBefore = 0 }: DriftFigures,
  { reference, before }: { reference: number; before: number },
  bins: number,
  { psi }: Pick<ModelWatch, 'psi'>,
): boolean {
  const over = (value: number, other: number): boolean =>
    value > Math.max(psi, noiseIndex(bins, count, other));
  return over(psiReference, reference) || over(psiBefore, before);
}
