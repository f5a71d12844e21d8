import { clearTimeout, setTimeout } from 'node:timers';
import type { Context } from '../../platform/index.ts';
import { waitingImports } from './cdr-import.store.ts';
import type { ImportRunner } from './cdr-run.service.ts';

/** A program beside this one may have asked for an import; and files come without telling. */
const LOOK_MS = 2000;
/** What fails for no fault of the file is tried so often. */
const ATTEMPTS = 30;

export interface QueueParts {
  readonly ctx: Context;
  readonly runner: Pick<ImportRunner, 'run' | 'fail'>;
  /** Looks for what has come by itself; gives the imports that it makes, and whether their files have their end. */
  look(): Promise<readonly { readonly id: string; readonly whole: boolean }[]>;
}

/**
 * Runs imports, one at a time and a turn each: what decides is what is slow, and so neither a large file nor many of
 * them keep the records of this minute waiting.
 */
export class ImportQueue {
  readonly #parts: QueueParts;
  readonly #waiting = new Map<string, boolean>();
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  start(): void {
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#working;
  }

  /** Looks at once whether there is something to do; resolves when there is nothing more. */
  wake(): Promise<void> {
    clearTimeout(this.#timer);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#stop.signal.aborted) return;
      this.#timer = setTimeout(() => void this.wake(), LOOK_MS).unref();
    });
    return this.#working;
  }

  async #work(): Promise<void> {
    const { ctx } = this.#parts;
    do {
      try {
        await this.#gather();
      } catch (error) {
        ctx.log.warn({ err: error }, 'call records: cannot look for new files');
        return;
      }
      const [next] = this.#waiting;
      if (next) await this.#run(...next);
    } while (this.#waiting.size > 0 && !this.#stop.signal.aborted);
  }

  async #gather(): Promise<void> {
    const { ctx, look } = this.#parts;
    const found = await look();
    for (const { id, whole } of found) this.#waiting.set(id, whole);
    for (const { id, way } of await waitingImports(ctx)) {
      if (!this.#waiting.has(id)) this.#waiting.set(id, way !== 'folder');
    }
  }

  async #run(id: string, whole: boolean): Promise<void> {
    const { ctx, runner } = this.#parts;
    this.#waiting.delete(id);
    try {
      const end = await runner.run(ctx, id, whole, this.#stop.signal);
      this.#failures.delete(id);
      if (end === 'more') this.#waiting.set(id, whole);
    } catch (error) {
      const failures = (this.#failures.get(id) ?? 0) + 1;
      this.#failures.set(id, failures);
      ctx.log.error({ err: error, import: id, failures }, 'call records: an import met an error');
      if (failures < ATTEMPTS) return;
      this.#failures.delete(id);
      await runner.fail(ctx, id).catch(() => undefined);
    }
  }
}
