import { setInterval } from 'node:timers';
import type { Database, Logger } from '../platform/index.ts';
import type { CompleteKind, LineBook, LineDelta, LineStep } from './line.model.ts';
import { readLineDelta } from './line.store.ts';

/** How long changes of another process may stay unseen here. */
const LOOK_EVERY_MS = 1000;

/** All changes after a version as one delta, in the order in which they came. */
export async function allLineChanges(db: Database, version: number): Promise<LineDelta> {
  const steps: LineStep[] = [];
  let complete: readonly CompleteKind[] = [];
  let reached = version;
  for (;;) {
    const delta = await readLineDelta({ db }, reached);
    complete = delta.complete;
    for (const step of delta.steps) steps.push(step);
    if (delta.to <= reached) return { from: version, to: delta.to, steps, complete };
    reached = delta.to;
  }
}

export interface LineFollower {
  /** Resolves when the book knows everything that was committed before. Throws when the database cannot be asked. */
  catchUp(): Promise<void>;
  /** Told of every delta that was applied here: to send it on to another process. */
  watch(listener: (delta: LineDelta) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps the book as new as the database: at once for changes made here, within a second for those made elsewhere. */
export function createLineFollower(db: Database, book: LineBook, log: Logger): LineFollower {
  const listeners: ((delta: LineDelta) => void)[] = [];
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const follow = async (): Promise<void> => {
    for (;;) {
      const delta = await readLineDelta({ db }, book.version);
      if (delta.to < book.version) book.reset();
      else if (delta.to === book.version) return;
      else if ((await book.apply(delta)) === 'applied') for (const listener of listeners) listener(delta);
    }
  };
  const catchUp = (): Promise<void> => {
    running = running.catch(() => undefined).then(follow);
    return running;
  };
  const quietly = async (): Promise<void> => {
    try {
      await catchUp();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'the line register cannot be read: going on with what is known');
      failing = true;
    }
  };
  return {
    catchUp,
    watch: (listener) => listeners.push(listener),
    async start() {
      await quietly();
      timer = setInterval(() => void quietly(), LOOK_EVERY_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}
