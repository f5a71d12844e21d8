import { sql } from 'kysely';
import { type Database, tables } from '../db/database.ts';

interface SetupTables {
  platform_setup_token: { one: boolean; token_hash: Buffer; created_at: Date };
}
type Reader = { readonly db: Database };

const db = (ctx: Reader) => tables<SetupTables>(ctx);

/** Puts a new set-up token in the place of the one before. */
export async function replaceSetupToken(ctx: Reader, tokenHash: Buffer, now: Date): Promise<void> {
  await db(ctx)
    .insertInto('platform_setup_token')
    .values({ one: true, token_hash: tokenHash, created_at: now })
    .onConflict((conflict) => conflict.column('one').doUpdateSet({ token_hash: tokenHash, created_at: now }))
    .execute();
}

/** Hash of the set-up token, without holding it. */
export async function readSetupToken(ctx: Reader): Promise<Buffer | undefined> {
  const row = await db(ctx).selectFrom('platform_setup_token').select('token_hash').executeTakeFirst();
  return row?.token_hash;
}

/** Takes the token away; of two who try at once, the second waits and then gets nothing. */
export async function takeSetupToken(ctx: Reader): Promise<Buffer | undefined> {
  const row = await db(ctx).deleteFrom('platform_setup_token').returning('token_hash').executeTakeFirst();
  return row?.token_hash;
}

/** Whether the tables of people and keys are there yet: a command may run before the server ever did. */
export async function hasAuthTables(ctx: Reader): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select to_regclass('platform_user') is not null and to_regclass('platform_audit') is not null as found
  `.execute(ctx.db);
  return rows[0]?.found === true;
}
