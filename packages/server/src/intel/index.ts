import type { Signal } from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';
import type { Lists } from './list.model.ts';
import { type ListNumbering, loadLists } from './list.service.ts';
import { createListSignals } from './list.signals.ts';

export type { Lists } from './list.model.ts';

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
