import { randomBytes } from 'node:crypto';
import { type ApiKey, forbidden, type KeyScope, notFound } from '@fanzha/contract';
import { cleanText } from '../audit/canonical.ts';
import { audit } from '../audit/entry.service.ts';
import type { Context } from '../context/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError } from '../errors/app-error.ts';
import type { ActorCache, CachedActor } from './actor-cache.ts';
import { keyState, readKey, writeKey } from './key.model.ts';
import {
  findKey,
  insertKey,
  type KeyPage,
  listKeys,
  markRevoked,
  type StoredKey,
  touchKey,
} from './key.store.ts';
import { hashToken, newToken, sameSecret } from './secret.ts';

const DAY_MS = 24 * 3_600_000;
const TOUCH_EVERY_MS = 60_000;

export interface NewKey {
  readonly name: string;
  readonly scopes: KeyScope[];
  readonly days: number;
}

function toApiKey(key: StoredKey, now: number): ApiKey {
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    createdAt: key.createdAt.toISOString(),
    createdBy: key.createdBy,
    expiresAt: key.expiresAt.toISOString(),
    ...(key.lastUsedAt === null ? {} : { lastUsedAt: key.lastUsedAt.toISOString() }),
    ...(key.revokedAt === null ? {} : { revokedAt: key.revokedAt.toISOString() }),
    state: keyState(key, now),
  };
}

/** Refuses scopes that the maker does not have: a key must not be a way to more than one may oneself. */
function requireOwnScopes(ctx: Context, scopes: readonly KeyScope[]): void {
  if (ctx.actor.kind === 'system') return;
  const missing = scopes.filter((scope) => !ctx.actor.permissions.has(scope));
  if (missing.length === 0) return;
  const list = missing.join(', ');
  const detail =
    ctx.locale === 'zh-CN'
      ? `自己没有的权限不能给密钥：${list}`
      : `You cannot give a key what you may not do: ${list}`;
  throw new AppError(forbidden, { detail });
}

/** Makes a key; `secret` is the only time that it can be seen. Throws `forbidden` for scopes that the maker lacks. */
export async function addKey(ctx: Context, input: NewKey): Promise<{ key: ApiKey; secret: string }> {
  requireOwnScopes(ctx, input.scopes);
  const id = randomBytes(8).toString('hex');
  const secret = newToken();
  const now = ctx.clock.date();
  const stored: StoredKey = {
    id,
    name: cleanText(input.name),
    scopes: input.scopes,
    secretHash: hashToken(secret),
    createdAt: now,
    createdBy: ctx.actor.name,
    expiresAt: new Date(now.getTime() + input.days * DAY_MS),
    lastUsedAt: null,
    revokedAt: null,
  };
  await inTransaction(ctx, async (inside) => {
    await insertKey(inside, stored);
    const { name, scopes, expiresAt } = stored;
    await audit(inside, 'key.add', id, { name, scopes, expiresAt });
  });
  return { key: toApiKey(stored, now.getTime()), secret: writeKey(id, secret) };
}

/** Revokes a key at once; revoking twice changes nothing. Throws `not-found`. */
export async function revokeKey(ctx: Context, cache: ActorCache, id: string): Promise<ApiKey> {
  const key = await inTransaction(ctx, async (inside) => {
    const now = ctx.clock.date();
    const before = await findKey(inside, id);
    if (before === undefined) throw new AppError(notFound);
    if (before.revokedAt !== null) return before;
    await markRevoked(inside, id, now);
    await audit(inside, 'key.revoke', id);
    return { ...before, revokedAt: now };
  });
  cache.forget();
  return toApiKey(key, ctx.clock.now());
}

/** A page of keys, newest first. */
export async function findKeys(ctx: Context, page: Omit<KeyPage, 'now'>): Promise<ApiKey[]> {
  const now = ctx.clock.date();
  return (await listKeys(ctx, { ...page, now })).map((key) => toApiKey(key, now.getTime()));
}

/** Who a presented key stands for; undefined when it is malformed, unknown, wrong, expired or revoked. */
export async function actorOfKey(
  ctx: Pick<Context, 'db' | 'clock'>,
  presented: string,
): Promise<CachedActor | undefined> {
  const parts = readKey(presented);
  const key = parts && (await findKey(ctx, parts.id));
  if (parts === undefined || key === undefined) return undefined;
  const now = ctx.clock.date();
  if (!sameSecret(hashToken(parts.secret), key.secretHash)) return undefined;
  if (keyState(key, now.getTime()) !== 'active') return undefined;
  if (now.getTime() - (key.lastUsedAt?.getTime() ?? 0) >= TOUCH_EVERY_MS) await touchKey(ctx, key.id, now);
  return {
    actor: { kind: 'key', id: key.id, name: key.name, permissions: new Set(key.scopes) },
    expiresAt: key.expiresAt.getTime(),
  };
}
