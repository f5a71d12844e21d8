import type { Random } from './boosting.model.ts';

/** One scored subscriber. */
export interface ScoredRow {
  readonly score: number;
  readonly fraud: boolean;
  /** What a yes or no said of it. */
  readonly flagged: boolean;
  /** Rows of one person are drawn together. */
  readonly group: number;
}

export interface ClassFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How well frauds were told from others; shares from 0 to 1. */
export interface DetectionFigures {
  /** Area under the receiver operating characteristic; equal scores count half. */
  readonly auc: number;
  /** Mean of the F1 of both classes, by the yes or no. */
  readonly macroF1: number;
  readonly fraud: ClassFigures;
  /** Largest recall of frauds at a threshold from which on at least 98 of 100 are frauds. */
  readonly recallAtPrecision98: number;
}

export type Interval = readonly [low: number, high: number];

const PRECISE = 0.98;
const RESAMPLES = 1000;

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** F1 of one class: 2 hits over all that were said plus all that there were. */
const f1Of = (hits: number, said: number, all: number): number => ratio(2 * hits, said + all);

/** Rows by falling score, with the weights of a resample. */
interface Ordered {
  readonly rows: readonly ScoredRow[];
  weight(index: number): number;
}

const byScore = (rows: readonly ScoredRow[]): ScoredRow[] => [...rows].sort((a, b) => b.score - a.score);

/** All figures in one pass over rows that are ordered by falling score. */
function figures({ rows, weight }: Ordered): DetectionFigures {
  let [all, frauds, said, hits, pairs, precise] = [0, 0, 0, 0, 0, 0];
  let [tiedFrauds, tiedOthers] = [0, 0];
  for (const [index, { score, fraud, flagged }] of rows.entries()) {
    const weighs = weight(index);
    all += weighs;
    if (flagged) said += weighs;
    if (flagged && fraud) hits += weighs;
    if (fraud) tiedFrauds += weighs;
    else tiedOthers += weighs;
    if (rows[index + 1]?.score === score) continue;
    // Each other was passed by the frauds above it, and by half of those beside it.
    pairs += tiedOthers * (frauds + tiedFrauds / 2);
    frauds += tiedFrauds;
    [tiedFrauds, tiedOthers] = [0, 0];
    if (all > 0 && frauds / all >= PRECISE) precise = frauds;
  }
  const others = all - frauds;
  const quiet = all - said;
  const f1 = f1Of(hits, said, frauds);
  return {
    auc: ratio(pairs, frauds * others),
    macroF1: (f1 + f1Of(quiet - (frauds - hits), quiet, others)) / 2,
    fraud: { precision: ratio(hits, said), recall: ratio(hits, frauds), f1 },
    recallAtPrecision98: ratio(precise, frauds),
  };
}

/** Figures of scored rows. */
export function detectionFigures(rows: readonly ScoredRow[]): DetectionFigures {
  return figures({ rows: byScore(rows), weight: () => 1 });
}

export type DetectionIntervals = Readonly<
  Record<'auc' | 'macroF1' | 'precision' | 'recall' | 'f1' | 'recallAtPrecision98', Interval>
>;

/** 95 % intervals from 1,000 resamples of whole persons. */
export function detectionIntervals(rows: readonly ScoredRow[], random: Random): DetectionIntervals {
  const ordered = byScore(rows);
  const groups = [...new Set(ordered.map(({ group }) => group))];
  const placeOf = new Map(groups.map((group, place) => [group, place]));
  const places = ordered.map(({ group }) => placeOf.get(group) ?? 0);
  const drawn = Array.from({ length: RESAMPLES }, () => {
    const weights = new Float64Array(groups.length);
    for (let draw = 0; draw < groups.length; draw++) {
      const place = random.between(0, groups.length - 1);
      weights[place] = (weights[place] as number) + 1;
    }
    return figures({ rows: ordered, weight: (index) => weights[places[index] as number] as number });
  });
  const of = (pick: (each: DetectionFigures) => number): Interval => middle(drawn.map(pick));
  return {
    auc: of(({ auc }) => auc),
    macroF1: of(({ macroF1 }) => macroF1),
    precision: of(({ fraud }) => fraud.precision),
    recall: of(({ fraud }) => fraud.recall),
    f1: of(({ fraud }) => fraud.f1),
    recallAtPrecision98: of(({ recallAtPrecision98 }) => recallAtPrecision98),
  };
}

function middle(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.025), at(0.975)];
}

/** Thresholds chosen on scores of rows that the model had not seen. */
export interface Thresholds {
  /** Where the mean F1 of both classes is best: the yes or no. */
  readonly fraud: number;
  /** Lowest from which on 98 of 100 are frauds, in a mix such as that of the rows. */
  readonly precise: number;
  /** Lowest that at most 1 of 100 and 1 of 500 ordinary rows pass: these do not depend on how common fraud is. */
  readonly likely: number;
  readonly certain: number;
}

const LIKELY = 0.01;
const CERTAIN = 0.002;
/** The best mean F1 of one cut is luck: it is averaged over neighbouring ones, this part of the rows to either side. */
const BESIDE = 0.01;

export function chooseThresholds(rows: readonly Pick<ScoredRow, 'score' | 'fraud'>[]): Thresholds {
  const sorted = [...rows].sort((a, b) => b.score - a.score);
  const frauds = sorted.filter(({ fraud }) => fraud).length;
  const others = sorted.length - frauds;
  const quality: number[] = [];
  let [hits, precise, likely, certain] = [0, 0, 0, 0];
  for (const [index, { fraud }] of sorted.entries()) {
    const said = index + 1;
    if (fraud) hits++;
    const wrong = said - hits;
    quality.push(f1Of(hits, said, frauds) + f1Of(others - wrong, sorted.length - said, others));
    if (hits / said >= PRECISE) precise = said;
    if (wrong <= LIKELY * others) likely = said;
    if (wrong <= CERTAIN * others) certain = said;
  }
  const under = (said: number): number => ((sorted[said - 1]?.score ?? 1) + (sorted[said]?.score ?? 0)) / 2;
  return {
    fraud: under(smoothedBest(quality, Math.round(BESIDE * sorted.length)) + 1),
    precise: under(precise),
    likely: under(likely),
    certain: under(certain),
  };
}

/** Index of the best value, each averaged with those beside it. */
function smoothedBest(values: readonly number[], beside: number): number {
  let best = { mean: Number.NEGATIVE_INFINITY, index: 0 };
  for (let index = beside; index < values.length - beside; index++) {
    let sum = 0;
    for (let each = index - beside; each <= index + beside; each++) sum += values[each] as number;
    if (sum > best.mean) best = { mean: sum, index };
  }
  return best.index;
}
