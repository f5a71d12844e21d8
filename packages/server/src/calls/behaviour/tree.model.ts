/**
 * Trees of three levels, one after the other in flat arrays: seven splits and eight leaves each. A split sends a bin left
 * when `((bin - shift) & 255) < limit`: with shift 1 the unknown, bin 0, goes right. A split that parts nothing has the
 * limit 255.
 */
export interface Forest {
  readonly trees: number;
  /** Seven for each tree, the root first, then its left and right, and so on. */
  readonly features: Uint8Array;
  readonly shifts: Uint8Array;
  readonly limits: Uint8Array;
  /** Eight for each tree. */
  readonly leaves: Float32Array;
  /** Rows that came to each leaf in training: what a feature is worth that is not looked at. */
  readonly covers: Float32Array;
}

export const SPLITS = 7;
export const LEAVES = 8;
const LEVELS = 3;
/** A limit that every bin is below. */
export const NO_SPLIT = 255;

export function emptyForest(trees: number): Forest {
  return {
    trees,
    features: new Uint8Array(trees * SPLITS),
    shifts: new Uint8Array(trees * SPLITS),
    limits: new Uint8Array(trees * SPLITS).fill(NO_SPLIT),
    leaves: new Float32Array(trees * LEAVES),
    covers: new Float32Array(trees * LEAVES),
  };
}

/** 0 to go left, 1 to go right. */
export function sideOf({ features, shifts, limits }: Forest, split: number, bins: Uint8Array): number {
  const bin = bins[features[split] as number] as number;
  return ((bin - (shifts[split] as number)) & 255) < (limits[split] as number) ? 0 : 1;
}

/** The leaf of a tree that a row comes to, 0 to 7. */
export function leafOf(forest: Forest, tree: number, bins: Uint8Array): number {
  const first = tree * SPLITS;
  let node = 0;
  for (let level = 0; level < LEVELS; level++) node = 2 * node + 1 + sideOf(forest, first + node, bins);
  return node - SPLITS;
}

/** Sum of the leaves that a row comes to. */
export function sumLeaves(forest: Forest, bins: Uint8Array): number {
  const { trees, leaves } = forest;
  let sum = 0;
  for (let tree = 0; tree < trees; tree++) {
    sum += leaves[tree * LEAVES + leafOf(forest, tree, bins)] as number;
  }
  return sum;
}

/** Splits of several forests as one number each, for scoring: feature, shift and limit in a byte each. */
export interface Thicket {
  readonly splits: Uint32Array;
  readonly leaves: Float32Array;
}

export function thicketOf(forests: readonly Forest[]): Thicket {
  const splits: number[] = [];
  const leaves: number[] = [];
  for (const forest of forests) {
    for (const [split, feature] of forest.features.entries()) {
      splits.push(
        feature | ((forest.shifts[split] as number) << 8) | ((forest.limits[split] as number) << 16),
      );
    }
    for (const leaf of forest.leaves) leaves.push(leaf);
  }
  return { splits: Uint32Array.from(splits), leaves: Float32Array.from(leaves) };
}

/** Sum of the leaves that a row comes to, in all forests. */
export function sumThicket({ splits, leaves }: Thicket, bins: Uint8Array): number {
  let sum = 0;
  for (let first = 0, leaf = 0; first < splits.length; first += SPLITS, leaf += LEAVES) {
    let node = 0;
    for (let level = 0; level < LEVELS; level++) {
      const split = splits[first + node] as number;
      const bin = (bins[split & 255] as number) - ((split >> 8) & 255);
      node = 2 * node + ((bin & 255) < split >> 16 ? 1 : 2);
    }
    sum += leaves[leaf + node - SPLITS] as number;
  }
  return sum;
}

/** One feature on the way to a leaf. */
interface Step {
  feature: number;
  /** Whether the row goes this way at every split by the feature. */
  goes: number;
  /** Part of the training rows that go this way, of those that come there. */
  share: number;
}

const PATTERNS = 1 << SPLITS;

/**
 * What each feature was worth for a row: exact Shapley values of the path-dependent kind (Lundberg et al., "From local
 * explanations to global understanding", 2020), where a feature that is not looked at goes both ways in proportion to the
 * training rows. A tree knows a row only by the sides that its seven splits send it to: what follows from these is
 * reckoned once and kept, 7 kB a tree.
 */
