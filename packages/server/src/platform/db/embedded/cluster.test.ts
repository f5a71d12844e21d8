import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../log/log.ts';
import { openPool } from '../pool.ts';
import { type Cluster, runningClusterUrl, startCluster } from './cluster.ts';
import { isAlive } from './postmaster-file.ts';

const root = mkdtempSync(join(tmpdir(), 'fanzha-cluster-'));
chmodSync(root, 0o711);
// A space, another script, and longer than any socket path may be.
const data = join(root, `数据 folder ${'long '.repeat(25)}`.trim(), 'deep');
mkdirSync(data, { recursive: true, mode: 0o711 });

let cluster: Cluster | undefined;
let pools: { destroy(): Promise<void> }[] = [];
const owners: ChildProcess[] = [];

async function start(): Promise<Cluster> {
  cluster = await startCluster({ data, log: silentLogger });
  return cluster;
}

function connect(url: string) {
  const pool = openPool({ url, size: 3, applicationName: 'test' }, silentLogger);
  pools.push(pool);
  return pool;
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + ms;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

/** Starts a program of its own that owns the cluster; resolves to the pid of its server. */
async function startOwner(): Promise<{ owner: ChildProcess; server: number }> {
  const owner = spawn(process.execPath, [fileURLToPath(new URL('owner.fixture.ts', import.meta.url)), data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(owner);
  const line = await new Promise<string>((done) =>
    owner.stdout?.once('data', (chunk) => done(String(chunk))),
  );
  return { owner, server: Number(line) };
}

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.destroy()));
  pools = [];
  await cluster?.stop();
  cluster = undefined;
});

afterAll(() => {
  for (const owner of owners) owner.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('is set up in a long path with spaces, syncs to disk, opens no port and keeps its data', async () => {
    const first = await start();
    const db = connect(first.url);
    await sql`create table note (n int)`.execute(db);
    await sql`insert into note values (7)`.execute(db);
    const { rows } =
      await sql`select current_setting('fsync') as fsync, current_setting('listen_addresses') as tcp,
      current_setting('server_encoding') as encoding, lower('ÄÖ') as lower`.execute(db);
    expect(rows).toEqual([{ fsync: 'on', tcp: '', encoding: 'UTF8', lower: 'äö' }]);
    await first.stop();
    const again = connect((await start()).url);
    expect((await sql`select n from note`.execute(again)).rows).toEqual([{ n: 7 }]);
    expect(readdirSync(data).filter((name) => name.startsWith('postgres.new'))).toEqual([]);
  });

  it('refuses a connection without the password', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(sql`select 1`.execute(connect(wrong.href))).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('comes back by itself after kill -9 of the server, with everything that was committed', async () => {
    const running = await start();
    const db = connect(running.url);
    await sql`insert into note values (8)`.execute(db);
    const before = running.pid() ?? 0;
    process.kill(before, 'SIGKILL');
    const rows = await within(30_000, async () => {
      if (running.pid() === before) throw new Error('not yet started again');
      return (await sql`select n from note where n = 8`.execute(db)).rows;
    });
    expect(rows).toEqual([{ n: 8 }]);
  });

  it('loses only the query of a connection whose server process was killed', async () => {
    const running = await start();
    const db = connect(running.url);
    const victim = db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
      await sql`select pg_sleep(5)`.execute(trx);
    });
    await expect(victim).rejects.toThrow();
    const { rows } = await within(30_000, () => sql`select 1 as one`.execute(db));
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('stops the server that a killed owner left behind, and finds its data', async () => {
    const { owner, server } = await startOwner();
    const db = connect(runningClusterUrl(data) ?? '');
    await sql`insert into note values (9)`.execute(db);
    owner.kill('SIGKILL');
    await new Promise((done) => owner.once('exit', done));
    expect(isAlive(server)).toBe(true);
    const running = await start();
    expect(isAlive(server)).toBe(false);
    expect(running.pid()).not.toBe(server);
    const { rows } = await sql`select n from note where n = 9`.execute(connect(running.url));
    expect(rows).toEqual([{ n: 9 }]);
  });

  it('starts when owner and server were killed together', async () => {
    const { owner, server } = await startOwner();
    owner.kill('SIGKILL');
    process.kill(server, 'SIGKILL');
    await within(5000, async () => expect(runningClusterUrl(data)).toBeUndefined());
    const { rows } = await sql`select count(*) as n from note`.execute(connect((await start()).url));
    expect(rows).toEqual([{ n: 3 }]);
  });
});
