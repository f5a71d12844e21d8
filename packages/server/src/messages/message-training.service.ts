import { createHash } from 'node:crypto';
import type { ScoredTruth } from '@fanzha/contract';
import { binScores, calibrationError } from '../engine/index.ts';
import { bestThreshold, probabilities } from './calibration.model.ts';
import type { Classifier } from './classifier.model.ts';
import { type Evaluation, evaluate, type Judged } from './evaluation.model.ts';
import { LEARNER_DEFAULTS, type LearnerOptions, type Sample, train } from './learner.model.ts';
import type { ModelScript, ShippedModel } from './message-model.service.ts';
import { seededRandom } from './random.model.ts';
import { type Group, isPositive, type LabelMapping, meaningOf } from './taxonomy.model.ts';
import { type ModelCard, packWeights } from './weights.model.ts';

/** Group probabilities of held-out samples, with what they are. */
interface HeldOut {
  readonly truth: Group;
  readonly groups: Readonly<Record<Group, number>>;
  readonly cluster: number;
}

/** The least probability at which of the other groups' texts at most `share` are caught and precision is reached. */
interface Aim {
  readonly floor: number;
  /** Ordinary texts caught, per text. */
  readonly ordinary: number;
  readonly precision: number;
}

/** Wrongly stopping a bank notice is the worst error: blocking is set far above where F1 is best. */
const BLOCK: Aim = { floor: 0.8, ordinary: 0.0002, precision: 0.99 };
const HOLD: Aim = { floor: 0.5, ordinary: 0.002, precision: 0.95 };
const CEILING = 0.999;

function groupSums(
  margins: Float64Array,
  classifier: Classifier,
  groups: readonly Group[],
): Record<Group, number> {
  const share = new Float64Array(groups.length);
  probabilities(margins, classifier.calibration, share);
  const sums: Record<Group, number> = { fraud: 0, illegal: 0, advert: 0, ordinary: 0 };
  for (const [label, group] of groups.entries()) sums[group] += share[label] ?? 0;
  return sums;
}

function thresholdFor(heldOut: readonly HeldOut[], group: Group, aim: Aim): number {
  const ordinary = heldOut.filter(({ truth }) => truth === 'ordinary').length;
  const sorted = [...heldOut].sort((a, b) => b.groups[group] - a.groups[group]);
  let [right, wrong, wrongOrdinary, threshold] = [0, 0, 0, CEILING];
  for (const { truth, groups } of sorted) {
    if (groups[group] < aim.floor) break;
    // Fraud taken for illegal business or the other way round is a wrong reason, not a wrongful block.
    if (truth === 'fraud' || truth === 'illegal') right++;
    else wrong++;
    if (truth === 'ordinary') wrongOrdinary++;
    const precise = right / (right + wrong) >= aim.precision;
    if (precise && wrongOrdinary <= aim.ordinary * ordinary) threshold = groups[group];
  }
  return Math.max(aim.floor, Math.min(CEILING, threshold));
}

function rounded(values: readonly number[], digits = 7): number[] {
  return values.map((value) => Number(value.toPrecision(digits)));
}

export interface ShippedTraining {
  readonly card: ModelCard;
  readonly weights: Uint8Array;
}

export interface TrainingOptions {
  readonly script: ModelScript;
  readonly version: string;
  /** RFC 3339 date. */
  readonly date: string;
  readonly mapping: LabelMapping;
  readonly sources: ModelCard['sources'];
  readonly learner?: LearnerOptions;
}

function figuresOf(heldOut: readonly HeldOut[], thresholds: ModelCard['thresholds']): Record<string, number> {
  const negatives = heldOut.filter(({ truth }) => truth === 'ordinary');
  const frauds = heldOut.filter(({ truth }) => truth === 'fraud');
  const per = (count: number, of: number, unit: number): number =>
    of === 0 ? 0 : Number(((unit * count) / of).toPrecision(4));
  const over = (some: readonly HeldOut[], group: Group, threshold: number): number =>
    some.filter(({ groups }) => groups[group] >= threshold).length;
  return {
    samples: heldOut.length,
    fraudRecallAtHold: per(over(frauds, 'fraud', thresholds.fraudHold), frauds.length, 1),
    fraudRecallAtBlock: per(over(frauds, 'fraud', thresholds.fraudBlock), frauds.length, 1),
    ordinaryHeldPer10000: per(over(negatives, 'fraud', thresholds.fraudHold), negatives.length, 10_000),
    ordinaryBlockedPer10000: per(over(negatives, 'fraud', thresholds.fraudBlock), negatives.length, 10_000),
  };
}

const RESAMPLES = 200;
const SEED = 95;

