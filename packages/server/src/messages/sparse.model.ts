import { type FeatureOptions, visitFeatures } from './feature.model.ts';
import type { NormalForm } from './normal-form.model.ts';

/** Documents as rows of a sparse matrix: `offsets[row]` to `offsets[row + 1]` in `columns` and `values`. */
export interface SparseRows {
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly offsets: Int32Array;
}

/** n-gram hashes and how often each stands in a text. */
export type Counts = ReadonlyMap<number, number>;

export function countFeatures(form: NormalForm, options: FeatureOptions): Counts {
  const counts = new Map<number, number>();
  visitFeatures(form, options, (hash) => counts.set(hash, (counts.get(hash) ?? 0) + 1));
  return counts;
}

/** Weight of a feature in its text before the text is brought to length one: damped count. */
export function damped(count: number): number {
  return 1 + Math.log(count);
}

/** Hashes that stand in at least `minimum` of the texts, sorted: the columns of a model. */
export function frequentHashes(documents: readonly Counts[], minimum: number): Int32Array {
  const seen = new Map<number, number>();
  for (const counts of documents) for (const hash of counts.keys()) seen.set(hash, (seen.get(hash) ?? 0) + 1);
  const kept: number[] = [];
  for (const [hash, count] of seen) if (count >= minimum) kept.push(hash);
  return Int32Array.from(kept).sort();
}

/** Rows over the given columns, each of Euclidean length one; other features are left out. */
export function toRows(documents: readonly Counts[], hashes: Int32Array): SparseRows {
  const column = new Map<number, number>();
  for (const [index, hash] of hashes.entries()) column.set(hash, index);
  const offsets = new Int32Array(documents.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (const [row, counts] of documents.entries()) {
    let square = 0;
    for (const [hash, count] of counts) {
      const index = column.get(hash);
      if (index === undefined) continue;
      const value = damped(count);
      columns.push(index);
      values.push(value);
      square += value * value;
    }
    const length = Math.sqrt(square) || 1;
    for (let at = offsets[row] ?? 0; at < values.length; at++) values[at] = (values[at] ?? 0) / length;
    offsets[row + 1] = values.length;
  }
  return { columns: Int32Array.from(columns), values: Float32Array.from(values), offsets };
}
