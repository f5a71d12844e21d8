import { createHash } from 'node:crypto';
import { binScores } from '../../engine/index.ts';
import type { Pack } from '../../platform/index.ts';
import type { BehaviourCard } from './behaviour-card.model.ts';
import type { ModelSize } from './behaviour-learner.model.ts';
import {
  BEHAVIOUR_SPACES,
  behaviourFile,
  behaviourOf,
  openBehaviour,
  readBehaviourCard,
  type ShippedBehaviour,
} from './behaviour-model.service.ts';
import { type DetectionReport, detectionReport } from './behaviour-report.service.ts';
import { crossValidate, type OnTaught, OUTER_PARTS, trainBehaviour } from './behaviour-training.service.ts';
import type { ScoredRow } from './detection-figures.model.ts';
import { type FeatureSpace, inputsOf } from './feature.model.ts';
import { fingerprint, groupsOf, type Subscriber } from './subscriber.model.ts';

export const BEHAVIOUR_MODELS: readonly string[] = BEHAVIOUR_SPACES.map(({ id }) => id);

/** Where trained files come from and what they are called. */
export interface TrainingNote {
  /** Name of the file, without folder. */
  readonly source: string;
  /** RFC 3339 date. */
  readonly date: string;
  readonly version: string;
  readonly seed: number;
  readonly onTaught?: OnTaught;
}

export interface TrainedFiles {
  readonly card: BehaviourCard;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** How shipped weights did on a file. */
export interface ShippedReport extends DetectionReport {
  readonly model: string;
  readonly version: string;
  /** Rows that the model was trained on: each was scored by the one member that had not seen it. */
  readonly seenInTraining: number;
}

/** Measuring and training models of callers, for the command line. Throws RangeError when a file has too few rows. */
export interface BehaviourLab {
  train(subscribers: readonly Subscriber[], model: string, note: TrainingNote): TrainedFiles;
  /** Scores with the pack's model, or another one's files. Throws an Error that says what is wrong with these. */
  evaluate(
    subscribers: readonly Subscriber[],
    model: string,
    other?: { readonly card: Uint8Array; readonly weights: Uint8Array },
  ): ShippedReport;
  /** The model that the pack brings. */
  shipped(model: string): ShippedBehaviour;
  /** What training on such rows reaches on persons that were left out. */
  crossValidate(
    subscribers: readonly Subscriber[],
    model: string,
    seed: number,
    onTaught?: OnTaught,
  ): DetectionReport;
}

/** The live model is asked at every call, the other once a month. */
const SIZES: Readonly<Record<string, ModelSize>> = {
  'calls-month': { members: 10, trees: 400 },
  'calls-live': { members: 5, trees: 40 },
};
const TERMS = 'research data, not redistributed: cuts, leaves and heights only';
const METHOD = `trained on every row; figures and validation: ${OUTER_PARTS}-fold cross-validation by person of the whole way of training, calibration and thresholds chosen within the training parts; intervals 95 %, 1,000 resamples of persons`;

export function openBehaviourLab(pack: Pack): BehaviourLab {
  return {
    train: (subscribers, model, note) => train(subscribers, spaceOf(model), note),
    evaluate: (subscribers, model, other) => {
      const space = spaceOf(model);
      const shipped = other
        ? behaviourOf(space, readBehaviourCard(other.card), other.weights)
        : openBehaviour(pack, space);
      return evaluate(subscribers, shipped);
    },
    shipped: (model) => openBehaviour(pack, spaceOf(model)),
    crossValidate: (subscribers, model, seed, onTaught) => {
      const space = spaceOf(model);
      const scored = crossValidate(subscribers, space, sizeOf(space), seed, onTaught);
      return detectionReport(scored, subscribers);
    },
  };
}

function spaceOf(model: string): FeatureSpace {
  const space = BEHAVIOUR_SPACES.find(({ id }) => id === model);
  if (!space) throw new RangeError(`there is no model ${model}: one of ${BEHAVIOUR_MODELS.join(', ')}`);
  return space;
}

const sizeOf = ({ id }: FeatureSpace): ModelSize => SIZES[id] ?? { members: OUTER_PARTS, trees: 100 };

function train(subscribers: readonly Subscriber[], space: FeatureSpace, note: TrainingNote): TrainedFiles {
  const { seed, version, date, source, onTaught } = note;
  const size = sizeOf(space);
  const scored = crossValidate(subscribers, space, size, seed, onTaught);
  const report = detectionReport(scored, subscribers);
  const { bytes, calibration, thresholds } = trainBehaviour(subscribers, space, size, seed);
  const rounded = (value: number): number => Number(value.toFixed(6));
  const card: BehaviourCard = {
    id: space.id,
    version,
    trained: date,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    seed,
    features: space.features.map(({ name }) => name),
    ...size,
    rows: subscribers.length,
    calibration: { ...calibration },
    thresholds: { ...thresholds },
    sources: [{ name: source, rows: report.n, frauds: report.frauds, terms: TERMS }],
    method: METHOD,
    figures: Object.fromEntries(figuresOf(report).map(([name, value]) => [name, rounded(value)])),
    validation: { fraud: binScores(scored.map(({ score, fraud }) => ({ score, positive: fraud }))) },
  };
  const files = [
    { name: behaviourFile(space, 'json'), bytes: Buffer.from(`${JSON.stringify(card, null, 2)}\n`) },
    { name: behaviourFile(space, 'bin'), bytes },
  ];
  return { card, files };
}

function figuresOf({ intervals, ...report }: DetectionReport): [string, number][] {
  return [
    ['samples', report.n],
    ['frauds', report.frauds],
    ['auc', report.auc],
    ['macroF1', report.macroF1],
    ['fraudPrecision', report.fraud.precision],
    ['fraudRecall', report.fraud.recall],
    ['fraudF1', report.fraud.f1],
    ['recallAtPrecision98', report.recallAtPrecision98],
    ['ece', report.calibration.ece],
    ['rulePrecision', report.rule.fraud.precision],
    ['ruleRecall', report.rule.fraud.recall],
    ['ruleMacroF1', report.rule.macroF1],
    ...Object.entries(intervals).flatMap(([name, [low, high]]): [string, number][] => [
      [`${name}Low`, low],
      [`${name}High`, high],
    ]),
  ];
}

function evaluate(
  subscribers: readonly Subscriber[],
  { card, model, seen }: ShippedBehaviour,
): ShippedReport {
  const unseenBy = new Map(seen.map((row) => [row.fingerprint, row.unseenBy]));
  const groups = groupsOf(subscribers);
  let known = 0;
  const scored = subscribers.map((subscriber, row): ScoredRow => {
    const only = unseenBy.get(fingerprint(subscriber));
    if (only !== undefined) known += 1;
    const score = model.score(inputsOf(model.space, subscriber.columns), only);
    const { fraud } = subscriber;
    return { score, fraud, flagged: score >= card.thresholds.fraud, group: groups[row] as number };
  });
  return {
    ...detectionReport(scored, subscribers, card.thresholds.fraud),
    model: card.id,
    version: card.version,
    seenInTraining: known,
  };
}
