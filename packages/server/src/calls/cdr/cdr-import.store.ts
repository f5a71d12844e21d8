import type { CdrState, CdrWay } from '@fanzha/contract';
import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import { type Database, tables } from '../../platform/index.ts';
import { type ImportRecord, type ImportStep, statesBefore } from './cdr-import.model.ts';

type Connection = { readonly db: Database };
type Whole = number | string;

interface ImportTable {
  id: Whole;
  source: string;
  way: string;
  name: string;
  path: string;
  file: Whole | null;
  state: string;
  format: string | null;
  bytes: Whole;
  total: Whole | null;
  already_read: Whole;
  records: Whole;
  taken: Whole;
  duplicates: Whole;
  refused: Whole;
  kept: Whole;
  older: Whole;
  verdicts: Record<string, number>;
  first_at: Date | null;
  last_at: Date | null;
  run_ms: Whole;
  problem_zh: string | null;
  problem_en: string | null;
  asked_at: Date;
  asked_by: string;
  ended_at: Date | null;
}

interface Tables {
  calls_cdr_import: ImportTable;
}

export interface NewImport {
  readonly source: string;
  readonly way: CdrWay;
  readonly name: string;
  readonly path: string;
  readonly askedBy: string;
  readonly at: Date;
  readonly total?: number;
  readonly file?: string;
}

export interface ImportFilter {
  readonly source?: string;
  readonly state?: CdrState;
  readonly way?: CdrWay;
  readonly withRefused?: boolean;
  readonly from?: Date;
  readonly to?: Date;
  /** Of the last row of the page before. */
  readonly after?: { readonly at: Date; readonly id: number };
  readonly limit: number;
}

const optional = <K extends string, V>(name: K, value: V | null): Partial<Record<K, V>> =>
  value === null ? {} : ({ [name]: value } as Record<K, V>);

function toImport(row: Selectable<ImportTable>): ImportRecord {
  const number = (value: Whole | null): number | null => (value === null ? null : Number(value));
  return {
    id: String(row.id),
    source: row.source,
    way: row.way as CdrWay,
    name: row.name,
    path: row.path,
    ...optional('file', row.file === null ? null : String(row.file)),
    state: row.state as CdrState,
    ...optional('format', row.format),
    bytes: Number(row.bytes),
    ...optional('total', number(row.total)),
    alreadyRead: Number(row.already_read),
    records: Number(row.records),
    taken: Number(row.taken),
    duplicates: Number(row.duplicates),
    refused: Number(row.refused),
    kept: Number(row.kept),
    older: Number(row.older),
    verdicts: row.verdicts,
    ...optional('firstAt', row.first_at?.getTime() ?? null),
    ...optional('lastAt', row.last_at?.getTime() ?? null),
    runMs: Number(row.run_ms),
    ...(row.problem_zh === null || row.problem_en === null
      ? {}
      : { problem: { 'zh-CN': row.problem_zh, en: row.problem_en } }),
    askedAt: row.asked_at.getTime(),
    askedBy: row.asked_by,
    ...optional('endedAt', row.ended_at?.getTime() ?? null),
  };
}

export async function insertImport(ctx: Connection, asked: NewImport): Promise<ImportRecord> {
  const row: Insertable<Omit<ImportTable, 'id'>> = {
    source: asked.source,
    way: asked.way,
    name: asked.name,
    path: asked.path,
    state: 'waiting',
    asked_at: asked.at,
    asked_by: asked.askedBy,
    total: asked.total ?? null,
    file: asked.file ?? null,
  } as Insertable<Omit<ImportTable, 'id'>>;
  const inserted = await tables<{ calls_cdr_import: Omit<ImportTable, 'id'> & { id: Whole } }>(ctx)
    .insertInto('calls_cdr_import')
    .values(row as never)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toImport(inserted as Selectable<ImportTable>);
}

export async function findImport(ctx: Connection, id: string): Promise<ImportRecord | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_import')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toImport(row);
}

/** The import of a watched folder that takes in this content, or this path while its content is not known. */
export async function findFolderImport(
  ctx: Connection,
  source: string,
  by: { readonly file?: string; readonly path?: string },
): Promise<ImportRecord | undefined> {
  let query = tables<Tables>(ctx)
    .selectFrom('calls_cdr_import')
    .selectAll()
    .where('source', '=', source)
    .where('way', '=', 'folder');
  query =
    by.file === undefined
      ? query.where('path', '=', by.path ?? '').where('file', 'is', null)
      : query.where('file', '=', by.file);
  const row = await query.orderBy('id', 'desc').executeTakeFirst();
  return row && toImport(row);
}

