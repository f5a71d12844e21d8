import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Account } from './account.ts';
import { runToEnd, startProgram } from './program.ts';

/** Longest path of a Unix socket that every supported system takes, less the name PostgreSQL adds. */
const MAX_SOCKET_FOLDER = 103 - '/.s.PGSQL.5432.lock'.length;
/** Of the database and of its owner. */
export const NAME = 'fanzha';

export interface SetupOptions {
  /** Data folder of fanzha; the cluster lives in `<data>/postgres`. */
  readonly data: string;
  /** No fsync: only for tests. */
  readonly throwaway?: boolean;
}

export const pgdataOf = (data: string): string => join(resolve(data), 'postgres');
export const passwordFileOf = (data: string): string => join(resolve(data), 'secrets', 'postgres-password');

/** A folder that belongs to the server and that nobody else can enter; its name is the same for the same data. */
export function socketFolder(data: string, account: Account): string {
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

export function readOrMakePassword(data: string): string {
  const path = passwordFileOf(data);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) writeFileSync(path, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
  return readFileSync(path, 'utf8').trim();
}

/** Makes the cluster beside its place and moves it there when it is whole, so that a kill in between costs nothing. */
export async function initialise(options: SetupOptions, account: Account, sockets: string): Promise<void> {
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
    await runToEnd(startProgram(account, 'initdb', args, 'pipe'), 'setting up the database');
    renameSync(fresh, pgdataOf(data));
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}
