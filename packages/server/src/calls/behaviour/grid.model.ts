/** Places at which a feature is cut, of one feature after the other. Bin 0 is for what is unknown. */
export interface Grid {
  /** Ascending cuts of each feature: a value is in bin 1 + number of cuts at or below it. */
  readonly cuts: readonly Float64Array[];
}

/** The bin of what is unknown. */
export const UNKNOWN_BIN = 0;

/** Most cuts of a feature: bins fit in a byte. */
const MOST_CUTS = 100;

/** Cuts halfway between neighbouring quantiles of the values that are known; each value that is common gets its own bin. */
export function makeGrid(rows: readonly Float64Array[], features: number): Grid {
  return { cuts: Array.from({ length: features }, (_, feature) => cutsOf(rows, feature)) };
}

function cutsOf(rows: readonly Float64Array[], feature: number): Float64Array {
  const known = Float64Array.from(
    rows.map((row) => row[feature] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
  ).sort();
  const cuts = new Set<number>();
  for (let cut = 1; cut <= MOST_CUTS; cut++) {
    const at = Math.floor((known.length * cut) / (MOST_CUTS + 1));
    let below = at - 1;
    while (below >= 0 && known[below] === known[at]) below--;
    if (below >= 0) cuts.add(Math.fround(((known[below] ?? 0) + (known[at] ?? 0)) / 2));
  }
  return Float64Array.from([...cuts].sort((a, b) => a - b));
}

/** The bin of a value. */
export function binOf(cuts: Float64Array, value: number): number {
  if (Number.isNaN(value)) return UNKNOWN_BIN;
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

/** Bins of all features of a row, into `into`. */
export function binRow({ cuts }: Grid, row: Float64Array, into: Uint8Array): void {
  for (let feature = 0; feature < cuts.length; feature++) {
    into[feature] = binOf(cuts[feature] as Float64Array, row[feature] ?? Number.NaN);
  }
}
