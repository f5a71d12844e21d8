import { createRandom } from '../../engine/index.ts';
import { rankBins } from './additive.model.ts';
import { type BehaviourWeights, packBehaviour, unpackBehaviour } from './behaviour-card.model.ts';
import { dealGroups, type ModelSize, teach } from './behaviour-learner.model.ts';
import { BehaviourModel, type Ensemble } from './behaviour-model.model.ts';
import type { BinnedRows } from './boosting.model.ts';
import { type Calibration, fitCalibration } from './calibration.model.ts';
import { chooseThresholds, type ScoredRow, type Thresholds } from './detection-figures.model.ts';
import { type FeatureSpace, featuresOf, inputsOf } from './feature.model.ts';
import { binRow, makeGrid } from './grid.model.ts';
import { fingerprint, groupsOf, type Subscriber } from './subscriber.model.ts';

/** A trained model with what was chosen on rows that its members had not seen. */
export interface Trained {
  readonly weights: BehaviourWeights;
  readonly bytes: Uint8Array;
  readonly calibration: Calibration;
  readonly thresholds: Thresholds;
}

/** Told before each member is taught: how many are done, of how many. */
export type OnTaught = (done: number, of: number) => void;

/** Fewest rows of either label that anything is learned from. */
const FEWEST = 50;

/**
 * Trains members, each on all parts of the rows but one; parts hold whole persons. Calibration and thresholds are fitted
 * on the scores that each row gets from the member that has not seen it. The same rows and seed give the same bytes.
 * Throws RangeError when there are too few rows of a label.
 */
export function trainBehaviour(
  subscribers: readonly Subscriber[],
  space: FeatureSpace,
  size: ModelSize,
  seed: number,
  onTaught: OnTaught = () => undefined,
): Trained {
  const frauds = subscribers.filter(({ fraud }) => fraud).length;
  if (Math.min(frauds, subscribers.length - frauds) < FEWEST) {
    throw new RangeError(
      `${frauds} frauds and ${subscribers.length - frauds} others: ${FEWEST} of each are the least`,
    );
  }
  const inputs = subscribers.map(({ columns }) => inputsOf(space, columns));
  const features = inputs.map((row) => {
    const values = new Float64Array(space.features.length);
    featuresOf(space, row, values);
    return values;
  });
  const grid = makeGrid(features, space.features.length);
  const rows = features.map((values) => {
    const bins = new Uint8Array(values.length);
    binRow(grid, values, bins);
    return bins;
  });
  const labels = Uint8Array.from(subscribers, ({ fraud }) => (fraud ? 1 : 0));
  const data: BinnedRows = { rows, labels, features: space.features.length };
  const ranks = rankBins(
    rows,
    grid.cuts.map((cuts) => cuts.length + 2),
  );
  const part = dealGroups(groupsOf(subscribers), labels, size.members, createRandom(seed));
  const all = Int32Array.from(rows.keys());
  const members = Array.from({ length: size.members }, (_, out) => {
    onTaught(out, size.members);
    const among = all.filter((row) => part[row] !== out);
    return teach(data, ranks, among, size.trees, createRandom(seed * 1000 + out));
  });
  const seen = subscribers.map((subscriber, row) => ({
    fingerprint: fingerprint(subscriber),
    unseenBy: part[row] as number,
  }));
  const bytes = packBehaviour({ grid, ranks, members, seen });
  // What is measured is what is written: weights are rounded.
  const { length } = space.features;
  const shape = { features: { length }, members: size.members, trees: size.trees, rows: seen.length };
  const weights = unpackBehaviour(bytes, shape);
  return { weights, bytes, ...chosen(space, weights, inputs, labels, part) };
}

function chosen(
  space: FeatureSpace,
  weights: BehaviourWeights,
  inputs: readonly Float64Array[],
  labels: Uint8Array,
  part: Int32Array,
): Pick<Trained, 'calibration' | 'thresholds'> {
  const raw = new BehaviourModel(space, { ...weights, calibration: { scale: 1, shift: 0 } });
  const margins = inputs.map((row, index) => raw.margin(row, part[index] as number));
  const calibration = fitCalibration(margins, labels);
  const model = new BehaviourModel(space, { ...weights, calibration });
  const scores = inputs.map((row, index) => ({
    score: model.score(row, part[index] as number),
    fraud: labels[index] === 1,
  }));
  return { calibration, thresholds: chooseThresholds(scores) };
}

/** Outer parts of a cross-validation, and members of the models within it: fewer, for time. */
export const OUTER_PARTS = 5;
const INNER_MEMBERS = 5;

/**
 * What the whole way of training reaches on persons that it has not seen: for each of five parts a model is trained on
 * the others, calibration and thresholds within them, and scores the part. Throws as `trainBehaviour`.
 */
export function crossValidate(
  subscribers: readonly Subscriber[],
  space: FeatureSpace,
  size: ModelSize,
  seed: number,
  onTaught: OnTaught = () => undefined,
): ScoredRow[] {
  const labels = Uint8Array.from(subscribers, ({ fraud }) => (fraud ? 1 : 0));
  const groups = groupsOf(subscribers);
  const part = dealGroups(groups, labels, OUTER_PARTS, createRandom(seed));
  const inner = { ...size, members: Math.min(size.members, INNER_MEMBERS) };
  const scored: ScoredRow[] = [];
  for (let out = 0; out < OUTER_PARTS; out++) {
    const known = subscribers.filter((_, row) => part[row] !== out);
    const { weights, calibration, thresholds } = trainBehaviour(known, space, inner, seed + out + 1, (done) =>
      onTaught(out * inner.members + done, OUTER_PARTS * inner.members),
    );
    const ensemble: Ensemble = { ...weights, calibration };
    const model = new BehaviourModel(space, ensemble);
    for (const [row, { columns, fraud }] of subscribers.entries()) {
      if (part[row] !== out) continue;
      const score = model.score(inputsOf(space, columns));
      scored.push({ score, fraud, flagged: score >= thresholds.fraud, group: groups[row] as number });
    }
  }
  return scored;
}
