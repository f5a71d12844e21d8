import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CommandError } from './terminal.ts';

const ENOUGH = 64 * 1024;

/**
 * Writes lines in pieces of 64 KiB and waits when the reader is slower. A reader that has gone away (`| head`) is no
 * failure: `closed` tells, and what is written after that is dropped.
 */
export class LineWriter {
  readonly #stream: Writable;
  readonly #name: string;
  #text = '';
  #closed = false;
  #failure: Error | undefined;

  constructor(stream: Writable, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#closed = true;
      if (error.code !== 'EPIPE') this.#failure = cannotWrite(name, error);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Adds a line; wait for the promise before adding more when there is one. */
  line(text: string): Promise<void> | undefined {
    this.#text += `${text}\n`;
    return this.#text.length >= ENOUGH ? this.flush() : undefined;
  }

  /** Hands everything on. Throws CommandError when it cannot be written for another reason than a reader that left. */
  async flush(): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#closed || this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    if (this.#stream.write(text) || this.#closed) return;
    const waiting = new AbortController();
    const { signal } = waiting;
    const drained = [once(this.#stream, 'drain', { signal }), once(this.#stream, 'close', { signal })];
    await Promise.race(drained).catch(() => undefined);
    waiting.abort();
    if (this.#failure) throw this.#failure;
  }

  /** Hands everything on and closes the stream; standard output stays open. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#closed || this.#stream === process.stdout) return;
    this.#closed = true;
    this.#stream.end();
    try {
      await once(this.#stream, 'finish');
    } catch (error) {
      throw cannotWrite(this.#name, error as Error);
    }
  }
}

function cannotWrite(name: string, error: NodeJS.ErrnoException): CommandError {
  return new CommandError(`${name}: cannot be written (${error.code ?? error.message})`);
}

/** Opens a file for writing, replacing what it held, or standard output for `-`. Throws CommandError. */
export async function openWriter(path: string): Promise<LineWriter> {
  if (path === '-') return new LineWriter(process.stdout, 'standard output');
  try {
    return new LineWriter((await open(path, 'w')).createWriteStream(), path);
  } catch (error) {
    throw cannotWrite(path, error as Error);
  }
}
