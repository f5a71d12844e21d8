import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './database.ts';

const ATTEMPTS = 5;
/** serialization_failure and deadlock_detected: the transaction did nothing wrong and may be tried again. */
const RETRYABLE = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction; inside another transaction it joins that one. A transaction that PostgreSQL ended
 * because of its neighbours is run again, at most five times, so `work` must not have effects outside the database.
 */
export async function inTransaction<C extends { readonly db: Database }, T>(
  ctx: C,
  work: (ctx: C) => Promise<T>,
): Promise<T> {
  if (ctx.db.isTransaction) return work(ctx);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ctx.db.transaction().execute((db) => work({ ...ctx, db }));
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt >= ATTEMPTS || typeof code !== 'string' || !RETRYABLE.has(code)) throw error;
      await pause(attempt * (5 + Math.random() * 20));
    }
  }
}
