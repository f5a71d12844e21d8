import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Vault } from '../../platform/index.ts';

/** A stored upload that is not what was written. */
export class SpoolBroken extends Error {}

/** An upload that is larger than the limit. */
export class SpoolFull extends Error {}

const FRAME_BYTES = 512 * 1024;
const HEAD_BYTES = 4;
/** A sealed frame is little longer than what it holds; a longer one is damage. */
const MOST_BYTES = 2 * FRAME_BYTES;
const placeOf = (frame: number): string => `cdr spool ${frame}`;

/** Folder of uploads that wait to be taken in. */
export function spoolFolder(dataFolder: string): string {
  return join(dataFolder, 'cdr', 'uploads');
}

/**
 * Writes an upload sealed to the disk, frame by frame, because it holds the numbers of persons. Durable when it
 * resolves, with the bytes that came. Throws SpoolFull beyond `maxBytes`; what was written is then removed.
 */
export async function writeSpool(
  path: string,
  stream: AsyncIterable<Uint8Array>,
  vault: Vault,
  maxBytes: number,
): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'wx', 0o600);
  let total = 0;
  let frames = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const sealed = vault.sealBytes(Buffer.concat(held, size), placeOf(frames));
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(sealed.length);
    await file.write(Buffer.concat([head, sealed]));
    frames += 1;
    held = [];
    size = 0;
  };
  try {
    for await (const chunk of stream) {
      total += chunk.length;
      if (total > maxBytes) throw new SpoolFull();
      for (let at = 0; at < chunk.length; at += FRAME_BYTES) {
        const part = chunk.subarray(at, at + FRAME_BYTES);
        held.push(part);
        size += part.length;
        if (size >= FRAME_BYTES) await flush();
      }
    }
    await flush();
    await file.sync();
    await file.close();
    return total;
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
}

/** What was written, unsealed. Throws SpoolBroken where it was damaged. */
export async function* readSpool(path: string, vault: Vault): AsyncGenerator<Uint8Array> {
  let held: Buffer = Buffer.alloc(0);
  let frame = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: FRAME_BYTES })) {
    held = Buffer.concat([held, chunk as Buffer]);
    for (;;) {
      if (held.length < HEAD_BYTES) break;
      const length = held.readUInt32BE(0);
      if (length > MOST_BYTES) throw new SpoolBroken();
      if (held.length < HEAD_BYTES + length) break;
      yield unsealed(vault, held.subarray(HEAD_BYTES, HEAD_BYTES + length), placeOf(frame));
      frame += 1;
      held = held.subarray(HEAD_BYTES + length);
    }
  }
  if (held.length > 0) throw new SpoolBroken();
}

function unsealed(vault: Vault, sealed: Uint8Array, place: string): Buffer {
  try {
    return vault.openBytes(sealed, place);
  } catch (error) {
    throw new SpoolBroken(undefined, { cause: error });
  }
}

/** Lets go of an upload. */
export async function removeSpool(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Uploads on the disk, by their paths. */
export async function listSpool(dataFolder: string): Promise<string[]> {
  const folder = spoolFolder(dataFolder);
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}
