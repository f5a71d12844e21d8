import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { foreignFile, packingOf, unpacked, type Vault } from '../../platform/index.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';
import { readSpool, SpoolBroken } from './cdr-spool.store.ts';

/** Where a file of records lies: as it is, or sealed by us while an upload waits. Plain data. */
export type CdrPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'spool'; readonly path: string };

/** So much of the beginning, and before the place that was reached, tells a file from others. */
export const PRINT_BYTES = 4096;
const CHUNK = 128 * 1024;

const READ_ERRORS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  ENOENT: ['文件不存在', 'there is no such file any more'],
  EISDIR: ['是文件夹', 'is a folder, not a file'],
  EACCES: ['无权读取', 'no permission to read it'],
  EPERM: ['无权读取', 'no permission to read it'],
};

/** Bytes of a file, unpacked, and how many of those on the disk were read for them. */
export interface OpenedBytes {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly packed: boolean;
  packedRead(): number;
}

/** Size of a file as it lies on the disk. Throws CdrUnreadable. */
export async function sizeOf(place: CdrPlace): Promise<number> {
  return readable(async () => (await stat(place.path)).size);
}

/**
 * Opens a file from a byte of its content on; gzip and zstd are told by their first bytes. Throws CdrUnreadable, also
 * while it is read.
 */
export async function openPlace(place: CdrPlace, vault: Vault, from = 0): Promise<OpenedBytes> {
  const [first] = await collect(rawBytes(place, vault, 0, 4), 4);
  const head = first ?? Buffer.alloc(0);
  const foreign = foreignFile(head);
  if (foreign) throw new CdrUnreadable(foreign['zh-CN'], foreign.en);
  const packing = packingOf(head);
  let read = 0;
  const counted = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      read += chunk.length;
      yield chunk;
    }
  };
  if (packing === undefined) {
    read = from;
    return { bytes: counted(rawBytes(place, vault, from)), packed: false, packedRead: () => read };
  }
  const content = unpacked(counted(rawBytes(place, vault, 0)), packing);
  return { bytes: said(skip(content, from)), packed: true, packedRead: () => read };
}

/** The bytes of the content in a range; fewer where it ends before. */
export async function readRange(place: CdrPlace, vault: Vault, from: number, to: number): Promise<Buffer> {
  const { bytes } = await openPlace(place, vault, from);
  return Buffer.concat(await collect(bytes, to - from)).subarray(0, to - from);
}

/** A print of bytes: equal for equal ones only. */
export function printOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Prints that a file may be known by: of its beginning up to every line end in the first bytes, and of all of these. A
 * file that was read while it was shorter is known by one of the former. `first` is at most `PRINT_BYTES` long.
 */
export function headPrints(first: Buffer): string[] {
  const prints: string[] = [];
  for (let at = first.indexOf(10); at >= 0 && at + 1 < PRINT_BYTES; at = first.indexOf(10, at + 1)) {
    prints.push(printOf(first.subarray(0, at + 1)));
  }
  if (first.length > 0) prints.push(printOf(first.subarray(0, PRINT_BYTES)));
  return prints;
}

async function* rawBytes(
  place: CdrPlace,
  vault: Vault,
  start: number,
  least?: number,
): AsyncGenerator<Uint8Array> {
  if (place.kind === 'spool') {
    yield* said(skip(readSpool(place.path, vault), start));
    return;
  }
  const end = least === undefined ? {} : { end: start + least - 1 };
  yield* said(createReadStream(place.path, { start, ...end, highWaterMark: CHUNK }));
}

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of source) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function collect(source: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source) {
    parts.push(chunk);
    held += chunk.length;
    if (held >= bytes) break;
  }
  return parts.length > 1 && bytes <= PRINT_BYTES ? [Buffer.concat(parts)] : parts;
}

/** Failures of reading and unpacking in words. */
async function* said(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw unreadable(error);
  }
}

async function readable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): Error {
  if (error instanceof CdrUnreadable) return error;
  if (error instanceof SpoolBroken) {
    return new CdrUnreadable('暂存的上传已损坏，请重新上传', 'the stored upload is damaged: upload it again');
  }
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = READ_ERRORS[code];
  if (known) return new CdrUnreadable(...known);
  if (!/^(Z_|ZSTD_|ERR_)/.test(code)) return error as Error;
  return new CdrUnreadable(
    `压缩数据损坏或不完整（${message}）`,
    `packed data is damaged or ends early (${message})`,
  );
}
