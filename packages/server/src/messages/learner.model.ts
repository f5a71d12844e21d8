import { type Calibration, fitCalibration } from './calibration.model.ts';
import { type Classifier, createClassifier } from './classifier.model.ts';
import type { FeatureOptions } from './feature.model.ts';
import type { NormalForm } from './normal-form.model.ts';
import { dealClusters } from './random.model.ts';
import { type Counts, countFeatures, frequentHashes, toRows } from './sparse.model.ts';
import { marginOf, trainSvm } from './svm.model.ts';

export interface Sample {
  readonly form: NormalForm;
  readonly label: string;
  /** Near-duplicates share a cluster: they are never on both sides of an inner split. */
  readonly cluster: number;
}

export interface LearnerOptions {
  readonly features: FeatureOptions;
  readonly cost: number;
  readonly balance: number;
  /** Features in fewer texts than this are left out. */
  readonly minimumTexts: number;
  /** Parts of the inner cross-validation that margins for calibration come from. */
  readonly folds: number;
  readonly seed: number;
}

/** Chosen by five-fold cluster-disjoint cross-validation on the public sets; see eval/README.md. */
export const LEARNER_DEFAULTS: LearnerOptions = {
  features: { hanGrams: 3, latinGrams: 5, wordGrams: 2 },
  cost: 0.5,
  balance: 0.5,
  minimumTexts: 2,
  folds: 4,
  seed: 20261123,
};

export interface Training {
  readonly classifier: Classifier;
  /** Margins of every sample by a model that had not seen its cluster. */
  readonly heldOut: readonly Float64Array[];
}

interface Fitted {
  readonly hashes: Int32Array;
  /** Per label, one weight per hash and the bias. */
  readonly columns: readonly Float64Array[];
}

const IDENTITY = (labels: number): Calibration => ({ scale: 1, shift: new Array<number>(labels).fill(0) });

function fit(
  documents: readonly Counts[],
  truth: Int32Array,
  labels: number,
  options: LearnerOptions,
): Fitted {
  const hashes = frequentHashes(documents, options.minimumTexts);
  const rows = toRows(documents, hashes);
  const columns = Array.from({ length: labels }, (_, label) =>
    trainSvm(
      rows,
      hashes.length,
      Uint8Array.from(truth, (right) => (right === label ? 1 : 0)),
      {
        cost: options.cost,
        balance: options.balance,
        seed: options.seed + label,
      },
    ),
  );
  return { hashes, columns };
}

function heldOutMargins(
  documents: readonly Counts[],
  truth: Int32Array,
  parts: Int32Array,
  labels: number,
  options: LearnerOptions,
): Float64Array[] {
  const margins = documents.map(() => new Float64Array(labels));
  for (let part = 0; part < options.folds; part++) {
    const inside = documents.filter((_, index) => parts[index] !== part);
    if (inside.length === 0) continue;
    const { hashes, columns } = fit(
      inside,
      truth.filter((_, index) => parts[index] !== part),
      labels,
      options,
    );
    const rows = toRows(documents, hashes);
    for (const [index, values] of margins.entries()) {
      if (parts[index] !== part) continue;
      for (const [label, weights] of columns.entries()) values[label] = marginOf(rows, index, weights);
    }
  }
  return margins;
}

function interleaved({ hashes, columns }: Fitted): Float32Array {
  const weights = new Float32Array(hashes.length * columns.length);
  for (const [label, column] of columns.entries()) {
    for (let feature = 0; feature < hashes.length; feature++) {
      weights[feature * columns.length + label] = column[feature] ?? 0;
    }
  }
  return weights;
}

/**
 * Trains one-against-rest linear classifiers on hashed n-grams and calibrates them on margins from an inner
 * cluster-disjoint cross-validation. Deterministic by seed. Throws when there are fewer than two labels.
 */
export function train(samples: readonly Sample[], options: LearnerOptions = LEARNER_DEFAULTS): Training {
  const labels = [...new Set(samples.map(({ label }) => label))].sort();
  if (labels.length < 2) throw new RangeError('training needs samples of at least two labels');
  const position = new Map(labels.map((label, index) => [label, index]));
  const truth = Int32Array.from(samples, ({ label }) => position.get(label) ?? 0);
  const documents = samples.map(({ form }) => countFeatures(form, options.features));
  const parts = dealClusters(
    samples.map(({ cluster }) => cluster),
    samples.map(({ label }) => label),
    options.folds,
    options.seed,
  );
  const heldOut = heldOutMargins(documents, truth, parts, labels.length, options);
  const calibration =
    heldOut.length < 8 ? IDENTITY(labels.length) : fitCalibration(heldOut, truth, labels.length);
  const fitted = fit(documents, truth, labels.length, options);
  const classifier = createClassifier({
    labels,
    features: options.features,
    hashes: fitted.hashes,
    weights: interleaved(fitted),
    scales: labels.map(() => 1),
    bias: fitted.columns.map((column) => column.at(-1) ?? 0),
    calibration,
  });
  return { classifier, heldOut };
}
