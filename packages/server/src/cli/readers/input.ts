import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { foreignFile, type Packing, packingOf, unpacked } from '../../platform/index.ts';
import { CommandError, EXIT } from '../terminal.ts';

/** The bytes of a record file, unpacked, with the name that its lines are known by. */
export interface Input {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

const READ_ERRORS: Record<string, string> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
};

/**
 * Opens a file, or standard input for `-`. Gzip and zstd are unpacked by their first bytes, whatever the name.
 * Throws CommandError (exit code 3) when the file cannot be read or is of a kind that cannot hold records. When `stop`
 * is aborted the bytes end there.
 */
export async function openInput(file: string, stop?: AbortSignal): Promise<Input> {
  const name = file === '-' ? 'stdin' : basename(file);
  const source: Readable =
    file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 256 * 1024 });
  const chunks = untilStopped(source, stop);
  const first = await nextChunk(chunks, file);
  refuseForeign(first, file);
  const whole = joined(first, chunks, file);
  const packing = packingOf(first);
  const bytes = packing === undefined ? whole : unpackedOrSaid(whole, packing, file, stop);
  return { name, bytes };
}

async function* untilStopped(source: Readable, stop: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const close = (): void => void source.destroy();
  stop?.addEventListener('abort', close, { once: true });
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    if (!stop?.aborted) throw error;
  } finally {
    stop?.removeEventListener('abort', close);
  }
}

/** At least four bytes where the file has them, since a pipe may give them one by one. */
async function nextChunk(chunks: AsyncIterator<Uint8Array>, file: string): Promise<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  while (held.length < 4) {
    const next = await read(chunks, file);
    if (next === undefined) break;
    held = Buffer.concat([held, next]);
  }
  return held;
}

async function* joined(
  first: Buffer,
  chunks: AsyncIterator<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await read(chunks, file); next !== undefined; next = await read(chunks, file)) yield next;
}

async function read(chunks: AsyncIterator<Uint8Array>, file: string): Promise<Uint8Array | undefined> {
  try {
    const next = await chunks.next();
    return next.done === true ? undefined : next.value;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(file, READ_ERRORS[code ?? ''] ?? message);
  }
}

async function* unpackedOrSaid(
  packed: AsyncIterable<Uint8Array>,
  packing: Packing,
  file: string,
  stop?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* unpacked(packed, packing);
  } catch (error) {
    if (stop?.aborted) return;
    if (error instanceof CommandError) throw error;
    throw unreadable(file, `the ${packing} data is damaged or ends early (${(error as Error).message})`);
  }
}

function refuseForeign(first: Buffer, file: string): void {
  const reason = foreignFile(first);
  if (reason) throw unreadable(file, reason.en);
}

/** The failure of a file that cannot be read: exit code 3. */
export function unreadable(file: string, reason: string): CommandError {
  return new CommandError(`${file === '-' ? 'standard input' : file}: ${reason}`, EXIT.unreadable);
}
