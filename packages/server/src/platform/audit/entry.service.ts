import type { Context } from '../context/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { canonicalJson, cleanJson, cleanText } from './canonical.ts';
import {
  type EntryFilter,
  findAbout,
  findEntries,
  insertEntry,
  lockTree,
  readTree,
  type StoredEntry,
  type TreeState,
} from './entry.store.ts';
import { appendLeaf, leafHash } from './merkle.ts';

/** Leaf of an entry: RFC 9162 leaf hash of its canonical JSON, `seq` included. */
export function entryLeaf(entry: StoredEntry['entry']): Buffer {
  return leafHash(canonicalJson(entry));
}

/**
 * Records an act or a look in the append-only log, in the transaction of the act itself: both happen or neither.
 * Call it last in the transaction, because whoever else appends waits until the transaction ends.
 * `action` is `noun.verb`; `detail` holds no personal data and no secrets.
 */
export async function audit(
  ctx: Context,
  action: string,
  target?: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await inTransaction(ctx, async (inside) => {
    const { frontier } = await lockTree(inside);
    const entry: StoredEntry['entry'] = {
      seq: frontier.size,
      at: inside.clock.date().toISOString(),
      actor: { kind: ctx.actor.kind, id: cleanText(ctx.actor.id), name: cleanText(ctx.actor.name) },
      action,
      ...(target === undefined ? {} : { target: cleanText(target) }),
      detail: cleanJson(detail),
      requestId: cleanText(ctx.requestId),
    };
    const leaf = entryLeaf(entry);
    await insertEntry(inside, { entry, leafHash: leaf }, appendLeaf(frontier, leaf));
  });
}

/** A page of the log, newest first. */
export function listEntries(ctx: Context, filter: EntryFilter, limit: number): Promise<StoredEntry[]> {
  return findEntries(ctx, filter, limit);
}

/** What the log says of any of some targets, newest first: for pages that tell what was done about something. */
export async function auditAbout(
  ctx: Context,
  targets: readonly string[],
  limit: number,
): Promise<StoredEntry['entry'][]> {
  return (await findAbout(ctx, targets, limit)).map(({ entry }) => entry);
}

/** The tree as last committed. */
export function treeState(ctx: Context): Promise<TreeState> {
  return readTree(ctx);
}
