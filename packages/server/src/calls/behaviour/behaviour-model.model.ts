import { type AdditiveModel, heightOf, type Ranks } from './additive.model.ts';
import { type Member, marginOf } from './behaviour-learner.model.ts';
import { logistic } from './boosting.model.ts';
import type { Calibration } from './calibration.model.ts';
import { type FeatureSpace, featuresOf } from './feature.model.ts';
import { binRow, type Grid } from './grid.model.ts';
import { addShapley } from './tree.model.ts';

/** Several members over one grid, and what makes a probability of their margin. */
export interface Ensemble {
  readonly grid: Grid;
  readonly ranks: Ranks;
  readonly members: readonly Member[];
  readonly calibration: Calibration;
}

/** What a feature was worth for one caller, in log-odds; positive speaks for fraud. */
export interface Contribution {
  readonly feature: number;
  readonly weight: number;
  /** The caller's own value; NaN where it is unknown. */
  readonly value: number;
}

/** Scores callers by the inputs of a space. Not for use by two at once: it writes over what it works in. */
export class BehaviourModel {
  readonly space: FeatureSpace;
  readonly #ensemble: Ensemble;
  readonly #values: Float64Array;
  readonly #bins: Uint8Array;

  constructor(space: FeatureSpace, ensemble: Ensemble) {
    this.space = space;
    this.#ensemble = ensemble;
    this.#values = new Float64Array(space.features.length);
    this.#bins = new Uint8Array(space.features.length);
  }

  /** Probability of fraud, by all members or by one alone: the one that has not seen the caller in training. */
  score(inputs: ArrayLike<number>, only?: number): number {
    return this.#probability(this.margin(inputs, only));
  }

  /** The same before calibration. */
  margin(inputs: ArrayLike<number>, only?: number): number {
    const { members, ranks } = this.#ensemble;
    this.#read(inputs);
    const alone = only === undefined ? undefined : members[only];
    if (alone) return marginOf(alone, ranks, this.#bins);
    let sum = 0;
    for (let index = 0; index < members.length; index++) {
      sum += marginOf(members[index] as Member, ranks, this.#bins);
    }
    return sum / members.length;
  }

  /**
   * What each feature was worth, largest first: with `base` they sum to the log-odds of the score, exactly. Trees are
   * explained by Shapley values, curves by their height over that of an average caller.
   */
  explain(inputs: ArrayLike<number>): { readonly base: number; readonly contributions: Contribution[] } {
    const { members, ranks, calibration } = this.#ensemble;
    this.#read(inputs);
    const scale = calibration.scale / (2 * members.length);
    const worth = new Float64Array(this.#bins.length);
    let base = calibration.shift;
    for (const { base: start, forest, curves } of members) {
      base += scale * (start + curves.base) + addShapley(forest, this.#bins, scale, worth);
      for (let feature = 0; feature < worth.length; feature++) {
        const usual = usualHeight(curves, ranks, feature);
        base += scale * usual;
        const height = heightOf(curves, ranks, feature, this.#bins[feature] as number);
        worth[feature] = (worth[feature] as number) + scale * (height - usual);
      }
    }
    const contributions = Array.from(worth, (weight, feature) => ({
      feature,
      weight,
      value: this.#values[feature] as number,
    }));
    contributions.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
    return { base, contributions };
  }

  #read(inputs: ArrayLike<number>): void {
    featuresOf(this.space, inputs, this.#values);
    binRow(this.#ensemble.grid, this.#values, this.#bins);
  }

  #probability(margin: number): number {
    const { scale, shift } = this.#ensemble.calibration;
    return logistic(scale * margin + shift);
  }
}

/** Height over the middle of the ranks: where half of the callers have less. */
function usualHeight(curves: AdditiveModel, ranks: Ranks, feature: number): number {
  const scores = ranks[feature] ?? [];
  let nearest = 1;
  for (let bin = 2; bin < scores.length; bin++) {
    if (Math.abs(scores[bin] as number) < Math.abs(scores[nearest] as number)) nearest = bin;
  }
  return scores.length > 1 ? heightOf(curves, ranks, feature, nearest) : 0;
}
