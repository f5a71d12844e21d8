import type { Signal } from '../engine/index.ts';
import type { Clock, Database, Logger, Pack, Room } from '../platform/index.ts';
import type { ListDelta, Lists } from './list.model.ts';
import { listRoutes } from './list.routes.ts';
import { type ListNumbering, loadLists } from './list.service.ts';
import { createListSignals } from './list.signals.ts';
import { findChangesOf } from './list.store.ts';
import { ListPolicy } from './list-change.model.ts';
import { createListEditor } from './list-edit.service.ts';
import { allChanges, createListFeed, createListFollower } from './list-follow.service.ts';

export type { ListDelta, Lists } from './list.model.ts';

/** What is known about numbers, senders and hosts from lists. */
export interface Intel {
  readonly signals: readonly Signal[];
  readonly lists: Lists;
}

/** Loads the lists of a pack; throws when one of them is wrong. */
export function createIntel({ pack, numbering }: { pack: Pack; numbering: ListNumbering }): Intel {
  const lists = loadLists(pack, numbering);
  return { lists, signals: createListSignals(lists, pack.version) };
}

export interface IntelRoomParts {
  /** The lists that this process looks up in; changes are put into them at once. */
  readonly lists: Lists;
  readonly pack: Pack;
  readonly numbering: ListNumbering & { display(canonical: string): string };
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface IntelRoom extends Room {
  /** Told of every change that was applied here, to send it on to a process that decides. */
  watchLists(listener: (delta: ListDelta) => void): void;
  /** Everything that changed after a version (0: all there is), for a process that has fallen behind or starts. */
  listChangesSince(version: number): Promise<ListDelta>;
  /** Ids of the newest changes of lists that named a canonical value. */
  listChangesOf(ctx: { readonly db: Database }, value: string, limit: number): Promise<string[]>;
}

/** The room that keeps lists in the database and lets people change them. */
export function createIntelRoom(parts: IntelRoomParts): IntelRoom {
  const { lists, pack, numbering, log } = parts;
  const feed = createListFeed(parts);
  const follower = createListFollower(feed, lists, log);
  const policy = pack.read('list-policy.json', ListPolicy);
  const editor = createListEditor({ lists, numbering, policy, follower });
  return {
    name: 'intel',
    migrations: new URL('./migrations/', import.meta.url),
    routes: listRoutes({ lists, editor, pack, numbering }),
    start: follower.start,
    stop: follower.stop,
    watchLists: follower.watch,
    listChangesSince: (version) => allChanges(feed, version),
    listChangesOf: findChangesOf,
  };
}
