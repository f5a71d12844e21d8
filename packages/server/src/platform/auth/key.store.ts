import type { ApiKey, KeyScope } from '@fanzha/contract';
import { type Database, tables } from '../db/database.ts';

interface KeyTables {
  platform_key: {
    id: string;
    name: string;
    scopes: KeyScope[];
    secret_hash: Buffer;
    created_at: Date;
    created_by: string;
    expires_at: Date;
    last_used_at: Date | null;
    revoked_at: Date | null;
  };
}
type Reader = { readonly db: Database };

/** An API key as it is stored; its state follows from the time. */
export interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: KeyScope[];
  readonly secretHash: Buffer;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const db = (ctx: Reader) => tables<KeyTables>(ctx);

const COLUMNS = [
  'id',
  'name',
  'scopes',
  'secret_hash as secretHash',
  'created_at as createdAt',
  'created_by as createdBy',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

export async function insertKey(ctx: Reader, key: StoredKey): Promise<void> {
  await db(ctx)
    .insertInto('platform_key')
    .values({
      id: key.id,
      name: key.name,
      scopes: key.scopes,
      secret_hash: key.secretHash,
      created_at: key.createdAt,
      created_by: key.createdBy,
      expires_at: key.expiresAt,
      last_used_at: null,
      revoked_at: null,
    })
    .execute();
}

export async function findKey(ctx: Reader, id: string): Promise<StoredKey | undefined> {
  return db(ctx).selectFrom('platform_key').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Marks a key as used; the caller sees to it that this is not done for every request. */
export async function touchKey(ctx: Reader, id: string, now: Date): Promise<void> {
  await db(ctx).updateTable('platform_key').set({ last_used_at: now }).where('id', '=', id).execute();
}

/** Revokes a key; a key revoked before keeps its time. */
export async function markRevoked(ctx: Reader, id: string, now: Date): Promise<void> {
  await db(ctx)
    .updateTable('platform_key')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

export interface KeyPage {
  readonly state?: ApiKey['state'];
  readonly now: Date;
  readonly after?: { readonly createdAt: Date; readonly id: string };
  readonly limit: number;
}

/** A page of keys, newest first. */
export async function listKeys(ctx: Reader, page: KeyPage): Promise<StoredKey[]> {
  const { state, now, after } = page;
  let query = db(ctx).selectFrom('platform_key').select(COLUMNS).limit(page.limit);
  query = query.orderBy('created_at', 'desc').orderBy('id', 'desc');
  if (state === 'revoked') query = query.where('revoked_at', 'is not', null);
  if (state === 'expired') query = query.where('revoked_at', 'is', null).where('expires_at', '<=', now);
  if (state === 'active') query = query.where('revoked_at', 'is', null).where('expires_at', '>', now);
  if (after !== undefined) {
    query = query.where((e) => e(e.refTuple('created_at', 'id'), '<', e.tuple(after.createdAt, after.id)));
  }
  return query.execute();
}
