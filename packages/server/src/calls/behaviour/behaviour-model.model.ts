import { heightOf, type Ranks } from './additive.model.ts';
import { type Member, marginOf } from './behaviour-learner.model.ts';
import { logistic } from './boosting.model.ts';
import type { Calibration } from './calibration.model.ts';
import { type FeatureSpace, featuresOf } from './feature.model.ts';
import { binRow, type Grid } from './grid.model.ts';
import { Shapley, sumThicket, type Thicket, thicketOf } from './tree.model.ts';

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

/**
 * Scores callers by the inputs of a space. Not for use by two at once: it writes over what it works in.
 */
export class BehaviourModel {
  readonly space: FeatureSpace;
  readonly #ensemble: Ensemble;
  readonly #values: Float64Array;
  readonly #bins: Uint8Array;
  /** All members together: their bases, their trees, and the sum of their curves over each bin of each feature. */
  readonly #base: number;
  readonly #trees: Thicket;
  readonly #curves: readonly Float64Array[];
  #shapley: readonly Shapley[] | undefined;

  constructor(space: FeatureSpace, ensemble: Ensemble) {
    const { members, ranks } = ensemble;
    this.space = space;
    this.#ensemble = ensemble;
    this.#values = new Float64Array(space.features.length);
    this.#bins = new Uint8Array(space.features.length);
    this.#base = members.reduce((sum, { base, curves }) => sum + base + curves.base, 0);
    this.#trees = thicketOf(members.map(({ forest }) => forest));
    this.#curves = ranks.map((scores, feature) =>
      Float64Array.from(scores, (_, bin) =>
        members.reduce((sum, { curves }) => sum + heightOf(curves, ranks, feature, bin), 0),
      ),
    );
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
    let sum = this.#base + sumThicket(this.#trees, this.#bins);
    for (let feature = 0; feature < this.#curves.length; feature++) {
      sum += (this.#curves[feature] as Float64Array)[this.#bins[feature] as number] as number;
    }
    return sum / (2 * members.length);
  }

  /**
   * What each feature was worth, largest first: with `base` they sum to the log-odds of the score, exactly. Trees are
   * explained by Shapley values, curves by their height over that of a caller in the middle of the ranks.
   */
  explain(inputs: ArrayLike<number>): { readonly base: number; readonly contributions: Contribution[] } {
    const { members, calibration } = this.#ensemble;
    this.#read(inputs);
    this.#shapley ??= members.map(({ forest }) => new Shapley(forest));
    const scale = calibration.scale / (2 * members.length);
    const worth = new Float64Array(this.#bins.length);
    let base = calibration.shift + scale * this.#base;
    for (const shapley of this.#shapley) {
      base += scale * shapley.base;
      shapley.add(this.#bins, scale, worth);
    }
    for (let feature = 0; feature < worth.length; feature++) {
      const curve = this.#curves[feature] as Float64Array;
      const usual = curve[this.#middleBin(feature)] as number;
      base += scale * usual;
      const height = curve[this.#bins[feature] as number] as number;
      worth[feature] = (worth[feature] as number) + scale * (height - usual);
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

  /** The bin that half of the callers are below. */
  #middleBin(feature: number): number {
    const scores = this.#ensemble.ranks[feature] as Float64Array;
    let nearest = 1;
    for (let bin = 2; bin < scores.length; bin++) {
      if (Math.abs(scores[bin] as number) < Math.abs(scores[nearest] as number)) nearest = bin;
    }
    return nearest;
  }
}
