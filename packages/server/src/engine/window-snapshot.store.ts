import { closeSync, fsyncSync, openSync, readSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdDecompressSync } from 'node:zlib';
import type { CountingPiece } from './counting.model.ts';
import { WindowSnapshotError } from './window/windows.model.ts';

/*
 * A snapshot's file: magic, then pieces: type, length, CRC-32 of the payload (32 bits each, little-endian), payload.
 * The last piece says how many there were and up to which place in the journal; without it a file is not whole.
 * Pieces of windows are compressed: the entries of a day's callers shrink to about half.
 */
const MAGIC = 0x31535746;
const OPEN = 1;
const WINDOWS = 2;
const END = 3;
const HEAD_BYTES = 12;
const MAX_PIECE = 512 * 1024 * 1024;
const NAME = /^windows-(\d{16})\.snapshot$/;
/** Place of the seals of open events: a piece opens nowhere else. */
const SEAL_PLACE = 'windows:open';
const compress = promisify(zstdCompress);
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * Seals what holds subjects in plain. Windows are not sealed: they hold times, counts and hashes under the secret of
 * the installation, of which nobody can tell a subject without the keyring that would open the seal too.
 */
export interface SnapshotSealer {
  seal(text: string, place: string): Uint8Array;
  open(sealed: Uint8Array, place: string): string;
}

export interface SnapshotEnd {
  /** Place in the journal after which it must be counted again. */
  readonly replayAfter: number;
  /** Highest place that was counted. */
  readonly position: number;
  readonly pieces: number;
}

export interface SnapshotFile {
  readonly path: string;
  readonly bytes: number;
}

/** Snapshots of a folder, newest first. Half-written ones are not among them. */
export async function listSnapshots(folder: string): Promise<SnapshotFile[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = names.filter((name) => NAME.test(name)).sort((a, b) => (a < b ? 1 : -1));
  return Promise.all(
    found.map(async (name) => ({ path: join(folder, name), bytes: (await stat(join(folder, name))).size })),
  );
}

/** Writes a snapshot beside the others; `commit` makes it one of them. */
export class SnapshotWriter {
  readonly #folder: string;
  readonly #sealer: SnapshotSealer;
  readonly #file: FileHandle;
  #pieces = 0;
  #bytes = 0;

  private constructor(folder: string, sealer: SnapshotSealer, file: FileHandle) {
    this.#folder = folder;
    this.#sealer = sealer;
    this.#file = file;
  }

  static async create(folder: string, sealer: SnapshotSealer): Promise<SnapshotWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const writer = new SnapshotWriter(folder, sealer, await open(pathOfNew(folder), 'w', 0o600));
    await writer.#write(Buffer.from(Uint32Array.of(MAGIC).buffer));
    return writer;
  }

  async add(piece: CountingPiece): Promise<void> {
    if (piece.type === 'open') await this.#piece(OPEN, this.#sealer.seal(piece.json, SEAL_PLACE));
    else await this.#piece(WINDOWS, await compress(piece.bytes, FAST));
    this.#pieces += 1;
  }

  /** Puts the file on the disk, whole; it is named by `commit`. */
  async end(replayAfter: number, position: number): Promise<void> {
    const end: SnapshotEnd = { replayAfter, position, pieces: this.#pieces };
    await this.#piece(END, Buffer.from(JSON.stringify(end)));
    await this.#file.sync();
    await this.#file.close();
  }

  /** Names the file by a time in milliseconds and lets go of all but the newest `kept`. */
  async commit(at: number, kept: number): Promise<SnapshotFile> {
    const path = join(this.#folder, `windows-${String(at).padStart(16, '0')}.snapshot`);
    await rename(pathOfNew(this.#folder), path);
    const folder = openSync(this.#folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
    for (const old of (await listSnapshots(this.#folder)).slice(kept)) await rm(old.path, { force: true });
    return { path, bytes: this.#bytes };
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(pathOfNew(this.#folder), { force: true }).catch(() => undefined);
  }

  async #piece(type: number, payload: Uint8Array): Promise<void> {
    await this.#write(Buffer.from(Uint32Array.of(type, payload.length, crc32(payload)).buffer));
    await this.#write(payload);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#file.write(bytes);
    this.#bytes += bytes.length;
  }
}

const pathOfNew = (folder: string) => join(folder, 'windows.new');

/** Pieces of a snapshot's file in order. Throws WindowSnapshotError at the first that is damaged or missing. */
export function* readSnapshot(path: string, sealer: SnapshotSealer): Generator<CountingPiece> {
  let pieces = 0;
  for (const { type, payload } of readPieces(path)) {
    if (type === END) {
      if (endOf(payload).pieces !== pieces) throw new WindowSnapshotError('pieces are missing');
      return;
    }
    pieces += 1;
    yield type === OPEN
      ? { type: 'open', json: opened(payload, sealer) }
      : { type: 'windows', bytes: zstdDecompressSync(payload, { maxOutputLength: MAX_PIECE }) };
  }
  throw new WindowSnapshotError('its end is missing');
}

/** What a file says of itself at its end; undefined when it is not whole. */
export function readEnd(path: string): SnapshotEnd | undefined {
  try {
    for (const { type, payload } of readPieces(path)) if (type === END) return endOf(payload);
  } catch {
    // Damaged: the caller has to do without it.
  }
  return undefined;
}

function opened(payload: Uint8Array, sealer: SnapshotSealer): string {
  try {
    return sealer.open(payload, SEAL_PLACE);
  } catch (error) {
    throw new WindowSnapshotError((error as Error).message);
  }
}

function endOf(payload: Uint8Array): SnapshotEnd {
  return JSON.parse(Buffer.from(payload).toString('utf8')) as SnapshotEnd;
}

function* readPieces(path: string): Generator<{ type: number; payload: Uint8Array }> {
  const file = openSync(path, 'r');
  try {
    const magic = read(file, 4);
    if (new Uint32Array(magic.buffer)[0] !== MAGIC) throw new WindowSnapshotError('it is of another version');
    for (;;) {
      const [type = 0, bytes = 0, sum = 0] = new Uint32Array(read(file, HEAD_BYTES).buffer);
      if (type < OPEN || type > END || bytes > MAX_PIECE)
        throw new WindowSnapshotError('a piece is impossible');
      const payload = read(file, bytes);
      if (crc32(payload) !== sum) throw new WindowSnapshotError('a piece is damaged');
      yield { type, payload };
      if (type === END) return;
    }
  } finally {
    closeSync(file);
  }
}

function read(file: number, bytes: number): Uint8Array {
  const into = new Uint8Array(bytes);
  for (let at = 0; at < bytes; ) {
    const got = readSync(file, into, at, bytes - at, null);
    if (got === 0) throw new WindowSnapshotError('it ends early');
    at += got;
  }
  return into;
}
