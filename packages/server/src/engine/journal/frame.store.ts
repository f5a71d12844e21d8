import { crc32 } from 'node:zlib';
import type { Frame } from './journal.model.ts';

/** `FZJ2`: begins every frame, so that reading can go on after a damaged one. */
const MAGIC = 0x465a4a32;
const MAGIC_BYTES = Buffer.from('FZJ2');
/** magic (4), payload length (4), position (8), records (4), CRC-32 of what comes between and after (4); big-endian. */
export const FRAME_HEADER = 24;
const CRC_AT = 20;
/** A frame that says it is longer is damaged. */
export const MAX_PAYLOAD = 4 * 1024 * 1024;

/** Writes one frame into `target` at `offset`; returns the offset after it. */
export function writeFrame(target: Buffer, offset: number, { position, records, payload }: Frame): number {
  target.writeUInt32BE(MAGIC, offset);
  target.writeUInt32BE(payload.length, offset + 4);
  target.writeBigUInt64BE(BigInt(position), offset + 8);
  target.writeUInt32BE(records, offset + 16);
  target.set(payload, offset + FRAME_HEADER);
  target.writeUInt32BE(checksum(target, offset, payload.length), offset + CRC_AT);
  return offset + FRAME_HEADER + payload.length;
}

function checksum(bytes: Buffer, offset: number, length: number): number {
  const head = crc32(bytes.subarray(offset + 4, offset + CRC_AT));
  return crc32(bytes.subarray(offset + FRAME_HEADER, offset + FRAME_HEADER + length), head);
}

export interface FoundFrame extends Frame {
  /** Where the frame begins in the scanned bytes. */
  readonly offset: number;
}

export interface Scan {
  readonly frames: readonly FoundFrame[];
  /** Bytes that need not be looked at again; the rest is the beginning of a frame that continues. */
  readonly consumed: number;
  /** Damaged places: from, to (exclusive). */
  readonly gaps: readonly (readonly [number, number])[];
}

/**
 * Finds the frames in bytes that begin at a frame. A damaged frame is passed over to the next sound one. `final` says
 * that nothing follows these bytes: an unfinished frame at their end is then damaged.
 */
export function scanFrames(bytes: Buffer, final: boolean): Scan {
  const frames: FoundFrame[] = [];
  const gaps: [number, number][] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const frame = frameAt(bytes, offset);
    if (frame === 'continues' && !final) break;
    if (typeof frame === 'object') {
      frames.push(frame);
      offset += FRAME_HEADER + frame.payload.length;
      continue;
    }
    const next = bytes.indexOf(MAGIC_BYTES, offset + 1);
    // The last three bytes may be the beginning of a magic that continues.
    const end = next >= 0 ? next : final ? bytes.length : Math.max(offset + 1, bytes.length - 3);
    const last = gaps.at(-1);
    if (last && last[1] === offset) last[1] = end;
    else gaps.push([offset, end]);
    offset = end;
  }
  return { frames, consumed: offset, gaps };
}

function frameAt(bytes: Buffer, offset: number): FoundFrame | 'continues' | 'damaged' {
  if (bytes.length - offset < FRAME_HEADER) {
    const magic = bytes.subarray(offset, offset + 4);
    return MAGIC_BYTES.subarray(0, magic.length).equals(magic) ? 'continues' : 'damaged';
  }
  if (bytes.readUInt32BE(offset) !== MAGIC) return 'damaged';
  const length = bytes.readUInt32BE(offset + 4);
  if (length > MAX_PAYLOAD) return 'damaged';
  if (bytes.length - offset < FRAME_HEADER + length) return 'continues';
  if (checksum(bytes, offset, length) !== bytes.readUInt32BE(offset + CRC_AT)) return 'damaged';
  return {
    offset,
    position: Number(bytes.readBigUInt64BE(offset + 8)),
    records: bytes.readUInt32BE(offset + 16),
    payload: bytes.subarray(offset + FRAME_HEADER, offset + FRAME_HEADER + length),
  };
}
