import { clearTimeout, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import type { ParserAnswer, ParserCalls, ParserRequest } from './cdr-parser-thread.service.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';

/** What the thread may use; a piece of a file needs a few megabytes. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };
/** A piece of a file takes milliseconds; passing over what was read of a packed file takes a second a gigabyte. */
const LONGEST_MS = 300_000;

interface Waiting {
  readonly id: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** The thread that reads files, started when it is needed and again when it died. One question at a time. */
export class CdrParserHost {
  readonly #dataFolder: string;
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;
  #asked = 0;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** Throws CdrUnreadable when the file cannot be read, also when reading it takes more than it may. */
  async ask<K extends keyof ParserCalls>(
    call: K,
    args: Parameters<ParserCalls[K]>[0],
  ): Promise<Awaited<ReturnType<ParserCalls[K]>>> {
    const worker = this.#running();
    const id = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(
      () => this.#lost(worker, tooMuch('读取用时过长', 'reading it takes too long')),
      LONGEST_MS,
    );
    this.#waiting = { id, resolve, reject, timer };
    worker.postMessage({ id, call, args } satisfies ParserRequest);
    return (await promise) as Awaited<ReturnType<ParserCalls[K]>>;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./cdr-parser.worker.ts', import.meta.url), {
      workerData: { dataFolder: this.#dataFolder },
      resourceLimits: LIMITS,
    });
    worker.on('message', (answer: ParserAnswer) => this.#answered(answer));
    worker.on('error', (error) => this.#lost(worker, causeOf(error)));
    worker.on('exit', () => this.#lost(worker, new Error('the thread that reads call records has ended')));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #answered(answer: ParserAnswer): void {
    const waiting = this.#waiting;
    if (waiting?.id !== answer.id) return;
    this.#waiting = undefined;
    clearTimeout(waiting.timer);
    if ('unreadable' in answer) {
      waiting.reject(new CdrUnreadable(answer.unreadable['zh-CN'], answer.unreadable.en));
    } else if ('failed' in answer) waiting.reject(new Error(answer.failed));
    else waiting.resolve(answer.value);
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }
}

function causeOf(error: unknown): Error {
  if ((error as { code?: unknown }).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error as Error;
  return tooMuch('读取所需内存过多', 'reading it takes too much memory');
}

function tooMuch(zh: string, en: string): CdrUnreadable {
  return new CdrUnreadable(zh, en);
}
