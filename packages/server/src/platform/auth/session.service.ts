import { createHash } from 'node:crypto';
import {
  lockedOut,
  notSignedIn,
  type Permission,
  ROLE_PERMISSIONS,
  type Role,
  type Session,
  signInFailed,
} from '@fanzha/contract';
import { audit } from '../audit/entry.service.ts';
import type { Actor, Context } from '../context/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError } from '../errors/app-error.ts';
import type { ActorCache, CachedActor } from './actor-cache.ts';
import { ADDRESS_RULE, NAME_RULE } from './lockout.model.ts';
import { countAttempt, forgetOldAttempts, forgiveAttempt } from './lockout.store.ts';
import { foldName } from './password.model.ts';
import { checkPassword, csrfTokenOf, hashPassword, hashToken, newToken } from './secret.ts';
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  type StoredSession,
  touchSession,
} from './session.store.ts';
import { requireGoodPassword } from './user.service.ts';
import { findUser, findUserByName, lockUser, updateUser } from './user.store.ts';

const HOUR_MS = 3_600_000;
/** A session ends after a week, however much it is used. */
const LONGEST_MS = 7 * 24 * HOUR_MS;
/** The expiry is moved at most this often. */
const TOUCH_EVERY_MS = 60_000;

/** Longest life of a session cookie; the server decides before that. */
export const COOKIE_SECONDS: number = LONGEST_MS / 1000;

export interface SessionRules {
  /** Hours without use after which a session ends. */
  readonly idleHours: number;
}

/** A session together with the token that only its holder gets. */
export interface OpenedSession {
  readonly token: string;
  readonly session: Session;
}

/** Everything that a set of roles may do. */
export function permissionsOf(roles: readonly Role[]): Permission[] {
  return [...new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]))];
}

function toSession(token: string, stored: StoredSession): Session {
  return {
    user: { id: stored.userId, name: stored.name, displayName: stored.displayName },
    roles: stored.roles,
    permissions: permissionsOf(stored.roles),
    csrfToken: csrfTokenOf(token),
    expiresAt: stored.expiresAt.toISOString(),
  };
}

const subjectOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Opens a session for a person whose identity has been proved. Call it in a transaction. */
export async function startSession(
  ctx: Context,
  rules: SessionRules,
  userId: string,
): Promise<OpenedSession> {
  const token = newToken();
  const now = ctx.clock.date();
  const endsAt = new Date(now.getTime() + LONGEST_MS);
  const expiresAt = new Date(Math.min(now.getTime() + rules.idleHours * HOUR_MS, endsAt.getTime()));
  await insertSession(ctx, { tokenHash: hashToken(token), userId, now, expiresAt, endsAt });
  await updateUser(ctx, userId, { lastSignInAt: now });
  const stored = await findSession(ctx, hashToken(token), now);
  if (stored === undefined) throw new AppError(signInFailed);
  return { token, session: toSession(token, stored) };
}

async function reserveAttempt(ctx: Context, name: Buffer, address: Buffer): Promise<number> {
  return inTransaction(ctx, async (inside) => {
    const now = ctx.clock.date();
    const byName = await countAttempt(inside, name, NAME_RULE, now);
    if (byName.waitSeconds > 0) throw lockedOutFor(byName.waitSeconds);
    const byAddress = await countAttempt(inside, address, ADDRESS_RULE, now);
    if (byAddress.waitSeconds > 0) throw lockedOutFor(byAddress.waitSeconds);
    return Math.max(byName.lockSeconds, byAddress.lockSeconds);
  });
}

function lockedOutFor(seconds: number): AppError {
  return new AppError(lockedOut, { retryAfter: seconds });
}

/**
 * Signs a person in. An unknown name, a wrong password and a disabled person get the same answer after the same
 * work. Throws `sign-in-failed`, or `locked-out` with the seconds to wait.
 */
