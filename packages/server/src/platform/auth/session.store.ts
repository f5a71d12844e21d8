import type { Role } from '@fanzha/contract';
import { type Database, tables } from '../db/database.ts';

interface SessionTables {
  platform_session: {
    token_hash: Buffer;
    user_id: string;
    created_at: Date;
    seen_at: Date;
    expires_at: Date;
    ends_at: Date;
  };
  platform_user: { id: string; name: string; display_name: string; roles: Role[]; disabled: boolean };
}
type Reader = { readonly db: Database };

export interface StoredSession {
  readonly userId: string;
  readonly name: string;
  readonly displayName: string;
  readonly roles: Role[];
  readonly seenAt: Date;
  /** Ends then unless used before. */
  readonly expiresAt: Date;
  /** Ends then however much it is used. */
  readonly endsAt: Date;
}

const db = (ctx: Reader) => tables<SessionTables>(ctx);

/** The live session of a token: not expired, its user not disabled. */
export async function findSession(
  ctx: Reader,
  tokenHash: Buffer,
  now: Date,
): Promise<StoredSession | undefined> {
  return db(ctx)
    .selectFrom('platform_session')
    .innerJoin('platform_user', 'platform_user.id', 'platform_session.user_id')
    .select([
      'user_id as userId',
      'name',
      'display_name as displayName',
      'roles',
      'seen_at as seenAt',
      'expires_at as expiresAt',
      'ends_at as endsAt',
    ])
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .where('disabled', '=', false)
    .executeTakeFirst();
}

export interface NewSession {
  readonly tokenHash: Buffer;
  readonly userId: string;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly endsAt: Date;
}

/** Opens a session, and forgets those that have expired. */
export async function insertSession(ctx: Reader, session: NewSession): Promise<void> {
  await db(ctx).deleteFrom('platform_session').where('expires_at', '<=', session.now).execute();
  await db(ctx)
    .insertInto('platform_session')
    .values({
      token_hash: session.tokenHash,
      user_id: session.userId,
      created_at: session.now,
      seen_at: session.now,
      expires_at: session.expiresAt,
      ends_at: session.endsAt,
    })
    .execute();
}

/** Moves the expiry of a session that is being used. */
export async function touchSession(
  ctx: Reader,
  tokenHash: Buffer,
  now: Date,
  expiresAt: Date,
): Promise<void> {
  await db(ctx)
    .updateTable('platform_session')
    .set({ seen_at: now, expires_at: expiresAt })
    .where('token_hash', '=', tokenHash)
    .execute();
}

/** Ends one session. */
export async function deleteSession(ctx: Reader, tokenHash: Buffer): Promise<void> {
  await db(ctx).deleteFrom('platform_session').where('token_hash', '=', tokenHash).execute();
}

/** Ends all sessions of a person, except one if given. */
export async function deleteSessionsOf(ctx: Reader, userId: string, except?: Buffer): Promise<void> {
  let query = db(ctx).deleteFrom('platform_session').where('user_id', '=', userId);
  if (except !== undefined) query = query.where('token_hash', '!=', except);
  await query.execute();
}
