import type { Duplex } from 'node:stream';
import { errorOf } from './failure.ts';
import { Inflow, Outflow } from './flow.ts';
import { FrameWriter } from './frame-writer.ts';
import { FrameSplitter, type FrameType, type WireFrame } from './wire.model.ts';

/** The connection ended before the answer came: whether it was done is not known. */
export class WireLost extends Error {
  constructor() {
    super('the other process is gone');
    this.name = 'WireLost';
  }
}

/** The asking end of a connection with another process of ours. */
export interface WireClient {
  /** Throws what the other process threw, or WireLost. */
  call(name: string, args: unknown): Promise<unknown>;
  stream(
    name: string,
    args: unknown,
    input: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<void>;
  /** Ends the connection; what is under way fails with WireLost. */
  close(): void;
}

export function connectWire(connection: Duplex, onNews: (name: string, news: unknown) => void): WireClient {
  return new Client(connection, onNews);
}

class Client implements WireClient {
  readonly #connection: Duplex;
  readonly #writer: FrameWriter;
  readonly #splitter = new FrameSplitter();
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #streams = new Map<number, { readonly input: Outflow; readonly output: Inflow }>();
  readonly #closed = Promise.withResolvers<void>();
  #lost = false;
  #last = 0;

  constructor(connection: Duplex, onNews: (name: string, news: unknown) => void) {
    this.#connection = connection;
    this.#writer = new FrameWriter(connection);
    connection.on('data', (chunk: Buffer) => {
      try {
        for (const frame of this.#splitter.push(chunk)) this.#take(frame, onNews);
      } catch {
        connection.destroy();
      }
    });
    connection.on('error', () => undefined);
    connection.on('close', () => this.#lose());
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  close(): void {
    this.#connection.destroy();
    this.#lose();
  }

  call(name: string, args: unknown): Promise<unknown> {
    if (this.#lost) return Promise.reject(new WireLost());
    const id = this.#nextId();
    const answer = Promise.withResolvers<unknown>();
    this.#calls.set(id, answer);
    this.#send('call', id, JSON.stringify({ name, args }));
    return answer.promise;
  }

  async *stream(
    name: string,
    args: unknown,
    input: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    if (this.#lost) throw new WireLost();
    const id = this.#nextId();
    const output = new Inflow((bytes) => this.#send('credit', id, String(bytes)));
    const outflow = new Outflow();
    this.#streams.set(id, { input: outflow, output });
    const stop = (): void => {
      this.#send('abort', id);
      outflow.close();
      output.end();
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#send('open', id, JSON.stringify({ name, args }));
    const sending = this.#pour(id, input, outflow);
    let whole = false;
    try {
      yield* output;
      whole = true;
    } finally {
      signal.removeEventListener('abort', stop);
      if (!whole) stop();
      outflow.close();
      this.#streams.delete(id);
    }
    await sending;
  }

  async #pour(id: number, input: AsyncIterable<Uint8Array>, outflow: Outflow): Promise<void> {
    try {
      for await (const chunk of input) {
        if (!(await outflow.room())) return;
        outflow.sent(chunk.length);
        this.#send('data', id, chunk);
      }
      this.#send('end', id);
    } catch {
      // The sender broke off in the middle: what came whole is answered.
      this.#send('end', id);
    }
  }

  #take({ type, id, payload }: WireFrame, onNews: (name: string, news: unknown) => void): void {
    if (type === 'news') {
      const { name, news } = JSON.parse(payload.toString()) as { name: string; news: unknown };
      onNews(name, news);
      return;
    }
    const call = this.#calls.get(id);
    if (call) {
      this.#calls.delete(id);
      const value: unknown = JSON.parse(payload.toString());
      if (type === 'reply') call.resolve(value);
      else call.reject(errorOf(value as Parameters<typeof errorOf>[0]));
      return;
    }
    const one = this.#streams.get(id);
    if (type === 'data') one?.output.push(payload);
    else if (type === 'end') one?.output.end();
    else if (type === 'credit') one?.input.credit(Number(payload.toString()));
    else if (type === 'failure') one?.output.end(errorOf(JSON.parse(payload.toString())));
  }

  #nextId(): number {
    this.#last = (this.#last % 0xffff_ffff) + 1;
    return this.#last;
  }

  #send(type: FrameType, id: number, payload?: Uint8Array | string): void {
    this.#writer.send(type, id, payload);
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    for (const { reject } of this.#calls.values()) reject(new WireLost());
    this.#calls.clear();
    for (const { input, output } of this.#streams.values()) {
      input.close();
      output.end(new WireLost());
    }
    this.#closed.resolve();
  }
}
