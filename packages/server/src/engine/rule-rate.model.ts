/** Tails of a count: chances of at most, and at least, so many. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/** Below it a term adds nothing that a double can hold. */
const NEGLIGIBLE = 1e-17;
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x > 0 (Lanczos, g = 7, n = 9; relative error below 1e-13). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const y = x - 1;
  const sum = LANCZOS.reduce((part, factor, index) => part + factor / (y + index + 1), 0.9999999999998099);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Tails of a negative binomial count with a mean and a variance, of a Poisson count where the variance is not above
 * the mean. Each tail includes the count itself.
 */
export function negativeBinomialTails(count: number, mean: number, variance: number): Tails {
  if (mean <= 0) return { lower: 1, upper: count === 0 ? 1 : 0 };
  const excess = variance - mean;
  const poisson = excess < 1e-9 * mean;
  const size = (mean * mean) / excess;
  const p = mean / variance;
  const logOf = poisson
    ? (k: number) => k * Math.log(mean) - mean - logGamma(k + 1)
    : (k: number) =>
        logGamma(k + size) - logGamma(size) - logGamma(k + 1) + size * Math.log(p) + k * Math.log1p(-p);
  /** Term after the k-th, divided by it. */
  const ratio = poisson ? (k: number) => mean / (k + 1) : (k: number) => ((k + size) / (k + 1)) * (1 - p);
  const here = Math.exp(logOf(count));
  if (count <= mean) {
    let lower = here;
    for (let k = count, term = here; k > 0 && term > NEGLIGIBLE * lower; k -= 1) {
      term /= ratio(k - 1);
      lower += term;
    }
    return { lower: Math.min(1, lower), upper: Math.min(1, 1 - lower + here) };
  }
  let upper = here;
  for (let k = count, term = here; term > NEGLIGIBLE * upper; k += 1) {
    term *= ratio(k);
    upper += term;
  }
  return { lower: Math.min(1, 1 - upper + here), upper: Math.min(1, upper) };
}
