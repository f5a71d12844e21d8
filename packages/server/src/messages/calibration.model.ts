/** Turns margins into probabilities: softmax of `scale * margin + shift[label]`. */
export interface Calibration {
  readonly scale: number;
  readonly shift: ArrayLike<number>;
}

const STEPS = 300;
const RATE = 0.5;
/** Pull of the shifts towards zero, in samples: a label seen a few times must not buy itself a large shift. */
const PRIOR = 2;

/** Probabilities of all labels, into `into`. */
export function probabilities(
  margins: ArrayLike<number>,
  calibration: Calibration,
  into: Float64Array,
): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let label = 0; label < into.length; label++) {
    const value = calibration.scale * (margins[label] ?? 0) + (calibration.shift[label] ?? 0);
    into[label] = value;
    if (value > most) most = value;
  }
  let sum = 0;
  for (let label = 0; label < into.length; label++) {
    const value = Math.exp((into[label] ?? 0) - most);
    into[label] = value;
    sum += value;
  }
  for (let label = 0; label < into.length; label++) into[label] = (into[label] ?? 0) / sum;
}

/** Slope of the log-loss by every shift and, last, by the logarithm of the scale. */
function slopes(
  margins: readonly Float64Array[],
  truth: ArrayLike<number>,
  shift: Float64Array,
  scale: number,
): Float64Array {
  const labels = shift.length;
  const probability = new Float64Array(labels);
  const slope = new Float64Array(labels + 1);
  for (const [row, values] of margins.entries()) {
    probabilities(values, { scale, shift }, probability);
    for (const [label, share] of probability.entries()) {
      const error = share - (truth[row] === label ? 1 : 0);
      slope[label] = (slope[label] ?? 0) + error;
      slope[labels] = (slope[labels] ?? 0) + error * (values[label] ?? 0) * scale;
    }
  }
  return slope.map((sum, index) => (sum + PRIOR * (shift[index] ?? 0)) / margins.length);
}

/**
 * Fits scale and shifts by log-loss on margins of samples that the model had not seen (vector scaling, Guo et al.,
 * ICML 2017, with one scale), by gradient steps of adapted length. `truth[row]` is the index of the right label.
 */
export function fitCalibration(
  margins: readonly Float64Array[],
  truth: ArrayLike<number>,
  labels: number,
): Calibration {
  const shift = new Float64Array(labels);
  const squares = new Float64Array(labels + 1).fill(1e-3);
  let logScale = Math.log(3);
  for (let step = 0; step < STEPS; step++) {
    for (const [index, slope] of slopes(margins, truth, shift, Math.exp(logScale)).entries()) {
      const square = 0.9 * (squares[index] ?? 0) + 0.1 * slope * slope;
      squares[index] = square;
      const move = (RATE * slope) / (Math.sqrt(square) + 1e-4) / (1 + step / 10);
      if (index < labels) shift[index] = (shift[index] ?? 0) - move;
      else logScale = Math.min(4, Math.max(-2, logScale - move));
    }
  }
  return { scale: Math.exp(logScale), shift: Array.from(shift) };
}

/** The threshold on `scores` with the best F1 against `positive`; in the middle between the two scores that it parts. */
export function bestThreshold(scores: ArrayLike<number>, positive: ArrayLike<boolean>): number {
  const order = Array.from(scores, (_, index) => index).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const all = order.reduce((sum, index) => sum + (positive[index] ? 1 : 0), 0);
  let found = 0;
  let best = { f1: -1, threshold: 0.5 };
  for (const [rank, index] of order.entries()) {
    if (positive[index]) found++;
    const f1 = (2 * found) / (rank + 1 + all);
    const score = scores[index] ?? 0;
    const next = scores[order[rank + 1] ?? -1] ?? 0;
    if (f1 > best.f1 && next < score) best = { f1, threshold: (score + next) / 2 };
  }
  return best.threshold;
}
