import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FoundFrame, FRAME_HEADER, MAX_PAYLOAD, scanFrames } from './frame.store.ts';

const CHUNK = 64 * 1024;
/** Bytes between two remembered places: what a look-up by position reads at most, more or less. */
export const INDEX_STEP = 64 * 1024;
const NAME = /^(\d{16})\.log$/;

/** One file of the journal. */
export interface Segment {
  readonly path: string;
  /** No record in it has a smaller position. */
  readonly start: number;
  /** Bytes that are durable: always the end of a frame, unless the file was damaged. */
  size: number;
  /** When it was last written, ms since the epoch. */
  writtenAt: number;
  /** Every so many bytes, a position and where its frame begins; grows as the segment is written or read. */
  readonly places: { position: number; offset: number }[];
}

export interface Damage {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export function newSegment(folder: string, start: number, writtenAt: number): Segment {
  const path = join(folder, `${String(start).padStart(16, '0')}.log`);
  return { path, start, size: 0, writtenAt, places: [] };
}

/** The segments in a folder, in order. Other files are left alone. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, start: Number(NAME.exec(name)?.[1]), size, writtenAt: mtimeMs, places: [] };
    }),
  );
}

/** Remembers where a record is, if the last remembered place is far enough before it. */
export function notePlace(segment: Segment, position: number, offset: number): void {
  const last = segment.places.at(-1);
  if (last === undefined || offset - last.offset >= INDEX_STEP) segment.places.push({ position, offset });
}

/** Forgets places behind the durable end, where a write failed. */
export function forgetPlaces(segment: Segment): void {
  while ((segment.places.at(-1)?.offset ?? -1) >= segment.size) segment.places.pop();
}

/** A place at or before the record with this position. */
export function placeBefore(segment: Segment, position: number): number {
  let low = 0;
  let high = segment.places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segment.places[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return segment.places[low - 1]?.offset ?? 0;
}

export interface SegmentChunk {
  /** Frames with their offset in the file. */
  readonly frames: readonly FoundFrame[];
  /** Where reading goes on. */
  readonly next: number;
  readonly damage: readonly Damage[];
}

/**
 * Reads a chunk of about `wanted` bytes of a segment, from a frame's beginning to a frame's end; at least one frame
 * where there is one.
 */
export async function readChunk(segment: Segment, from: number, wanted = CHUNK): Promise<SegmentChunk> {
  const end = segment.size;
  for (let length = wanted; ; length += MAX_PAYLOAD + FRAME_HEADER) {
    const to = Math.min(from + length, end);
    const bytes = await readBytes(segment.path, from, to);
    const short = bytes.length < to - from;
    const { frames, consumed, gaps } = scanFrames(bytes, short || to === end);
    if (consumed === 0 && to < end && !short) continue;
    return {
      frames: frames.map((frame) => {
        notePlace(segment, frame.position, from + frame.offset);
        return { ...frame, offset: from + frame.offset };
      }),
      // A file that has become shorter than it was has nothing more to give.
      next: short ? end : from + consumed,
      damage: gaps.map(([start, stop]) => ({
        path: segment.path,
        offset: from + start,
        length: stop - start,
      })),
    };
  }
}

async function readBytes(path: string, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  const file = await open(path, 'r');
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/** Sets damaged bytes aside for whoever wants to look into them; the journal itself keeps them too. */
export async function quarantine(folder: string, damage: Damage): Promise<void> {
  const place = join(folder, 'quarantine');
  await mkdir(place, { recursive: true });
  const bytes = await readBytes(damage.path, damage.offset, damage.offset + damage.length);
  const name = `${NAME.exec(damage.path.slice(-20))?.[1] ?? 'segment'}-${damage.offset}.bin`;
  await writeFile(join(place, name), bytes);
}

/** Whether a file can be opened so that a write returns when it is on the disk: one call instead of two. */
export const WRITES_THROUGH = constants.O_DSYNC !== undefined;

/** Opens a segment for reading and writing; a new one must not be there. With `isSynced`, writes go through to the disk. */
export function openSegment(path: string, isThere: boolean, isSynced: boolean): Promise<FileHandle> {
  const through = isSynced && WRITES_THROUGH ? constants.O_DSYNC : 0;
  const made = isThere ? 0 : constants.O_CREAT | constants.O_EXCL;
  return open(path, constants.O_RDWR | made | through);
}

/** Writes a whole block at a place, however many steps the system takes for it. */
export async function writeAll(file: FileHandle, block: Buffer, at: number): Promise<void> {
  let written = 0;
  while (written < block.length) {
    const { bytesWritten } = await file.write(block, written, block.length - written, at + written);
    written += bytesWritten;
  }
}

/** A new file is only safe once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
