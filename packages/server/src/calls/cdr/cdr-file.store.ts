import type { Selectable } from 'kysely';
import { type Database, tables } from '../../platform/index.ts';
import type { CdrReading } from './cdr-reading.model.ts';

type Connection = { readonly db: Database };
type Whole = number | string;

interface FileTable {
  id: Whole;
  source: string;
  head: string;
  tail: string;
  bytes: Whole;
  lines: Whole;
  reading: CdrReading | null;
  position: Whole;
  in_doubt: boolean;
  read_at: Date;
}

interface Tables {
  calls_cdr_file: FileTable;
}

/** How far the content of a file was taken in. */
export interface FileRecord {
  readonly id: string;
  readonly bytes: number;
  readonly lines: number;
  readonly tail: string;
  readonly reading?: CdrReading;
  /** End of the journal when it was taken in so far. */
  readonly position: number;
  /** What is behind it may be in the journal already: the program may have died under it. */
  readonly inDoubt: boolean;
}

function toFile(row: Selectable<FileTable>): FileRecord {
  return {
    id: String(row.id),
    bytes: Number(row.bytes),
    lines: Number(row.lines),
    tail: row.tail,
    ...(row.reading === null ? {} : { reading: row.reading }),
    position: Number(row.position),
    inDoubt: row.in_doubt,
  };
}

export async function findFile(ctx: Connection, id: string): Promise<FileRecord | undefined> {
  const row = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_file')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toFile(row);
}

/** Files of a source that began like this, the one of which most was read first. */
export async function findFiles(
  ctx: Connection,
  source: string,
  heads: readonly string[],
): Promise<FileRecord[]> {
  if (heads.length === 0) return [];
  const rows = await tables<Tables>(ctx)
    .selectFrom('calls_cdr_file')
    .selectAll()
    .where('source', '=', source)
    .where('head', 'in', [...heads])
    .orderBy('bytes', 'desc')
    .limit(20)
    .execute();
  return rows.map(toFile);
}

export interface FileChange {
  readonly head: string;
  readonly tail: string;
  readonly bytes: number;
  readonly lines: number;
  readonly reading: CdrReading | undefined;
  readonly position: number;
  readonly at: Date;
}

export async function insertFile(
  ctx: Connection,
  source: string,
  position: number,
  at: Date,
): Promise<string> {
  const row = await tables<{ calls_cdr_file: Omit<FileTable, 'id'> & { id: Whole } }>(ctx)
    .insertInto('calls_cdr_file')
    .values({
      source,
      head: '',
      tail: '',
      bytes: 0,
      lines: 0,
      position,
      in_doubt: true,
      read_at: at,
    } as never)
    .returning('id')
    .executeTakeFirstOrThrow();
  return String(row.id);
}

export async function advanceFile(ctx: Connection, id: string, change: FileChange): Promise<void> {
  const { head, tail, bytes, lines, reading, position, at } = change;
  await tables<Tables>(ctx)
    .updateTable('calls_cdr_file')
    .set({
      head,
      tail,
      bytes,
      lines,
      position,
      in_doubt: true,
      read_at: at,
      reading: reading === undefined ? null : (JSON.stringify(reading) as never),
    })
    .where('id', '=', id)
    .execute();
}

/** Forgets how far a file was read: none of it was taken. */
export async function readAnew(ctx: Connection, id: string): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('calls_cdr_file')
    .set({ head: '', tail: '', bytes: 0, lines: 0, reading: null })
    .where('id', '=', id)
    .execute();
}

/** Says whether what is behind the place that was reached may be in the journal already. */
export async function setDoubt(
  ctx: Connection,
  id: string,
  doubt: { readonly inDoubt: boolean; readonly position?: number },
): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('calls_cdr_file')
    .set({
      in_doubt: doubt.inDoubt,
      ...(doubt.position === undefined ? {} : { position: doubt.position }),
    })
    .where('id', '=', id)
    .execute();
}

/** Forgets files that nobody read for long; their imports stay. */
export async function forgetFiles(ctx: Connection, before: Date): Promise<void> {
  await tables<Tables>(ctx).deleteFrom('calls_cdr_file').where('read_at', '<', before).execute();
}
