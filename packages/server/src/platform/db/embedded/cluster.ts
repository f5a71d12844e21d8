import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../log/log.ts';
import { type Account, chooseAccount } from './account.ts';
import { findRunning, stopOrphan, stopPostmaster } from './postmaster-file.ts';
import { programPath, startProgram } from './program.ts';
import {
  initialise,
  NAME,
  passwordFileOf,
  pgdataOf,
  readOrMakePassword,
  type SetupOptions,
  socketFolder,
} from './setup.ts';

const PORT = 5432;
const LOG_CAP_BYTES = 8 * 1024 * 1024;
/** Recovery after a crash replays at most `max_wal_size` of log, which takes seconds; a slow disk gets more. */
const READY_WITHIN_MS = 120_000;
const FIRST_START_DELAYS_MS = [200, 1000];
const RESTART_DELAYS_MS = [100, 300, 1000, 3000, 10_000];
/** A server that ran this long was healthy: its next failure starts again with the shortest delay. */
const HEALTHY_AFTER_MS = 60_000;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '64',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  jit: 'off',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  timezone: 'UTC',
};
/** For tests: the cluster does not outlive the run, so nothing has to reach the disk. */
const THROWAWAY: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};

export interface ClusterOptions extends SetupOptions {
  readonly log: Logger;
}

/** A PostgreSQL server of our own: no network port, one socket in a folder that only we can enter. */
export interface Cluster {
  readonly url: string;
  /** Process id of the server; changes when it had to be started again. */
  pid(): number | undefined;
  /** Whether the server answers, as far as we know; false while it is being started again. */
  isUp(): boolean;
  /** Ends open transactions and stops the server. */
  stop(): Promise<void>;
}

function urlOf(socketFolder: string, password: string): string {
  return `postgresql://${NAME}:${password}@localhost:${PORT}/${NAME}?host=${encodeURIComponent(socketFolder)}`;
}

/** Address of the server that runs on a data folder now; undefined when none does or none was ever set up. */
export function runningClusterUrl(data: string): string | undefined {
  if (!existsSync(passwordFileOf(data))) return undefined;
  const postmaster = findRunning(join(realpathSync(data), 'postgres'));
  if (postmaster === undefined) return undefined;
  return urlOf(postmaster.socketFolder, readFileSync(passwordFileOf(data), 'utf8').trim());
}

function openLog(data: string): number {
  const path = join(data, 'postgres.log');
  if (existsSync(path) && statSync(path).size > LOG_CAP_BYTES) truncateSync(path);
  return openSync(path, 'a', 0o600);
}

function lastLogLines(data: string): string {
  const lines = readFileSync(join(data, 'postgres.log'), 'utf8').trim().split('\n');
  return lines.slice(-3).join(' ').slice(-600);
}

async function tryConnect(url: string): Promise<boolean> {
  const target = new URL(url);
  target.pathname = '/postgres';
  const client = new pg.Client({ connectionString: target.href, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [NAME]);
    if (rowCount === 0) await client.query(`create database ${NAME}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** One life of the server process. */
interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
}

class RunningCluster implements Cluster {
  readonly url: string;
  readonly #options: ClusterOptions;
  readonly #account: Account;
  readonly #sockets: string;
  #life: Life | undefined;
  #stopping = false;
  #up = false;
  #supervision: Promise<void> = Promise.resolve();

  constructor(options: ClusterOptions, account: Account, sockets: string) {
    this.#options = options;
    this.#account = account;
    this.#sockets = sockets;
    this.url = urlOf(sockets, readOrMakePassword(options.data));
  }

  pid(): number | undefined {
    return this.#life?.child.pid;
  }

  isUp(): boolean {
    return this.#up;
  }

  /** The first start is tried again too: workers of a killed server may need a moment to notice its death. */
  async start(): Promise<void> {
    for (const delay of [...FIRST_START_DELAYS_MS, undefined]) {
      try {
        await this.#launch();
        break;
      } catch (error) {
        await this.#end();
        if (delay === undefined) throw error;
        await pause(delay);
      }
    }
    this.#supervision = this.#supervise();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#end();
    await this.#supervision;
    // A restart may have been under way.
    await this.#end();
    this.#up = false;
    rmSync(this.#sockets, { recursive: true, force: true });
  }

  async #end(): Promise<void> {
    const life = this.#life;
    if (life?.child.pid !== undefined && !life.hasEnded()) await stopPostmaster(life.child.pid);
  }

  #spawn(): Life {
    const settings = {
      ...SETTINGS,
      ...(this.#options.throwaway ? THROWAWAY : {}),
      unix_socket_directories: this.#sockets,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const output = openLog(this.#options.data);
    const child = startProgram(
      this.#account,
      'postgres',
      ['-D', pgdataOf(this.#options.data), ...args],
      output,
    );
    closeSync(output);
    let over = false;
    const ended = new Promise<void>((done) => {
      const end = (): void => {
        over = true;
        done();
      };
      child.once('exit', end);
      child.once('error', end);
    });
    return { child, ended, hasEnded: () => over };
  }

  /** Ends what an earlier life left: the server of a killed fanzha, workers of a killed server, its socket files. */
  async #makeWay(): Promise<void> {
    const orphan = await stopOrphan(pgdataOf(this.#options.data));
    if (orphan !== undefined) {
      this.#options.log.warn({ pid: orphan }, 'stopped a database that a killed fanzha had left');
    }
    for (const name of readdirSync(this.#sockets)) {
      if (name.startsWith('.s.PGSQL.')) rmSync(join(this.#sockets, name), { force: true });
    }
  }

  /** Starts the server and waits until it answers. */
  async #launch(): Promise<void> {
    await this.#makeWay();
    const life = this.#spawn();
    this.#life = life;
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await tryConnect(this.url))) {
      if (life.hasEnded()) throw new Error(`the database did not start: ${lastLogLines(this.#options.data)}`);
      if (performance.now() > until) throw new Error('the database did not answer in time: see postgres.log');
      await Promise.race([pause(30), life.ended]);
    }
    this.#up = true;
  }

  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#stopping) {
      const since = performance.now();
      await this.#life?.ended;
      this.#up = false;
      if (this.#stopping) return;
      if (performance.now() - since > HEALTHY_AFTER_MS) failures = 0;
      const delay = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length - 1)] ?? 0;
      failures += 1;
      this.#options.log.error({ failures, delay }, 'the embedded database ended; starting it again');
      await pause(delay);
      if (this.#stopping) return;
      await this.#launch().catch(async (error: unknown) => {
        this.#options.log.error({ err: error }, 'the embedded database cannot be started');
        await this.#end();
      });
    }
  }
}

/**
 * Starts PostgreSQL on `<data>/postgres`, set up on first use. The caller holds the lock of the data folder. A server
 * left behind by a killed fanzha is stopped first; one that dies while we run is started again. Throws an Error whose
 * message says what to do.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const data = realpathSync(options.data);
  const pgdata = pgdataOf(data);
  const orphan = await stopOrphan(pgdata);
  if (orphan !== undefined)
    options.log.warn({ pid: orphan }, 'stopped a database that a killed fanzha had left');
  const account = chooseAccount(programPath('postgres'), pgdata);
  const sockets = socketFolder(data, account);
  if (!existsSync(pgdata)) await initialise({ ...options, data }, account, sockets);
  const cluster = new RunningCluster({ ...options, data }, account, sockets);
  await cluster.start();
  return cluster;
}