export async function openSession(
  ctx: Context,
  rules: SessionRules,
  input: { readonly name: string; readonly password: string; readonly address: string },
): Promise<OpenedSession> {
  const nameKey = foldName(input.name);
  const subjects = { name: subjectOf(`name:${nameKey}`), address: subjectOf(`address:${input.address}`) };
  const lockSeconds = await reserveAttempt(ctx, subjects.name, subjects.address);
  const found = await findUserByName(ctx, nameKey);
  const right = await checkPassword(input.password, found?.passwordHash);
  if (!right || found === undefined || found.user.disabled) {
    await inTransaction(ctx, async (inside) => {
      await forgetOldAttempts(inside, ctx.clock.date());
      await audit(inside, 'session.refuse', found?.user.id, { lockSeconds });
    });
    throw new AppError(signInFailed);
  }
  const actor: Actor = { ...ctx.actor, kind: 'user', id: found.user.id, name: found.user.name };
  return inTransaction({ ...ctx, actor }, async (inside) => {
    // A password changed meanwhile must not open a session any more.
    const current = await lockUser(inside, found.user.id);
    if (current?.passwordHash !== found.passwordHash) throw new AppError(signInFailed);
    await forgiveAttempt(inside, subjects);
    const opened = await startSession(inside, rules, found.user.id);
    await audit(inside, 'session.open', found.user.id);
    return opened;
  });
}

/** Who a session cookie stands for; use moves its expiry. Undefined when it stands for nobody. */
export async function actorOfSession(
  ctx: Pick<Context, 'db' | 'clock'>,
  rules: SessionRules,
  token: string,
): Promise<CachedActor | undefined> {
  const now = ctx.clock.date();
  const tokenHash = hashToken(token);
  const stored = await findSession(ctx, tokenHash, now);
  if (stored === undefined) return undefined;
  if (now.getTime() - stored.seenAt.getTime() >= TOUCH_EVERY_MS) {
    const slid = Math.min(now.getTime() + rules.idleHours * HOUR_MS, stored.endsAt.getTime());
    await touchSession(ctx, tokenHash, now, new Date(slid));
  }
  return {
    actor: {
      kind: 'user',
      id: stored.userId,
      name: stored.name,
      permissions: new Set(permissionsOf(stored.roles)),
    },
    expiresAt: stored.expiresAt.getTime(),
  };
}

/** The session of a cookie. Throws `not-signed-in`. */
export async function readSession(ctx: Context, token: string | undefined): Promise<OpenedSession> {
  const stored = token === undefined ? undefined : await findSession(ctx, hashToken(token), ctx.clock.date());
  if (token === undefined || stored === undefined) throw new AppError(notSignedIn);
  return { token, session: toSession(token, stored) };
}

/** Signs out: the cookie is worth nothing afterwards. Throws `not-signed-in`. */
export async function closeSession(
  ctx: Context,
  cache: ActorCache,
  token: string | undefined,
): Promise<void> {
  const { session } = await readSession(ctx, token);
  await inTransaction(ctx, async (inside) => {
    if (token !== undefined) await deleteSession(inside, hashToken(token));
    await audit(inside, 'session.close', session.user.id);
  });
  cache.forget();
}

/**
 * Changes one's own password and ends one's other sessions. Wrong guesses of the present password count as wrong
 * sign-ins do. Throws `sign-in-failed`, `locked-out`, `weak-password`, `not-signed-in`.
 */
export async function changePassword(
  ctx: Context,
  cache: ActorCache,
  input: {
    readonly token: string | undefined;
    readonly current: string;
    readonly password: string;
    readonly address: string;
  },
): Promise<void> {
  const { token, session } = await readSession(ctx, input.token);
  const { id, name } = session.user;
  requireGoodPassword(ctx, input.password, name);
  const subjects = {
    name: subjectOf(`name:${foldName(name)}`),
    address: subjectOf(`address:${input.address}`),
  };
  await reserveAttempt(ctx, subjects.name, subjects.address);
  const stored = await findUser(ctx, id);
  if (!(await checkPassword(input.current, stored?.passwordHash))) throw new AppError(signInFailed);
  const passwordHash = await hashPassword(input.password);
  await inTransaction(ctx, async (inside) => {
    const current = await lockUser(inside, id);
    if (current?.passwordHash !== stored?.passwordHash) throw new AppError(signInFailed);
    await forgiveAttempt(inside, subjects);
    await updateUser(inside, id, { passwordHash });
    await deleteSessionsOf(inside, id, hashToken(token));
    await audit(inside, 'session.password', id);
  });
  cache.forget();
}