export async function listImports(ctx: Connection, filter: ImportFilter): Promise<ImportRecord[]> {
  let query = tables<Tables>(ctx).selectFrom('calls_cdr_import').selectAll();
  if (filter.source !== undefined) query = query.where('source', '=', filter.source);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.way !== undefined) query = query.where('way', '=', filter.way);
  if (filter.withRefused !== undefined) query = query.where('refused', filter.withRefused ? '>' : '=', 0);
  if (filter.from !== undefined) query = query.where('asked_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('asked_at', '<', filter.to);
  const { after } = filter;
  if (after) query = query.where(sql<boolean>`(asked_at, id) < (${after.at}, ${after.id})`);
  const rows = await query.orderBy('asked_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
  return rows.map(toImport);
}

/** Imports that wait, and those that ran when the program ended. */
export async function waitingImports(ctx: Connection): Promise<ImportRecord[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_import')
    .selectAll()
    .where('state', 'in', ['waiting', 'running'])
    .orderBy('id')
    .limit(1000)
    .execute();
  return rows.map(toImport);
}

/** Where the files of imports of a way lie that are not done with. */
export async function listAllPaths(ctx: Connection, way: CdrWay): Promise<string[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_import')
    .select('path')
    .where('way', '=', way)
    .where('state', '!=', 'done')
    .execute();
  return rows.map(({ path }) => path);
}

export type ImportChange = Omit<Updateable<ImportTable>, 'state' | 'id'>;

/** Uploads that failed or were stopped before an instant; they hold what was uploaded until they are let go. */
export async function leftUploads(ctx: Connection, before: Date): Promise<{ id: string; path: string }[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_import')
    .select(['id', 'path'])
    .where('way', '=', 'upload')
    .where('state', 'in', ['failed', 'cancelled'])
    .where('ended_at', '<', before)
    .where('path', '!=', '')
    .execute();
  return rows.map(({ id, path }) => ({ id: String(id), path }));
}

/** Counts anew how many refused records there are of each import. */
export async function countKept(ctx: Connection): Promise<void> {
  await sql`update calls_cdr_import set kept = (
    select count(*) from calls_cdr_refused where import = calls_cdr_import.id) where kept > 0`.execute(
    ctx.db,
  );
}

/** Moves an import on by the table of transitions; undefined when it may not come there from where it is. */
export async function moveImport(
  ctx: Connection,
  id: string,
  to: CdrState,
  change: ImportChange = {},
): Promise<ImportRecord | undefined> {
  const row = await tables<Tables>(ctx)
    .updateTable('calls_cdr_import')
    .set({ ...change, state: to })
    .where('id', '=', id)
    .where('state', 'in', statesBefore(to))
    .returningAll()
    .executeTakeFirst();
  return row && toImport(row);
}

export async function changeImport(ctx: Connection, id: string, change: ImportChange): Promise<void> {
  await tables<Tables>(ctx).updateTable('calls_cdr_import').set(change).where('id', '=', id).execute();
}

/** Adds a step to the figures; gives the state, which somebody may have changed meanwhile. */
export async function addStep(
  ctx: Connection,
  id: string,
  step: ImportStep & { readonly kept: number },
  change: ImportChange,
  runMs: number,
): Promise<CdrState | undefined> {
  const times = [step.firstAt, step.lastAt].map((at) => (at === undefined ? null : new Date(at)));
  const [firstAt, lastAt] = times;
  const verdicts = JSON.stringify(step.verdicts);
  const row = await tables<Tables>(ctx)
    .updateTable('calls_cdr_import')
    .set((col) => ({
      ...change,
      records: sql`records + ${step.records}`,
      taken: sql`taken + ${step.taken}`,
      duplicates: sql`duplicates + ${step.duplicates}`,
      refused: sql`refused + ${step.refused}`,
      kept: sql`kept + ${step.kept}`,
      older: sql`older + ${step.older}`,
      run_ms: sql`run_ms + ${runMs}`,
      first_at: sql`least(first_at, ${firstAt}::timestamptz)`,
      last_at: sql`greatest(last_at, ${lastAt}::timestamptz)`,
      verdicts: sql`(select coalesce(jsonb_object_agg(key, total), '{}') from (
        select key, sum(value::bigint) as total from (
          select key, value from jsonb_each_text(${col.ref('calls_cdr_import.verdicts')})
          union all select key, value from jsonb_each_text(${verdicts}::jsonb)
        ) both_sides group by key) summed)`,
    }))
    .where('id', '=', id)
    .returning('state')
    .executeTakeFirst();
  return row?.state as CdrState | undefined;
}

/** Forgets what of an import was refused, when none of it was taken. */
export async function forgetFigures(ctx: Connection, importId: string): Promise<void> {
  await sql`delete from calls_cdr_refused where import = ${importId}`.execute(ctx.db);
  await changeImport(ctx, importId, { bytes: 0, records: 0, refused: 0, kept: 0, format: null });
}
