import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { afterAll, inject } from 'vitest';
import { type MigrationSource, migrate } from '../db/migrations.ts';
import { openPool } from '../db/pool.ts';
import { silentLogger } from '../log/log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the cluster of this test run. */
    testDatabaseUrl: string;
  }
}

/** A schema of its own on the run's PostgreSQL. */
export interface TestDatabase {
  readonly db: Kysely<unknown>;
  /** Connection string whose search path is this schema: for child processes and libraries. */
  readonly url: string;
  readonly schema: string;
}

/**
 * Makes a schema for this test file with the migrations of `sources` (rooms, or parts of the platform) applied.
 * Call it at the top of a file or in `beforeAll`, never in a test.
 */
export async function testDatabase(...sources: MigrationSource[]): Promise<TestDatabase> {
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const base = inject('testDatabaseUrl');
  const url = new URL(base);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const owner = openPool({ url: base, size: 1, applicationName: 'fanzha-test-owner' }, silentLogger);
  await sql`create schema ${sql.id(schema)}`.execute(owner);
  await owner.destroy();
  await migrate(url.href, sources, silentLogger);
  const db = openPool({ url: url.href, size: 5, applicationName: 'fanzha-test' }, silentLogger);
  // The schema goes with the run's cluster: migrations of other files look at all schemas, and one that goes meanwhile
  // makes them fail.
  afterAll(() => db.destroy());
  return { db, url: url.href, schema };
}
