/** z of the 95 % interval. */
const Z = 1.96;

/** Wilson's interval of a share: how far `positive` of `count` may be from the truth. */
export function wilson(positive: number, count: number): readonly [number, number] {
  if (count === 0) return [0, 1];
  const share = positive / count;
  const square = (Z * Z) / count;
  const middle = (share + square / 2) / (1 + square);
  const reach = (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / count + square / (4 * count));
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)];
}

const FLOOR = 1e-4;

/**
 * Population stability index of counts against others by the same bins: sum of (a − b) ln(a / b) over the shares.
 * Empty bins count as one in ten thousand.
 */
export function psi(counts: readonly number[], others: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const all = others.reduce((sum, count) => sum + count, 0);
  if (total === 0 || all === 0) return 0;
  return counts.reduce((sum, count, bin) => {
    const a = Math.max(FLOOR, count / total);
    const b = Math.max(FLOOR, (others[bin] ?? 0) / all);
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

interface Hour {
  readonly hour: string;
  readonly bins: readonly number[];
}

export interface ScoreStep {
  readonly at: string;
  readonly count: number;
  readonly bins: readonly number[];
}

const HOUR_MS = 3_600_000;

/**
 * Hours put together in steps, oldest first, at least so many up to the last; those without scores are there too. None
 * when there are no scores at all.
 */
export function stepsOf(hours: readonly Hour[], hoursEach: number, least: number): ScoreStep[] {
  const size = hoursEach * HOUR_MS;
  const steps = new Map<number, number[]>();
  for (const { hour, bins } of hours) {
    const at = Math.floor(Date.parse(hour) / size) * size;
    const sums = steps.get(at) ?? bins.map(() => 0);
    steps.set(
      at,
      sums.map((sum, bin) => sum + (bins[bin] ?? 0)),
    );
  }
  if (steps.size === 0) return [];
  const last = Math.max(...steps.keys());
  const length = Math.max(least, (last - Math.min(...steps.keys())) / size + 1);
  const first = last - (length - 1) * size;
  return Array.from({ length }, (_, index) => {
    const at = first + index * size;
    const bins = steps.get(at) ?? [];
    return { at: new Date(at).toISOString(), count: bins.reduce((sum, count) => sum + count, 0), bins };
  });
}

/** Share of the scores in bins whose lower edge is at or above a threshold. `edges` are upper edges. */
export function shareAbove(bins: readonly number[], edges: readonly number[], threshold: number): number {
  const total = bins.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  const above = bins.reduce((sum, count, bin) => sum + ((edges[bin - 1] ?? 0) >= threshold ? count : 0), 0);
  return above / total;
}
