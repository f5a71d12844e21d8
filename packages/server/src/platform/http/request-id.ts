import { randomBytes } from 'node:crypto';

const SANE = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

const ID_BYTES = 16;
const DRAWN = 256 * ID_BYTES;
let drawn: Buffer = Buffer.alloc(0);

/** Drawn for many at once: a call of the system for each costs more than the id. */
function newRandom(): Buffer {
  if (drawn.length === 0) drawn = randomBytes(DRAWN);
  const bytes = drawn.subarray(0, ID_BYTES);
  drawn = drawn.subarray(ID_BYTES);
  return bytes;
}

/** UUID version 7 (RFC 9562 section 5.7): sorts by time, so that logs can be searched by it. */
function uuidV7(milliseconds: number): string {
  const bytes = newRandom();
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The caller's `x-request-id` where it is harmless to log, else a new one. */
export function requestIdOf(header: string | string[] | undefined, milliseconds: number): string {
  return typeof header === 'string' && SANE.test(header) ? header : uuidV7(milliseconds);
}
