import type { Proportion } from '@fanzha/contract';

/** Quantile of the normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/** A share with its Wilson score interval at 95 % (Wilson 1927); null of nothing. */
export function proportion(hits: number, of: number): Proportion | null {
  if (of === 0) return null;
  const p = hits / of;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z / (1 + z2 / of)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  return {
    hits,
    of,
    value: p,
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === of ? 1 : Math.min(1, centre + half),
  };
}
