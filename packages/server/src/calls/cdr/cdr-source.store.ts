import type { CdrSetting, CdrSource } from '@fanzha/contract';
import { type Database, tables } from '../../platform/index.ts';

type Connection = { readonly db: Database };

interface SourceTable {
  name: string;
  setting: CdrSetting;
  changed_at: Date;
  changed_by: string;
  from_file: string | null;
}

interface Tables {
  calls_cdr_source: SourceTable;
}

function toSource(row: SourceTable): CdrSource {
  return {
    name: row.name,
    setting: row.setting,
    changedAt: row.changed_at.toISOString(),
    changedBy: row.changed_by,
    ...(row.from_file === null ? {} : { fromFile: row.from_file }),
  };
}

export async function findSource(ctx: Connection, name: string): Promise<CdrSource | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_source')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row && toSource(row);
}

export async function listSources(ctx: Connection, after: string, limit: number): Promise<CdrSource[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_source')
    .selectAll()
    .where('name', '>', after)
    .orderBy('name')
    .limit(limit)
    .execute();
  return rows.map(toSource);
}

export async function writeSource(ctx: Connection, source: CdrSource): Promise<void> {
  const row = {
    setting: JSON.stringify(source.setting) as never,
    changed_at: new Date(source.changedAt),
    changed_by: source.changedBy,
    from_file: source.fromFile ?? null,
  };
  await tables<Tables>(ctx)
    .insertInto('calls_cdr_source')
    .values({ name: source.name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}
