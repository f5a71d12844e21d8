import { type Calibration, probabilities } from './calibration.model.ts';
import { type FeatureOptions, visitFeatures } from './feature.model.ts';
import { type NormalForm, readable } from './normal-form.model.ts';
import { damped } from './sparse.model.ts';

/** A trained linear model: one row of weights per hashed feature, one column per label. */
export interface ClassifierData {
  readonly labels: readonly string[];
  readonly features: FeatureOptions;
  /** Feature hashes, ascending. */
  readonly hashes: Int32Array;
  /** `weights[feature * labels + label]`, in units of `scales[label]`. */
  readonly weights: Int8Array | Float32Array;
  readonly scales: readonly number[];
  readonly bias: readonly number[];
  readonly calibration: Calibration;
}

export interface Prediction {
  /** Index of the most probable label. */
  readonly best: number;
  readonly probabilities: Float64Array;
  readonly margins: Float64Array;
}

/** How much one n-gram pushed towards the asked labels; class tokens by name. */
export interface Contribution {
  readonly gram: string;
  readonly weight: number;
}

export interface Classifier extends ClassifierData {
  predict(form: NormalForm): Prediction;
  /**
   * The n-grams that pushed most towards `towards` and away from the other labels, largest first; an n-gram inside a
   * longer one that weighs as much is left out. Negative ones push away.
   */
  explain(form: NormalForm, towards: ReadonlySet<string>, limit: number): Contribution[];
}

/** Open addressing over the hashes: one probe on average, no boxed keys. */
function hashIndex(hashes: Int32Array): (hash: number) => number {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, hashes.length * 2)));
  const slots = new Int32Array(size).fill(-1);
  const last = size - 1;
  for (const [index, hash] of hashes.entries()) {
    let slot = hash & last;
    while (slots[slot] !== -1) slot = (slot + 1) & last;
    slots[slot] = index;
  }
  return (hash) => {
    let slot = hash & last;
    for (;;) {
      const index = slots[slot] ?? -1;
      if (index === -1 || hashes[index] === hash) return index;
      slot = (slot + 1) & last;
    }
  };
}

interface Known {
  readonly index: number;
  count: number;
  readonly gram: string;
}

/** Makes a model ready to predict. */
export function createClassifier(data: ClassifierData): Classifier {
  const { labels, features, hashes, weights, scales, bias, calibration } = data;
  const width = labels.length;
  const find = hashIndex(hashes);

  const knownFeatures = (form: NormalForm, named: boolean): Map<number, Known> => {
    const known = new Map<number, Known>();
    visitFeatures(form, features, (hash, source, start, end) => {
      const index = find(hash);
      if (index < 0) return;
      const seen = known.get(index);
      if (seen) seen.count++;
      else known.set(index, { index, count: 1, gram: named ? readable(source.slice(start, end)) : '' });
    });
    return known;
  };
  const lengthOf = (known: Iterable<Known>): number => {
    let square = 0;
    for (const { count } of known) square += damped(count) ** 2;
    return Math.sqrt(square) || 1;
  };

  const predict = (form: NormalForm): Prediction => {
    const known = knownFeatures(form, false);
    const sums = new Float64Array(width);
    for (const { index, count } of known.values()) {
      const value = damped(count);
      const base = index * width;
      for (let label = 0; label < width; label++)
        sums[label] = (sums[label] ?? 0) + value * (weights[base + label] ?? 0);
    }
    const length = lengthOf(known.values());
    const margins = sums.map((sum, label) => (sum / length) * (scales[label] ?? 1) + (bias[label] ?? 0));
    const probability = new Float64Array(width);
    probabilities(margins, calibration, probability);
    let best = 0;
    for (let label = 1; label < width; label++) {
      if ((probability[label] ?? 0) > (probability[best] ?? 0)) best = label;
    }
    return { best, probabilities: probability, margins };
  };

  const explain = (form: NormalForm, towards: ReadonlySet<string>, limit: number): Contribution[] => {
    const known = [...knownFeatures(form, true).values()];
    const length = lengthOf(known);
    const { probabilities: share } = predict(form);
    const inside = labels.map((label) => towards.has(label));
    const total = (want: boolean): number =>
      share.reduce((sum, value, label) => sum + (inside[label] === want ? value : 0), 0) || 1;
    const [asked, rest] = [total(true), total(false)];
    const contributions = known.map(({ index, count, gram }) => {
      let weight = 0;
      for (let label = 0; label < width; label++) {
        const part = (share[label] ?? 0) / (inside[label] ? asked : -rest);
        weight += part * (weights[index * width + label] ?? 0) * (scales[label] ?? 1);
      }
      return { gram: gram.trim(), weight: (weight * damped(count)) / length };
    });
    contributions.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.gram < b.gram ? -1 : 1));
    return distinct(contributions, limit);
  };
  return { ...data, predict, explain };
}

/** Leaves out an n-gram that overlaps a stronger one: `积分`, `积分兑` and `分兑换` are one piece of news. */
function distinct(contributions: readonly Contribution[], limit: number): Contribution[] {
  const kept: Contribution[] = [];
  for (const candidate of contributions) {
    if (kept.length >= limit) break;
    const { gram } = candidate;
    if (gram === '' || candidate.weight === 0) continue;
    if (!kept.some((other) => other.gram.includes(gram) || gram.includes(other.gram))) kept.push(candidate);
  }
  return kept;
}
