import type { AuditEntry } from '@fanzha/contract';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { tables } from '../db/database.ts';
import type { Frontier } from './merkle.ts';

interface AuditTables {
  platform_audit: {
    seq: number;
    at: Date;
    actor_kind: string;
    actor_id: string;
    actor_name: string;
    action: string;
    target: string | null;
    detail: Record<string, unknown>;
    request_id: string;
    leaf_hash: Buffer;
  };
  platform_audit_frontier: { one: boolean; size: number; hashes: Buffer; changed_at: Date };
}

type Row = AuditTables['platform_audit'];
type Reader = { readonly db: Database };

/** An entry with its hash in bytes. */
export interface StoredEntry {
  readonly entry: Omit<AuditEntry, 'leafHash'>;
  readonly leafHash: Buffer;
}

export interface TreeState {
  readonly frontier: Frontier;
  readonly changedAt: Date;
}

export interface EntryFilter {
  readonly action?: string;
  /** Id or name. */
  readonly actor?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Only entries older than this one. */
  readonly before?: number;
}

const HASH_BYTES = 32;

function toTree(row: AuditTables['platform_audit_frontier']): TreeState {
  const count = row.hashes.length / HASH_BYTES;
  const hashes = Array.from({ length: count }, (_, index) =>
    row.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
  return { frontier: { size: row.size, hashes }, changedAt: row.changed_at };
}

function toEntry(row: Row): StoredEntry {
  return {
    entry: {
      seq: row.seq,
      at: row.at.toISOString(),
      actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
      action: row.action,
      ...(row.target === null ? {} : { target: row.target }),
      detail: row.detail,
      requestId: row.request_id,
    },
    leafHash: row.leaf_hash,
  };
}

/** The tree as last committed. */
export async function readTree(ctx: Reader): Promise<TreeState> {
  const db = tables<AuditTables>(ctx);
  return toTree(await db.selectFrom('platform_audit_frontier').selectAll().executeTakeFirstOrThrow());
}

/** The tree, locked until the transaction ends: the next one to append waits for it. */
export async function lockTree(ctx: Reader): Promise<TreeState> {
  const db = tables<AuditTables>(ctx);
  const query = db.selectFrom('platform_audit_frontier').selectAll().forUpdate();
  return toTree(await query.executeTakeFirstOrThrow());
}

/** Writes an entry and the tree that holds it; the tree must be locked. */
export async function insertEntry(ctx: Reader, stored: StoredEntry, frontier: Frontier): Promise<void> {
  const db = tables<AuditTables>(ctx);
  const { entry, leafHash } = stored;
  await db
    .insertInto('platform_audit')
    .values({
      seq: entry.seq,
      at: new Date(entry.at),
      actor_kind: entry.actor.kind,
      actor_id: entry.actor.id,
      actor_name: entry.actor.name,
      action: entry.action,
      target: entry.target ?? null,
      detail: entry.detail,
      request_id: entry.requestId,
      leaf_hash: leafHash,
    })
    .execute();
  await db
    .updateTable('platform_audit_frontier')
    .set({ size: frontier.size, hashes: Buffer.concat(frontier.hashes), changed_at: new Date(entry.at) })
    .execute();
}

/** A page of entries, newest first. */
export async function findEntries(ctx: Reader, filter: EntryFilter, limit: number): Promise<StoredEntry[]> {
  let query = tables<AuditTables>(ctx).selectFrom('platform_audit').selectAll().orderBy('seq', 'desc');
  const { action, actor, from, to, before } = filter;
  if (action !== undefined) query = query.where('action', '=', action);
  if (actor !== undefined)
    query = query.where((e) => e.or([e('actor_id', '=', actor), e('actor_name', '=', actor)]));
  if (from !== undefined) query = query.where('at', '>=', from);
  if (to !== undefined) query = query.where('at', '<', to);
  if (before !== undefined) query = query.where('seq', '<', before);
  return (await query.limit(limit).execute()).map(toEntry);
}

/** Entries about any of some targets, newest first. */
export async function findAbout(
  ctx: Reader,
  targets: readonly string[],
  limit: number,
): Promise<StoredEntry[]> {
  if (targets.length === 0) return [];
  const rows = await tables<AuditTables>(ctx)
    .selectFrom('platform_audit')
    .selectAll()
    .where(sql<boolean>`target = any(${[...targets]}::text[])`)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toEntry);
}

/** The next entries in the order of the tree, from `seq` on. */
export async function readEntries(ctx: Reader, fromSeq: number, limit: number): Promise<StoredEntry[]> {
  const query = tables<AuditTables>(ctx)
    .selectFrom('platform_audit')
    .selectAll()
    .where('seq', '>=', fromSeq)
    .orderBy('seq')
    .limit(limit);
  return (await query.execute()).map(toEntry);
}

/** Runs `work` on one unchanging view of the database, while others go on writing. */
export function onSnapshot<T>(ctx: Reader, work: (ctx: Reader) => Promise<T>): Promise<T> {
  return ctx.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((db) => work({ db }));
}
