import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log/log.ts';
import { testDatabase } from '../testing/database.ts';
import { migrate } from './migrations.ts';

const { db, url } = await testDatabase();
const folder = mkdtempSync(join(tmpdir(), 'fanzha-migrations-'));
const migrations = pathToFileURL(`${folder}/`);
const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const run = (...names: string[]) =>
  migrate(
    url,
    names.map((name) => ({ name, migrations })),
    silentLogger,
  );

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await sql`drop table if exists house, garden, platform_migration, platform_migration_lock,
    platform_migration_checksum`.execute(db);
  mkdirSync(folder);
  file('0001_house.sql', 'create table house (id int primary key);\ninsert into house values (1);');
});

async function houses(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from house`.execute(db);
  return rows[0]?.n ?? -1;
}

describe('migrate', () => {
  it('runs each file once, also when two programs start at the same time', async () => {
    await Promise.all([run('room'), run('room'), run('room')]);
    await run('room');
    expect(await houses()).toBe(1);
  });

  it('runs a file that came later although its name sorts first', async () => {
    await run('room');
    file('0000_garden.sql', 'create table garden (id int);');
    await run('room');
    await expect(sql`select * from garden`.execute(db)).resolves.toBeDefined();
  });

  it('refuses a file that was changed after it ran, and names it', async () => {
    await run('room');
    file('0001_house.sql', 'create table house (id bigint primary key);');
    await expect(run('room')).rejects.toThrow(/room\/0001_house was changed after it ran/);
  });

  it('refuses a database that a newer program wrote', async () => {
    file('0002_later.sql', 'create table garden (id int);');
    await run('room');
    rmSync(join(folder, '0002_later.sql'));
    await expect(run('room')).rejects.toThrow(/newer version of fanzha \(it has room\/0002_later\)/);
  });

  it('leaves nothing behind when one of several fails, and runs all when it is mended', async () => {
    file('0002_broken.sql', 'create table garden (id int); insert into nowhere values (1);');
    await expect(run('room')).rejects.toThrow(/migration room\/0002_broken failed: .*nowhere/);
    await expect(houses()).rejects.toThrow(/house/);
    file('0002_broken.sql', 'create table garden (id int);');
    await run('room');
    expect(await houses()).toBe(1);
  });

  it('refuses a file name that has no place in the order', async () => {
    file('house.sql', 'select 1');
    await expect(run('room')).rejects.toThrow(/room\/house.sql: name it NNNN_title.sql/);
  });
});