/** Held-out scores of an output by bins; the interval of its calibration error is from resampled clusters. */
function validationOf(heldOut: readonly HeldOut[], group: Group): ScoredTruth {
  const judged = heldOut.map(({ truth, groups, cluster }) => ({
    score: groups[group],
    positive: truth === group,
    cluster,
  }));
  const clusters = [...Map.groupBy(judged, ({ cluster }) => cluster).values()];
  const random = seededRandom(SEED);
  const errors = Array.from({ length: RESAMPLES }, () =>
    calibrationError(
      binScores(clusters.flatMap(() => clusters[Math.floor(random() * clusters.length)] ?? [])),
    ),
  ).sort((a, b) => a - b);
  const at = (share: number): number => errors[Math.floor(share * (RESAMPLES - 1))] ?? 0;
  const { positive, negative, sums, brier } = binScores(judged);
  return {
    positive,
    negative,
    sums: rounded(sums),
    brier: Number(brier.toPrecision(5)),
    eceInterval: rounded([at(0.025), at(0.975)], 4),
  };
}

/**
 * Trains the model that ships for one script: weights, calibration and thresholds from cluster-disjoint held-out
 * probabilities. The card holds figures and hashes, no text.
 */
export function trainShipped(samples: readonly Sample[], options: TrainingOptions): ShippedTraining {
  const { classifier, heldOut: margins } = train(samples, options.learner ?? LEARNER_DEFAULTS);
  const meanings = classifier.labels.map((label) => meaningOf(label, options.mapping));
  const groups = meanings.map(({ group }) => group);
  const heldOut = samples.map(
    ({ label, cluster }, index): HeldOut => ({
      cluster,
      truth: meaningOf(label, options.mapping).group,
      groups: groupSums(margins[index] ?? new Float64Array(groups.length), classifier, groups),
    }),
  );
  const thresholds = {
    fraudHold: thresholdFor(heldOut, 'fraud', HOLD),
    fraudBlock: thresholdFor(heldOut, 'fraud', BLOCK),
    illegalHold: thresholdFor(heldOut, 'illegal', HOLD),
    illegalBlock: thresholdFor(heldOut, 'illegal', BLOCK),
  };
  const packed = packWeights(classifier);
  const card: ModelCard = {
    id: `messages-${options.script}`,
    version: options.version,
    script: options.script,
    trained: options.date,
    sha256: createHash('sha256').update(packed.bytes).digest('hex'),
    labels: [...classifier.labels],
    groups: Object.fromEntries(classifier.labels.map((label, index) => [label, groups[index] ?? 'ordinary'])),
    fraudTypes: Object.fromEntries(
      classifier.labels.flatMap((label, index) => {
        const type = meanings[index]?.fraudType;
        return type === undefined ? [] : [[label, type]];
      }),
    ),
    features: classifier.features,
    hashes: packed.hashes,
    scales: rounded(packed.scales),
    bias: rounded(classifier.bias),
    calibration: {
      scale: classifier.calibration.scale,
      shift: rounded(Array.from(classifier.calibration.shift)),
    },
    thresholds,
    sources: options.sources,
    figures: figuresOf(heldOut, thresholds),
    validation: { fraud: validationOf(heldOut, 'fraud'), illegal: validationOf(heldOut, 'illegal') },
  };
  return { card, weights: packed.bytes };
}

/** Trains on one file's own labels and scores another, as `eval messages --train` does. */
export function evaluateTrained(
  training: readonly Sample[],
  samples: readonly Sample[],
  mapping: LabelMapping,
): Evaluation {
  const { classifier, heldOut } = train(training);
  const isPositiveLabel = classifier.labels.map((label) => isPositive(meaningOf(label, mapping)));
  const share = new Float64Array(classifier.labels.length);
  const positiveShare = (values: Float64Array): number =>
    values.reduce((sum, value, label) => sum + (isPositiveLabel[label] ? value : 0), 0);
  const scores = heldOut.map((margins) => {
    probabilities(margins, classifier.calibration, share);
    return positiveShare(share);
  });
  const threshold = bestThreshold(
    scores,
    training.map(({ label }) => isPositive(meaningOf(label, mapping))),
  );
  const judged = samples.map(({ form, label, cluster }): Judged => {
    const { best, probabilities: probability } = classifier.predict(form);
    return {
      truth: label,
      predicted: classifier.labels[best] ?? '',
      positive: isPositive(meaningOf(label, mapping)),
      flagged: positiveShare(probability) >= threshold,
      cluster,
    };
  });
  return evaluate(judged, threshold);
}

/**
 * Scores the shipped models as yes or no at the live thresholds: what would at least be held for review counts as
 * positive. The threshold reported is the one for fraud in the script of the first text.
 */
export function evaluateShipped(
  models: (script: ModelScript) => ShippedModel,
  samples: readonly Sample[],
  mapping: LabelMapping,
): Evaluation {
  const judged = samples.map(({ form, label, cluster }): Judged => {
    const positive = isPositive(meaningOf(label, mapping));
    const flagged = form.script !== 'other' && models(form.script).flags(form);
    return {
      truth: positive ? 'positive' : 'negative',
      predicted: flagged ? 'positive' : 'negative',
      positive,
      flagged,
      cluster,
    };
  });
  const script = samples.find(({ form }) => form.script !== 'other')?.form.script;
  return evaluate(judged, models(script === 'latin' ? 'latin' : 'han').card.thresholds.fraudHold);
}
