import type { MessagePort } from 'node:worker_threads';
import type { Localized } from '@fanzha/vocabulary';
import type { Vault } from '../../platform/index.ts';
import { type ParsedBatch, type ParseStart, parseCdr } from './cdr-parser.service.ts';
import {
  type CdrPlace,
  headPrints,
  type OpenedBytes,
  openPlace,
  PRINT_BYTES,
  printOf,
  readRange,
  sizeOf,
} from './cdr-place.store.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';

/** What a file looks like from outside. */
export interface FileLook {
  /** On the disk. */
  readonly size: number;
  readonly packed: boolean;
  /** Prints that it may be known by. */
  readonly heads: readonly string[];
}

/** A batch, and how the file is known when it was read so far. */
export interface FileBatch extends ParsedBatch {
  /** Print of the beginning. */
  readonly head: string;
  /** Print of what lies just before `next`. */
  readonly tail: string;
  /** Bytes read of the disk. */
  readonly packedRead: number;
}

/** What the thread is asked, one after the other. */
export interface ParserCalls {
  look(place: CdrPlace): Promise<FileLook>;
  /** Prints of what lies just before each of these bytes of the content; undefined where it ends before. */
  tails(args: { place: CdrPlace; offsets: readonly number[] }): Promise<(string | undefined)[]>;
  open(args: { place: CdrPlace; start: ParseStart }): Promise<void>;
  /** The next batch; undefined at the end. */
  next(args: null): Promise<FileBatch | undefined>;
  close(args: null): Promise<void>;
}

export interface ParserRequest {
  readonly id: number;
  readonly call: keyof ParserCalls;
  readonly args: unknown;
}

export type ParserAnswer = { readonly id: number } & (
  | { readonly value: unknown }
  | { readonly unreadable: Localized }
  | { readonly failed: string }
);

/** So much of a file is read again for what was open before the place where reading goes on. */
const RECALLED_BYTES = 16 * 1024 * 1024;

/** Answers what the other side of the port asks. */
export function serveParser(port: MessagePort, vault: Vault): void {
  const reader = new PlaceReader(vault);
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, call, args }: ParserRequest) => {
    const answer = async (): Promise<void> => {
      try {
        const ask = reader[call] as (args: unknown) => Promise<unknown>;
        port.postMessage({ id, value: await ask.call(reader, args) } satisfies ParserAnswer);
      } catch (error) {
        port.postMessage(
          error instanceof CdrUnreadable
            ? { id, unreadable: error.reason }
            : { id, failed: (error as Error).message },
        );
      }
    };
    last = last.then(answer);
  });
}

class PlaceReader implements ParserCalls {
  readonly #vault: Vault;
  #batches: AsyncGenerator<FileBatch> | undefined;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  async look(place: CdrPlace): Promise<FileLook> {
    const size = await sizeOf(place);
    const { packed } = await openPlace(place, this.#vault);
    return { size, packed, heads: headPrints(await readRange(place, this.#vault, 0, PRINT_BYTES)) };
  }

  async tails({ place, offsets }: { place: CdrPlace; offsets: readonly number[] }) {
    const prints: (string | undefined)[] = [];
    for (const offset of offsets) {
      const from = Math.max(0, offset - PRINT_BYTES);
      const bytes = await readRange(place, this.#vault, from, offset);
      prints.push(bytes.length === offset - from ? printOf(bytes) : undefined);
    }
    return prints;
  }

  async open({ place, start }: { place: CdrPlace; start: ParseStart }): Promise<void> {
    await this.close();
    this.#batches = this.#read(place, start);
  }

  async next(): Promise<FileBatch | undefined> {
    const found = await this.#batches?.next();
    return found?.done === false ? found.value : undefined;
  }

  async close(): Promise<void> {
    await this.#batches?.return(undefined);
    this.#batches = undefined;
  }

  async *#read(place: CdrPlace, start: ParseStart): AsyncGenerator<FileBatch> {
    const { offset } = start.from;
    const first = offset === 0 ? Buffer.alloc(0) : await readRange(place, this.#vault, 0, PRINT_BYTES);
    const opened = await openPlace(place, this.#vault, Math.max(0, offset - PRINT_BYTES));
    const prints = new Prints(first, offset, Math.min(offset, PRINT_BYTES));
    const before = start.reading?.acc && offset > 0 ? this.#before(place, offset) : undefined;
    for await (const batch of parseCdr(prints.watch(opened), start, before)) {
      yield { ...batch, ...prints.at(batch.next.offset), packedRead: opened.packedRead() };
    }
  }

  async *#before(place: CdrPlace, offset: number): AsyncGenerator<Uint8Array> {
    let left = Math.min(offset, RECALLED_BYTES);
    const { bytes } = await openPlace(place, this.#vault, offset - left);
    for await (const chunk of bytes) {
      yield chunk.subarray(0, left);
      left -= chunk.length;
      if (left <= 0) return;
    }
  }
}

/** A record that is not complete is shorter than this, and so is a line that is read. */
const LEAST_RECENT_BYTES = 2 * 1024 * 1024;
const MOST_RECENT_BYTES = 2 * LEAST_RECENT_BYTES;

/** Keeps what of the flowing bytes is needed to print the beginning and the end of what was read. */
class Prints {
  #first: Buffer;
  #recent: Buffer = Buffer.alloc(0);
  /** Byte of the content at which `#recent` begins. */
  #from: number;
  #lead: number;

  /** `lead` bytes before `offset` flow by first, and are not handed on. */
  constructor(first: Buffer, offset: number, lead: number) {
    this.#first = first;
    this.#from = offset - lead;
    this.#lead = lead;
  }

  async *watch({ bytes }: OpenedBytes): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      if (this.#first.length < PRINT_BYTES && this.#from + this.#recent.length === this.#first.length) {
        this.#first = Buffer.concat([this.#first, chunk.subarray(0, PRINT_BYTES - this.#first.length)]);
      }
      this.#recent = Buffer.concat([this.#recent, chunk]);
      if (this.#recent.length > MOST_RECENT_BYTES)
        this.#forgetBefore(this.#recent.length - LEAST_RECENT_BYTES);
      const lead = Math.min(this.#lead, chunk.length);
      this.#lead -= lead;
      if (lead < chunk.length) yield chunk.subarray(lead);
    }
  }

  at(offset: number): { head: string; tail: string } {
    const from = Math.max(this.#from, offset - PRINT_BYTES);
    const tail = printOf(this.#recent.subarray(from - this.#from, offset - this.#from));
    this.#forgetBefore(from - this.#from);
    return { head: printOf(this.#first.subarray(0, Math.min(offset, PRINT_BYTES))), tail };
  }
  #forgetBefore(bytes: number): void {
    this.#recent = this.#recent.subarray(bytes);
    this.#from += bytes;
  }
}
