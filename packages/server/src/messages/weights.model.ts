import { ScoredTruth } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import type { ClassifierData } from './classifier.model.ts';

const closed = { additionalProperties: false };
const Gram = Type.Integer({ minimum: 1, maximum: 8 });

/** Metadata of shipped weights, beside the binary file. No texts and no readable n-grams: hashes only. */
export const ModelCard = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    script: Type.Enum(['han', 'latin']),
    trained: Type.String({ format: 'date' }),
    /** SHA-256 of the weights file, hex. */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    labels: Type.Array(Type.String(), { minItems: 2, maxItems: 100 }),
    /** Group of every label: what the rules speak of. */
    groups: Type.Record(Type.String(), Type.Enum(['fraud', 'illegal', 'advert', 'ordinary'])),
    /** Code of the pack's taxonomy, for labels that tell the kind of fraud. */
    fraudTypes: Type.Record(Type.String(), Type.String()),
    features: Type.Object({ hanGrams: Gram, latinGrams: Gram, wordGrams: Gram }, closed),
    hashes: Type.Integer({ minimum: 1, maximum: 5_000_000 }),
    scales: Type.Array(Type.Number()),
    bias: Type.Array(Type.Number()),
    calibration: Type.Object({ scale: Type.Number(), shift: Type.Array(Type.Number()) }, closed),
    /** Probabilities from which the bands begin. */
    thresholds: Type.Object(
      {
        fraudHold: Type.Number(),
        fraudBlock: Type.Number(),
        illegalHold: Type.Number(),
        illegalBlock: Type.Number(),
      },
      closed,
    ),
    /** How it was made and what it reached on clusters that it had not seen. */
    sources: Type.Array(
      Type.Object({ name: Type.String(), texts: Type.Integer(), terms: Type.String() }, closed),
    ),
    figures: Type.Record(Type.String(), Type.Number()),
    /** Held-out scores of each output against what the texts were: calibration, and what live scores should look like. */
    validation: Type.Optional(Type.Object({ fraud: ScoredTruth, illegal: ScoredTruth }, closed)),
  },
  closed,
);
export type ModelCard = Static<typeof ModelCard>;

/** Weights in one byte each, features without any weight dropped. */
export interface PackedWeights {
  readonly bytes: Uint8Array;
  readonly hashes: number;
  readonly scales: number[];
}

const LIMIT = 127;

/** Packs weights: hashes as little-endian 32-bit integers, then one signed byte per feature and label. */
export function packWeights({ labels, hashes, weights }: ClassifierData): PackedWeights {
  const width = labels.length;
  const most = new Float64Array(width);
  for (const [at, weight] of weights.entries()) {
    most[at % width] = Math.max(most[at % width] ?? 0, Math.abs(weight));
  }
  const scales = Array.from(most, (value) => value / LIMIT || 1);
  const kept: number[] = [];
  const bytes: number[] = [];
  for (const [index, hash] of hashes.entries()) {
    const row = scales.map((scale, label) => Math.round((weights[index * width + label] ?? 0) / scale));
    if (row.every((weight) => weight === 0)) continue;
    kept.push(hash);
    for (const weight of row) bytes.push(weight);
  }
  const packed = new Uint8Array(kept.length * 4 + bytes.length);
  const view = new DataView(packed.buffer);
  for (const [index, hash] of kept.entries()) view.setInt32(index * 4, hash, true);
  packed.set(Int8Array.from(bytes), kept.length * 4);
  return { bytes: packed, hashes: kept.length, scales };
}

/** Reads packed weights. Throws when the length does not fit the card. */
export function unpackWeights(bytes: Uint8Array, card: ModelCard): ClassifierData {
  const width = card.labels.length;
  const expected = card.hashes * (4 + width);
  if (bytes.length !== expected)
    throw new Error(`weights of ${card.id}: ${bytes.length} bytes, expected ${expected}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hashes = new Int32Array(card.hashes);
  for (let index = 0; index < card.hashes; index++) hashes[index] = view.getInt32(index * 4, true);
  return {
    labels: card.labels,
    features: card.features,
    hashes,
    weights: new Int8Array(bytes.buffer, bytes.byteOffset + card.hashes * 4, card.hashes * width),
    scales: card.scales,
    bias: card.bias,
    calibration: card.calibration,
  };
}
