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

/** One feature on the way to a leaf. */
interface Step {
  feature: number;
  /** Whether the row goes this way at every split by the feature. */
  goes: number;
  /** Part of the training rows that go this way, of those that come there. */
  share: number;
}

/**
 * Adds to `into`, by feature, what each was worth for a row: exact Shapley values of the path-dependent kind (Lundberg et
 * al., "From local explanations to global understanding", 2020), where a feature that is not looked at goes both ways in
 * proportion to the training rows. Returns what is left: the sum that an unknown row is expected to have. All of it and
 * what was added sum to `sumLeaves`.
 */
export function addShapley(forest: Forest, bins: Uint8Array, scale: number, into: Float64Array): number {
  let base = 0;
  for (let tree = 0; tree < forest.trees; tree++) base += addTree(forest, tree, bins, scale, into);
  return base;
}

function addTree(forest: Forest, tree: number, bins: Uint8Array, scale: number, into: Float64Array): number {
  const covers = nodeCovers(forest, tree);
  let base = 0;
  for (let leaf = 0; leaf < LEAVES; leaf++) {
    const value = scale * (forest.leaves[tree * LEAVES + leaf] as number);
    const steps = stepsTo(forest, tree, leaf, bins, covers);
    base += value * steps.reduce((product, { share }) => product * share, 1);
    for (const step of steps) {
      const weight = (step.goes - step.share) * othersOf(steps, step);
      if (weight !== 0) into[step.feature] = (into[step.feature] ?? 0) + value * weight;
    }
  }
  return base;
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

/** The features on the way to a leaf, each once. */
function stepsTo(forest: Forest, tree: number, leaf: number, bins: Uint8Array, covers: Float64Array): Step[] {
  const steps: Step[] = [];
  for (let node = SPLITS + leaf; node > 0; ) {
    const parent = (node - 1) >> 1;
    const split = tree * SPLITS + parent;
    const feature = forest.features[split] as number;
    const taken = node === 2 * parent + 1 + sideOf(forest, split, bins) ? 1 : 0;
    const share = covers[parent] === 0 ? taken : (covers[node] as number) / (covers[parent] as number);
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
