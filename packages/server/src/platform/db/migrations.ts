import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Logger } from '../log/log.ts';
import { openPool } from './pool.ts';

/** Who brings tables: a room, or a part of the platform. */
export interface MigrationSource {
  readonly name: string;
  readonly migrations?: URL;
}

interface MigrationFile {
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

interface MigrationTables {
  platform_migration_checksum: { name: string; checksum: string };
}

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

function readMigrations(sources: readonly MigrationSource[]): MigrationFile[] {
  return sources.flatMap(({ name, migrations }) => {
    if (migrations === undefined) return [];
    const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'));
    const wrong = files.find((file) => !FILE_NAME.test(file));
    if (wrong !== undefined) throw new Error(`migration ${name}/${wrong}: name it NNNN_title.sql`);
    return files.map((file) => {
      const text = readFileSync(new URL(file, migrations), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { name: `${name}/${file.slice(0, -4)}`, text, checksum };
    });
  });
}

function toMigration(file: MigrationFile): Migration {
  return {
    up: async (db: Kysely<MigrationTables>) => {
      await sql.raw(file.text).execute(db);
      await db
        .insertInto('platform_migration_checksum')
        .values({ name: file.name, checksum: file.checksum })
        .execute();
    },
  };
}

/** Refuses a database that this program does not understand: from a newer program, or of another history. */
async function checkHistory(db: Kysely<MigrationTables>, files: readonly MigrationFile[]): Promise<void> {
  const known = new Map(files.map((file) => [file.name, file.checksum]));
  const applied = await db.selectFrom('platform_migration_checksum').selectAll().orderBy('name').execute();
  const unknown = applied.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new Error(
      `the database was written by a newer version of fanzha (it has ${unknown.slice(0, 5).join(', ')}): ` +
        'start that version, or restore the backup made before the upgrade',
    );
  }
  const changed = applied
    .filter(({ name, checksum }) => known.get(name) !== checksum)
    .map(({ name }) => name);
  if (changed.length > 0) {
    throw new Error(
      `migration ${changed.slice(0, 5).join(', ')} was changed after it ran on this database: ` +
        'restore the file as it was and put the change into a new migration',
    );
  }
}

/**
 * Brings the database to the state this program needs: every `NNNN_title.sql` of every source runs once, all that are
 * due in one transaction, under a lock, so that two programs may start at once. Sources run in name order of
 * `<source>/<file>`; a migration must rest on tables of its own source only. Throws with a message for the operator.
 */
export async function migrate(url: string, sources: readonly MigrationSource[], log: Logger): Promise<void> {
  const files = readMigrations(sources);
  const db = openPool(
    { url, size: 2, applicationName: 'fanzha-migrate', statementTimeoutMs: 0 },
    log,
  ) as Kysely<MigrationTables>;
  try {
    const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
    const schema = rows[0]?.name;
    if (schema === undefined || schema === null)
      throw new Error('the database user has no schema to write to');
    await db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.migration', 0))`.execute(trx);
      await sql`create table if not exists platform_migration_checksum (
        name text primary key, checksum text not null)`.execute(trx);
    });
    await checkHistory(db, files);
    const migrator = new Migrator({
      db,
      provider: {
        getMigrations: async () => Object.fromEntries(files.map((file) => [file.name, toMigration(file)])),
      },
      migrationTableName: 'platform_migration',
      migrationLockTableName: 'platform_migration_lock',
      migrationTableSchema: schema,
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    const failed = results?.find(({ status }) => status === 'Error');
    if (error !== undefined) {
      const place = failed === undefined ? '' : ` ${failed.migrationName}`;
      throw new Error(`migration${place} failed: ${(error as Error).message}`, { cause: error });
    }
    const done = results?.map(({ migrationName }) => migrationName) ?? [];
    if (done.length > 0) log.info({ migrations: done }, 'database migrated');
  } finally {
    await db.destroy();
  }
}
