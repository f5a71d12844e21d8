import { setInterval } from 'node:timers';
import type { Clock, Database, Logger } from '../platform/index.ts';
import type { ListDelta, ListStep, Lists } from './list.model.ts';
import { readDelta } from './list.store.ts';

/** Where own lists are kept lastingly: told as changes since a version. Every implementation passes `list-laws.fixture`. */
export interface ListFeed {
  /**
   * Whole changes after a version, in their order; some of them where there are many. `to` below the version asked for
   * means that the store was put back to an earlier time.
   */
  changesSince(version: number): Promise<ListDelta>;
}

const DAY_MS = 86_400_000;
/** How long changes of another process may stay unseen here. */
const LOOK_EVERY_MS = 1000;

/** The lists in PostgreSQL. Entries that expired more than a day ago are no longer told: no event is that late. */
export function createListFeed({ db, clock }: { db: Database; clock: Clock }): ListFeed {
  return { changesSince: (version) => readDelta({ db }, version, new Date(clock.now() - DAY_MS)) };
}

/** All changes after a version as one delta, in the order in which they came. */
export async function allChanges(feed: ListFeed, version: number): Promise<ListDelta> {
  const steps: ListStep[] = [];
  let delta = await feed.changesSince(version);
  for (let reached = version; delta.to > reached; delta = await feed.changesSince(reached)) {
    for (const step of delta.steps) steps.push(step);
    reached = delta.to;
  }
  const { lists } = await feed.changesSince(version);
  return { from: version, to: delta.to, lists, steps };
}

export interface ListFollower {
  /** Resolves when the look-up knows everything that was committed before. Throws when the store cannot be asked. */
  catchUp(): Promise<void>;
  /** Told of every delta that was applied here: to send it on to another process. */
  watch(listener: (delta: ListDelta) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Keeps the look-up as new as the store: at once for changes made here, within a second for those made elsewhere. */
export function createListFollower(feed: ListFeed, lists: Lists, log: Logger): ListFollower {
  const listeners: ((delta: ListDelta) => void)[] = [];
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failing = false;

  const follow = async (): Promise<void> => {
    for (;;) {
      const delta = await feed.changesSince(lists.version);
      if (delta.to < lists.version) await lists.reset();
      else if (delta.to === lists.version) return;
      else if ((await lists.apply(delta)) === 'applied') for (const listener of listeners) listener(delta);
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
      if (!failing) log.warn({ err: error }, 'changes of lists cannot be read: going on with those known');
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
