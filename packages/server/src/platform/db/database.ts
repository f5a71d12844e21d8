import type { Kysely, Transaction } from 'kysely';

/** A pool or a transaction: stores do not care which. Tables are seen through `tables<T>()`. */
export type Database = Kysely<unknown> | Transaction<unknown>;

/** A store's own view of the database: only the tables it names. */
export function tables<Tables>(ctx: { readonly db: Database }): Kysely<Tables> {
  return ctx.db as unknown as Kysely<Tables>;
}
