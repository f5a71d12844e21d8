import { type Database, tables } from '../db/database.ts';
import { FORGET_AFTER_MS, type LockoutRule, lockSeconds } from './lockout.model.ts';

interface LockoutTables {
  platform_lockout: { subject: Buffer; failures: number; last_at: Date; locked_until: Date | null };
}
type Reader = { readonly db: Database };

const db = (ctx: Reader) => tables<LockoutTables>(ctx);

export interface Attempt {
  /** Seconds still to wait; 0 when the attempt may go on. */
  readonly waitSeconds: number;
  /** Seconds that further attempts will wait if this one fails. */
  readonly lockSeconds: number;
}

/**
 * Counts an attempt as failed before it is made, so that many at once cannot slip through, unless the subject has to
 * wait. Holds the subject's row until the transaction ends.
 */
export async function countAttempt(
  ctx: Reader,
  subject: Buffer,
  rule: LockoutRule,
  now: Date,
): Promise<Attempt> {
  await db(ctx)
    .insertInto('platform_lockout')
    .values({ subject, failures: 0, last_at: now, locked_until: null })
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .execute();
  const row = await db(ctx)
    .selectFrom('platform_lockout')
    .selectAll()
    .where('subject', '=', subject)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const waitMs = (row.locked_until?.getTime() ?? 0) - now.getTime();
  if (waitMs > 0) return { waitSeconds: Math.ceil(waitMs / 1000), lockSeconds: 0 };
  const forgotten = now.getTime() - row.last_at.getTime() > FORGET_AFTER_MS;
  const failures = forgotten ? 1 : row.failures + 1;
  const seconds = lockSeconds(failures, rule);
  await db(ctx)
    .updateTable('platform_lockout')
    .set({
      failures,
      last_at: now,
      locked_until: seconds === 0 ? null : new Date(now.getTime() + seconds * 1000),
    })
    .where('subject', '=', subject)
    .execute();
  return { waitSeconds: 0, lockSeconds: seconds };
}

/** The attempt was right: a name starts afresh, an address only gets this one attempt back. */
export async function forgiveAttempt(
  ctx: Reader,
  subjects: { name: Buffer; address: Buffer },
): Promise<void> {
  await db(ctx).deleteFrom('platform_lockout').where('subject', '=', subjects.name).execute();
  await db(ctx)
    .updateTable('platform_lockout')
    .set((set) => ({ failures: set('failures', '-', 1), locked_until: null }))
    .where('subject', '=', subjects.address)
    .where('failures', '>', 0)
    .execute();
}

/** Removes what has been quiet for long enough to be forgotten. */
export async function forgetOldAttempts(ctx: Reader, now: Date): Promise<void> {
  const limit = new Date(now.getTime() - FORGET_AFTER_MS);
  await db(ctx).deleteFrom('platform_lockout').where('last_at', '<', limit).execute();
}
