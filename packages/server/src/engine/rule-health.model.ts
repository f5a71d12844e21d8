import type { RuleAlarm } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { negativeBinomialTails } from './rule-rate.model.ts';

const closed = { additionalProperties: false };
const Share = Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 });

/** Section `ruleHealth` of a pack's `engine.json`: from when on a rule is called conspicuous, and why there. */
export const RuleHealthSetting = Type.Object(
  {
    cron: Type.String({ minLength: 9 }),
    historyDays: Type.Integer({ minimum: 2, maximum: 28 }),
    hoursBeside: Type.Integer({ minimum: 0, maximum: 6 }),
    chance: Share,
    ratio: Type.Number({ exclusiveMinimum: 1 }),
    minimumHits: Type.Integer({ minimum: 1 }),
    minimumHours: Type.Integer({ minimum: 2 }),
    silentDays: Type.Integer({ minimum: 1, maximum: 90 }),
    silentEvents: Type.Integer({ minimum: 1 }),
    agreement: Share,
    agreementHits: Type.Integer({ minimum: 1 }),
    agreementDays: Type.Integer({ minimum: 1, maximum: 90 }),
    endsWithinDays: Type.Integer({ minimum: 0, maximum: 90 }),
    keepDays: Type.Integer({ minimum: 30, maximum: 3650 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  closed,
);
export type RuleHealthSetting = Static<typeof RuleHealthSetting>;

export type AlarmKind = RuleAlarm['kind'];
export type AlarmState = RuleAlarm['state'];

/** Something conspicuous about a rule; `other` is the rule that it agrees with. */
export interface Finding {
  readonly kind: AlarmKind;
  readonly rule: string;
  readonly other?: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** Hits and decided events of one hour; `hour` is its place in the week before, 1 the hour just before now. */
export interface HourCount {
  readonly hoursBefore: number;
  readonly hits: number;
  readonly asked: number;
}

const HOURS = 24;
/** Residuals beyond so many robust deviations are no ordinary hours: an earlier alarm must not become the norm. */
const OUTLIER = 4;
/** Makes the median of absolute deviations an estimate of the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;

/**
 * Whether the newest hour's hit rate is another than that of the same hours of the days before.
 *
 * Method. Reference: hours of the past days whose hour of day is at most `hoursBeside` away, weight 1/(1 + distance).
 * Expected rate p: weighted hits over weighted events, after hours with a Pearson residual beyond four robust
 * deviations from the weighted median rate were left out. Dispersion φ = max(1, (1.4826 · MAD of residuals)², mean
 * square of residuals of the hours that were kept). Hits of the newest hour are then taken as negative binomial with
 * mean μ = n·p and variance φ·μ + (μ's own uncertainty), Poisson where that is μ. Alarm when the tail of what was seen
 * is below `chance` / 2, the rate is `ratio` times off, and seen or expected are at least `minimumHits`.
 * The false alarm rate is measured in `rule-health.model.test.ts`.
 */
export function unusualRate(
  newest: { readonly hits: number; readonly asked: number },
  past: readonly HourCount[],
  setting: RuleHealthSetting,
): { kind: 'rate-high' | 'rate-low'; figures: Record<string, number> } | undefined {
  const reference = past
    .map((hour) => ({ ...hour, weight: weightOf(hour.hoursBefore, setting.hoursBeside) }))
    .filter(({ weight, asked }) => weight > 0 && asked > 0);
  if (newest.asked === 0 || reference.length < setting.minimumHours) return undefined;
  const norm = normOf(reference);
  const mean = newest.asked * norm.rate;
  if (Math.max(newest.hits, mean) < setting.minimumHits) return undefined;
  const high = newest.hits > mean;
  const off = high ? newest.hits >= mean * setting.ratio : newest.hits * setting.ratio <= mean;
  if (!off) return undefined;
  const variance = norm.dispersion * mean * (1 + newest.asked / norm.asked);
  // A rule that has never hit may hit for once: three events is what a silence over `asked` events leaves possible.
  const floor = (3 * newest.asked) / norm.asked;
  const tails = negativeBinomialTails(newest.hits, Math.max(mean, high ? floor : 0), variance);
  const chance = high ? tails.upper : tails.lower;
  if (chance >= setting.chance / 2) return undefined;
  return {
    kind: high ? 'rate-high' : 'rate-low',
    figures: {
      hits: newest.hits,
      asked: newest.asked,
      expected: round(mean),
      dispersion: round(norm.dispersion),
    },
  };
}

interface Weighted extends HourCount {
  readonly weight: number;
}

function weightOf(hoursBefore: number, beside: number): number {
  const away = hoursBefore % HOURS;
  const distance = Math.min(away, HOURS - away);
  return distance > beside ? 0 : 1 / (1 + distance);
}

function normOf(hours: readonly Weighted[]): { rate: number; dispersion: number; asked: number } {
  const median = weightedMedian(hours);
  const overall = rateOf(hours);
  const first = median > 0 ? median : overall;
  const residuals = hours.map((hour) => residual(hour, first));
  const spread = Math.max(1, MAD_TO_SIGMA * medianOf(residuals.map(Math.abs)));
  const ordinary = hours.filter((_, index) => Math.abs(residuals[index] ?? 0) <= OUTLIER * spread);
  const kept = ordinary.length === 0 ? hours : ordinary;
  const rate = rateOf(kept);
  const squares = kept.reduce((sum, hour) => sum + residual(hour, rate) ** 2, 0);
  return {
    rate,
    dispersion: Math.max(1, spread ** 2, squares / Math.max(1, kept.length - 1)),
    asked: kept.reduce((sum, { asked, weight }) => sum + asked * weight, 0),
  };
}

/** Pearson residual of an hour under a rate. */
function residual({ hits, asked }: HourCount, rate: number): number {
  const mean = asked * rate;
  return mean > 0 ? (hits - mean) / Math.sqrt(mean) : hits > 0 ? OUTLIER : 0;
}

function rateOf(hours: readonly Weighted[]): number {
  const asked = hours.reduce((sum, hour) => sum + hour.weight * hour.asked, 0);
  return hours.reduce((sum, hour) => sum + hour.weight * hour.hits, 0) / asked;
}

function weightedMedian(hours: readonly Weighted[]): number {
  const sorted = [...hours].sort((a, b) => a.hits / a.asked - b.hits / b.asked);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { weight, hits, asked } of sorted) {
    sum += weight;
    if (sum >= half) return hits / asked;
  }
  return 0;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const round = (value: number) => Math.round(value * 1000) / 1000;

/**
 * Two rules that nearly always speak together: Jaccard index of the events that they hit. The finding names the one
 * with fewer hits as the rule and the other as what contains it.
 */
export function alwaysAgrees(
  pair: { readonly a: string; readonly b: string; readonly hits: number },
  hitsOf: ReadonlyMap<string, number>,
  setting: RuleHealthSetting,
): Finding | undefined {
  const a = hitsOf.get(pair.a) ?? 0;
  const b = hitsOf.get(pair.b) ?? 0;
  const either = a + b - pair.hits;
  if (pair.hits < setting.agreementHits || either <= 0) return undefined;
  const jaccard = pair.hits / either;
  if (jaccard < setting.agreement) return undefined;
  const [rule, other] = a < b || (a === b && pair.a < pair.b) ? [pair.a, pair.b] : [pair.b, pair.a];
  const [fewer, more] = a < b ? [a, b] : [b, a];
  const figures = { together: pair.hits, hits: fewer, otherHits: more, jaccard: round(Math.min(1, jaccard)) };
  return { kind: 'always-agrees', rule, other, figures };
}

const TRANSITIONS: Readonly<Record<AlarmState, readonly AlarmState[]>> = {
  open: ['acknowledged', 'closed'],
  acknowledged: ['closed'],
  closed: [],
};

export function alarmMayBecome(from: AlarmState, to: AlarmState): boolean {
  return TRANSITIONS[from].includes(to);
}
