import type { Localized } from '@fanzha/vocabulary';
import { type Database, tables } from '../../platform/index.ts';

type Connection = { readonly db: Database };

interface Tables {
  calls_cdr_refused: {
    import: number | string;
    line: number | string;
    field: string;
    reason_zh: string;
    reason_en: string;
    sealed: Buffer;
    at: Date;
  };
}

/** A refused record as it is kept: the record itself is sealed. */
export interface SealedRefusal {
  readonly line: number;
  readonly field: string;
  readonly reason: Localized;
  readonly sealed: Buffer;
  readonly at: Date;
}

const AT_ONCE = 500;

export async function insertRefused(
  ctx: Connection,
  importId: string,
  refused: readonly SealedRefusal[],
): Promise<void> {
  for (let from = 0; from < refused.length; from += AT_ONCE) {
    const rows = refused.slice(from, from + AT_ONCE).map(({ line, field, reason, sealed, at }) => ({
      import: importId,
      line,
      field: field.slice(0, 200),
      reason_zh: reason['zh-CN'].slice(0, 1000),
      reason_en: reason.en.slice(0, 1000),
      sealed,
      at,
    }));
    await tables<Tables>(ctx)
      .insertInto('calls_cdr_refused')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export async function listRefused(
  ctx: Connection,
  importId: string,
  { field, after = 0, limit }: { field?: string; after?: number; limit: number },
): Promise<SealedRefusal[]> {
  let query = tables<Tables>(ctx)
    .selectFrom('calls_cdr_refused')
    .selectAll()
    .where('import', '=', importId)
    .where('line', '>', after);
  if (field !== undefined) query = query.where('field', '=', field);
  const rows = await query.orderBy('line').limit(limit).execute();
  return rows.map((row) => ({
    line: Number(row.line),
    field: row.field,
    reason: { 'zh-CN': row.reason_zh, en: row.reason_en },
    sealed: row.sealed,
    at: row.at,
  }));
}

export async function deleteRefused(
  ctx: Connection,
  importId: string,
  lines: readonly number[],
): Promise<void> {
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    await tables<Tables>(ctx)
      .deleteFrom('calls_cdr_refused')
      .where('import', '=', importId)
      .where('line', 'in', lines.slice(from, from + AT_ONCE))
      .execute();
  }
}

/** Lets go of refused records from before an instant; how many went. */
export async function deleteRefusedBefore(ctx: Connection, before: Date): Promise<number> {
  const result = await tables<Tables>(ctx)
    .deleteFrom('calls_cdr_refused')
    .where('at', '<', before)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