export class Shapley {
  /** Sum that an unknown row is expected to have: with what is added for a row it is `sumLeaves`. */
  readonly base: number;
  readonly #forest: Forest;
  readonly #known: Uint8Array;
  readonly #worth: Float64Array;

  constructor(forest: Forest) {
    this.#forest = forest;
    this.#known = new Uint8Array(forest.trees * PATTERNS);
    this.#worth = new Float64Array(forest.trees * PATTERNS * SPLITS);
    let base = 0;
    for (let tree = 0; tree < forest.trees; tree++) {
      const covers = nodeCovers(forest, tree);
      const rows = covers[0] as number;
      for (let leaf = 0; leaf < LEAVES && rows > 0; leaf++) {
        base += ((forest.leaves[tree * LEAVES + leaf] as number) * (covers[SPLITS + leaf] as number)) / rows;
      }
    }
    this.base = base;
  }

  /** Adds to `into`, by feature, what each was worth, times `scale`. */
  add(bins: Uint8Array, scale: number, into: Float64Array): void {
    const { features, trees } = this.#forest;
    for (let tree = 0; tree < trees; tree++) {
      const first = tree * SPLITS;
      let pattern = 0;
      for (let split = 0; split < SPLITS; split++) {
        pattern |= sideOf(this.#forest, first + split, bins) << split;
      }
      const place = tree * PATTERNS + pattern;
      if (this.#known[place] === 0) this.#reckon(tree, pattern, place);
      for (let split = 0; split < SPLITS; split++) {
        const feature = features[first + split] as number;
        into[feature] = (into[feature] as number) + scale * (this.#worth[place * SPLITS + split] as number);
      }
    }
  }

  #reckon(tree: number, pattern: number, place: number): void {
    const forest = this.#forest;
    const covers = nodeCovers(forest, tree);
    const features = forest.features.subarray(tree * SPLITS, (tree + 1) * SPLITS);
    for (let leaf = 0; leaf < LEAVES; leaf++) {
      const value = forest.leaves[tree * LEAVES + leaf] as number;
      const steps = stepsTo(features, leaf, pattern, covers);
      for (const step of steps) {
        const at = place * SPLITS + features.indexOf(step.feature);
        const weight = (step.goes - step.share) * othersOf(steps, step);
        this.#worth[at] = (this.#worth[at] as number) + value * weight;
      }
    }
    this.#known[place] = 1;
  }
}

/** Rows at each node of a tree: seven splits, then eight leaves. */
function nodeCovers({ covers }: Forest, tree: number): Float64Array {
  const nodes = new Float64Array(SPLITS + LEAVES);
  for (let leaf = 0; leaf < LEAVES; leaf++) nodes[SPLITS + leaf] = covers[tree * LEAVES + leaf] as number;
  for (let node = SPLITS - 1; node >= 0; node--) {
    nodes[node] = (nodes[2 * node + 1] as number) + (nodes[2 * node + 2] as number);
  }
  return nodes;
}

/** The features on the way to a leaf, each once. `pattern` has a bit for each split: 1 where the row goes right. */
function stepsTo(features: Uint8Array, leaf: number, pattern: number, covers: Float64Array): Step[] {
  const steps: Step[] = [];
  for (let node = SPLITS + leaf; node > 0; ) {
    const parent = (node - 1) >> 1;
    const feature = features[parent] as number;
    const taken = node === 2 * parent + 1 + ((pattern >> parent) & 1) ? 1 : 0;
    // Where no training row came, half of nothing goes either way.
    const share = covers[parent] === 0 ? 0.5 : (covers[node] as number) / (covers[parent] as number);
    const known = steps.find((step) => step.feature === feature);
    if (known) {
      known.goes *= taken;
      known.share *= share;
    } else steps.push({ feature, goes: taken, share });
    node = parent;
  }
  return steps;
}

/** Weighted over the orders in which the others may be looked at before a feature; at most two others. */
function othersOf(steps: readonly Step[], step: Step): number {
  const [first, second] = steps.filter((other) => other !== step);
  if (!first) return 1;
  if (!second) return (first.goes + first.share) / 2;
  const both = first.goes * second.goes;
  const one = first.goes * second.share + first.share * second.goes;
  return both / 3 + one / 6 + (first.share * second.share) / 3;
}
