import { ScoredTruth } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { KNOTS } from './additive.model.ts';
import type { Member } from './behaviour-learner.model.ts';
import type { Ensemble } from './behaviour-model.model.ts';
import { emptyForest, LEAVES, SPLITS } from './tree.model.ts';

const closed = { additionalProperties: false };
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** Metadata of trained weights, beside the binary file. No row of anybody: cuts, leaves, heights, and 32-bit digests. */
export const BehaviourCard = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' }),
    version: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
    trained: Type.String({ format: 'date' }),
    /** SHA-256 of the weights file, hex. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    seed: Type.Integer(),
    /** Names of the features in the order of the weights. */
    features: Type.Array(Type.String(), { minItems: 1, maxItems: 255 }),
    members: Type.Integer({ minimum: 2, maximum: 50 }),
    /** Trees of each member. */
    trees: Type.Integer({ minimum: 1, maximum: 5000 }),
    /** Rows that it was trained on: their digests are in the weights, with the member that has not seen them. */
    rows: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    calibration: Type.Object({ scale: Type.Number({ exclusiveMinimum: 0 }), shift: Type.Number() }, closed),
    thresholds: Type.Object({ fraud: Share, precise: Share, likely: Share, certain: Share }, closed),
    sources: Type.Array(
      Type.Object(
        { name: Type.String(), rows: Type.Integer(), frauds: Type.Integer(), terms: Type.String() },
        closed,
      ),
    ),
    /** How figures and validation came about. */
    method: Type.String(),
    figures: Type.Record(Type.String(), Type.Number()),
    validation: Type.Object({ fraud: ScoredTruth }, closed),
  },
  closed,
);
export type BehaviourCard = Static<typeof BehaviourCard>;

/** A row that a model was trained on. */
export interface SeenRow {
  readonly fingerprint: number;
  /** Index of the member that was taught without it. */
  readonly unseenBy: number;
}

export interface BehaviourWeights extends Omit<Ensemble, 'calibration'> {
  readonly seen: readonly SeenRow[];
}

type Shape = Pick<BehaviourCard, 'members' | 'trees' | 'rows'> & {
  readonly features: { readonly length: number };
};

const HEIGHTS = KNOTS + 1;
const BYTES_OF_SEEN = 5;

/** Packs weights, little-endian; sizes are on the card. */
export function packBehaviour({ grid, ranks, members, seen }: BehaviourWeights): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.from(grid.cuts, (cuts) => cuts.length)];
  const floats = (values: ArrayLike<number>) => {
    const view = new DataView(new ArrayBuffer(values.length * 4));
    for (let index = 0; index < values.length; index++)
      view.setFloat32(index * 4, values[index] as number, true);
    parts.push(new Uint8Array(view.buffer));
  };
  for (const cuts of grid.cuts) floats(cuts);
  for (const scores of ranks) floats(scores);
  for (const { base, forest, curves } of members) {
    floats([base, curves.base]);
    parts.push(forest.features, forest.shifts, forest.limits);
    floats(forest.leaves);
    floats(forest.covers);
    floats(curves.heights);
  }
  const rows = new DataView(new ArrayBuffer(seen.length * BYTES_OF_SEEN));
  for (const [index, { fingerprint, unseenBy }] of seen.entries()) {
    rows.setUint32(index * BYTES_OF_SEEN, fingerprint, true);
    rows.setUint8(index * BYTES_OF_SEEN + 4, unseenBy);
  }
  parts.push(new Uint8Array(rows.buffer));
  return Buffer.concat(parts);
}

/** Reads packed weights, made by anybody. Throws an Error that says what is wrong with them. */
export function unpackBehaviour(bytes: Uint8Array, shape: Shape): BehaviourWeights {
  const reader = new Reader(bytes);
  const counts = reader.bytes(shape.features.length);
  const cuts = Array.from(counts, (count) => reader.floats(count));
  if (cuts.some((each) => each.some((cut, index) => index > 0 && cut <= (each[index - 1] as number)))) {
    throw new Error('the weights have cuts that do not rise');
  }
  const ranks = Array.from(counts, (count) => reader.floats(count + 2));
  if (ranks.some((scores) => scores.some((score) => Math.abs(score) > 3))) {
    throw new Error('the weights have ranks that are no normal scores within 3');
  }
  const members = Array.from({ length: shape.members }, () => readMember(reader, shape));
  const seen = Array.from({ length: shape.rows }, (): SeenRow => {
    const fingerprint = reader.word();
    const [unseenBy = 0] = reader.bytes(1);
    if (unseenBy >= shape.members) throw new Error('the weights name a member that there is not');
    return { fingerprint, unseenBy };
  });
  reader.end();
  return { grid: { cuts }, ranks, members, seen };
}

function readMember(reader: Reader, { features, trees }: Shape): Member {
  const [base = 0, curvesBase = 0] = reader.floats(2);
  const empty = emptyForest(trees);
  const forest = {
    ...empty,
    features: reader.bytes(trees * SPLITS).slice(),
    shifts: reader.bytes(trees * SPLITS).slice(),
    limits: reader.bytes(trees * SPLITS).slice(),
    leaves: Float32Array.from(reader.floats(trees * LEAVES)),
    covers: Float32Array.from(reader.floats(trees * LEAVES)),
  };
  if (
    forest.features.some((feature) => feature >= features.length) ||
    forest.shifts.some((shift) => shift > 1)
  ) {
    throw new Error('the weights have a split by a feature that there is not');
  }
  if (forest.covers.some((cover) => cover < 0))
    throw new Error('the weights have fewer than no rows in a leaf');
  return { base, forest, curves: { base: curvesBase, heights: reader.floats(features.length * HEIGHTS) } };
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length)
      throw new Error(`the weights have ${this.#bytes.length} bytes, too few for the card`);
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  floats(count: number): Float64Array {
    const part = this.bytes(count * 4);
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
    const values = Float64Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true));
    if (values.every(Number.isFinite)) return values;
    throw new Error('the weights hold what is no finite number');
  }

  word(): number {
    const part = this.bytes(4);
    return new DataView(part.buffer, part.byteOffset, 4).getUint32(0, true);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new Error(`the weights have ${left} bytes more than the card says`);
  }
}
