import { logistic } from './boosting.model.ts';

/** Turns margins into probabilities: `logistic(scale * margin + shift)`. */
export interface Calibration {
  readonly scale: number;
  readonly shift: number;
}

const ROUNDS = 25;
/** Pull towards leaving margins as they are, in samples. */
const PRIOR = 1;

/** Fits both by log-loss on margins of rows that the model had not seen (Platt, 1999), by Newton's method. */
export function fitCalibration(margins: ArrayLike<number>, labels: ArrayLike<number>): Calibration {
  let [scale, shift] = [1, 0];
  for (let round = 0; round < ROUNDS; round++) {
    let [byScale, byShift] = [PRIOR * (scale - 1), PRIOR * shift];
    let [scaleScale, scaleShift, shiftShift] = [PRIOR, 0, PRIOR];
    for (let row = 0; row < margins.length; row++) {
      const margin = margins[row] as number;
      const share = logistic(scale * margin + shift);
      const error = share - (labels[row] as number);
      const bend = share * (1 - share);
      byScale += error * margin;
      byShift += error;
      scaleScale += bend * margin * margin;
      scaleShift += bend * margin;
      shiftShift += bend;
    }
    const determinant = scaleScale * shiftShift - scaleShift * scaleShift;
    scale -= (shiftShift * byScale - scaleShift * byShift) / determinant;
    shift -= (scaleScale * byShift - scaleShift * byScale) / determinant;
  }
  return { scale: Math.max(1e-3, scale), shift };
}
