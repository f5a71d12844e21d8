import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { WindowPort } from './conformance.fixture.ts';
import type { CounterSpec } from './counter.model.ts';
import { type WindowEvent, WindowSnapshotError, type WindowStore } from './windows.model.ts';

interface Asked {
  readonly id: number;
  readonly what: string;
  readonly args: readonly unknown[];
}

interface Told {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/**
 * A store behind a message channel: what it is asked and says travels as copies, as to a server. Shows that the laws can
 * be kept, and asked for, from afar. `close` ends the channel.
 */
export class RemoteWindows implements WindowPort {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  constructor(store: WindowStore) {
    const { port1, port2 } = new MessageChannel();
    serve(store, port2);
    this.#port = port1;
    port1.on('message', ({ id, value, error }: Told) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(errorOf(error));
    });
  }

  get inputs() {
    return this.#ask<WindowStore['inputs']>('inputs');
  }

  get slots() {
    return this.#ask<WindowStore['slots']>('slots');
  }

  startedAt = (spec: CounterSpec) => this.#ask<number | undefined>('startedAt', spec);
  declare = (specs: readonly CounterSpec[], at: number) => this.#ask<void>('declare', specs, at);
  retain = (specs: readonly CounterSpec[]) => this.#ask<void>('retain', specs);
  observe = (event: WindowEvent) => this.#ask<Float64Array>('observe', event);
  record = (event: WindowEvent) => this.#ask<void>('record', event);
  preview = (event: WindowEvent) => this.#ask<Float64Array>('preview', event);
  peek = (event: WindowEvent) => this.#ask<Float64Array>('peek', event);
  stats = () => this.#ask<ReturnType<WindowStore['stats']>>('stats');
  statsByGroup = () => this.#ask<ReturnType<WindowStore['statsByGroup']>>('statsByGroup');
  restore = (pieces: Iterable<Uint8Array>) =>
    this.#ask<ReturnType<WindowStore['restore']>>('restore', [...pieces]);

  async *snapshot(): AsyncGenerator<Uint8Array> {
    await this.#ask('snapshot');
    for (;;) {
      const piece = await this.#ask<Uint8Array | undefined>('nextPiece');
      if (piece === undefined) return;
      yield piece;
    }
  }

  close(): void {
    this.#port.close();
  }

  #ask<T>(what: string, ...args: unknown[]): Promise<T> {
    const id = this.#asked++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    const asked: Asked = { id, what, args };
    this.#port.postMessage(asked);
    return waiting.promise as Promise<T>;
  }
}

function serve(store: WindowStore, port: MessagePort): void {
  let pieces: Generator<Uint8Array> | undefined;
  const doing: Record<string, (...args: never[]) => unknown> = {
    inputs: () => store.inputs,
    slots: () => store.slots,
    startedAt: (spec: CounterSpec) => store.startedAt(spec),
    declare: (specs: CounterSpec[], at: number) => store.declare(specs, at),
    retain: (specs: CounterSpec[]) => store.retain(specs),
    observe: (event: WindowEvent) => store.observe(event),
    record: (event: WindowEvent) => store.record(event),
    preview: (event: WindowEvent) => store.preview(event),
    peek: (event: WindowEvent) => store.peek(event),
    stats: () => store.stats(),
    statsByGroup: () => store.statsByGroup(),
    restore: (given: Uint8Array[]) => store.restore(given),
    snapshot: () => {
      pieces = store.snapshot();
    },
    nextPiece: () => pieces?.next().value,
  };
  port.on('message', ({ id, what, args }: Asked) => {
    try {
      port.postMessage({ id, value: doing[what]?.(...(args as never[])) });
    } catch (error) {
      const { name, message } = error as Error;
      port.postMessage({ id, error: { name, message } });
    }
  });
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  if (name === 'WindowSnapshotError') return new WindowSnapshotError(message);
  return name === 'RangeError' ? new RangeError(message) : new Error(message);
}
