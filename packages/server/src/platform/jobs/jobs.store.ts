import { CompiledQuery } from 'kysely';
import type { Db } from 'pg-boss';
import type { Context } from '../context/context.ts';

/** Lets the job library write in the caller's transaction. */
export function callersDatabase(ctx: Pick<Context, 'db'>): Db {
  return {
    async executeSql(text, values = []) {
      const { rows } = await ctx.db.executeQuery<Record<string, unknown>>(
        CompiledQuery.raw(text, [...values]),
      );
      return { rows: [...rows] };
    },
  };
}
