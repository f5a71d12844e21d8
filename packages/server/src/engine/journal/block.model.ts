import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib';
import type { Frame, JournalRecord } from './journal.model.ts';

/** Encryption of bytes, as the platform's vault gives it; `place` is where they belong. */
export interface BlockSealer {
  sealBytes(bytes: Uint8Array, place: string): Uint8Array;
  /** Throws when the key is gone or the bytes were changed or moved. */
  openBytes(sealed: Uint8Array, place: string): Uint8Array;
}

/** A block ends after so many bytes of records: what one damaged place costs at most, and one look-up reads. */
export const BLOCK_BYTES = 64 * 1024;
/** Most bytes of a block once it is opened: a larger one is damaged. */
const MAX_OPENED = 8 * 1024 * 1024;
/**
 * Less stays as it is, as inline events of one moment do: a compressor for each of their blocks costs more than the room
 * it saves, and V8 marks the heap again and again for the memory of compressors. More is compressed in another thread.
 */
const COMPRESSED_FROM = 16 * 1024;
const PLAIN = 0;
const ZSTD = 1;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const LENGTH_BYTES = 4;

const placeOf = (position: number): string => `journal:${position}`;

/**
 * Records that become durable together as one block: lengths and bytes, compressed, sealed for the position of the
 * first. Sealing a block costs what sealing one record would.
 */
export async function encodeBlock(
  payloads: readonly Uint8Array[],
  position: number,
  sealer: BlockSealer,
): Promise<Uint8Array> {
  const bytes = payloads.reduce((sum, payload) => sum + LENGTH_BYTES + payload.length, 1);
  const opened = Buffer.allocUnsafe(bytes);
  let offset = 1;
  for (const payload of payloads) {
    offset = opened.writeUInt32BE(payload.length, offset);
    opened.set(payload, offset);
    offset += payload.length;
  }
  opened[0] = PLAIN;
  if (bytes < COMPRESSED_FROM) return sealer.sealBytes(opened, placeOf(position));
  const packed = await compressApart(opened.subarray(1));
  return sealer.sealBytes(Buffer.concat([Buffer.of(ZSTD), packed]), placeOf(position));
}

function compressApart(bytes: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  zstdCompress(bytes, FASTEST, (error, packed) => (error ? reject(error) : resolve(packed)));
  return promise;
}

/** The records of a frame from a position on. Throws when its block cannot be opened. */
export function recordsOf(frame: Frame, sealer: BlockSealer, from: number): JournalRecord[] {
  const payloads = decodeBlock(frame.payload, frame.position, sealer);
  if (payloads.length !== frame.records)
    throw new RangeError('the block has not as many records as its frame says');
  return payloads
    .map((payload, index) => ({ position: frame.position + index, payload }))
    .filter(({ position }) => position >= from);
}

/** The records of a block, in order. Throws when it cannot be opened or is not a block. */
function decodeBlock(block: Uint8Array, position: number, sealer: BlockSealer): Buffer[] {
  const form = Buffer.from(sealer.openBytes(block, placeOf(position)));
  const rest = form.subarray(1);
  const opened = form[0] === ZSTD ? zstdDecompressSync(rest, { maxOutputLength: MAX_OPENED }) : rest;
  const payloads: Buffer[] = [];
  for (let offset = 0; offset < opened.length; ) {
    const start = offset + LENGTH_BYTES;
    const end = start + opened.readUInt32BE(offset);
    if (end > opened.length) throw new RangeError('a record of the block is cut off');
    payloads.push(opened.subarray(start, end));
    offset = end;
  }
  return payloads;
}
