import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What `postmaster.pid` says about the server that runs, or ran, on a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
}

const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;

function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** A dead child that nobody has waited for yet (a container without an init) still answers to signal 0. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** The server of a cluster as its pid file names it; undefined without a file or when the file makes no sense. */
export function readPostmaster(pgdata: string): Postmaster | undefined {
  const path = join(pgdata, 'postmaster.pid');
  if (!existsSync(path)) return undefined;
  const [pid, , , , socketFolder] = readFileSync(path, 'utf8').split('\n');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return undefined;
  return { pid: number, socketFolder: socketFolder ?? '' };
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    if (!isAlive(pid)) return true;
    await pause(20);
  }
  return !isAlive(pid);
}

/** Stops a running server: open transactions end, data is flushed; if that hangs, a crash stop, which is as safe. */
export async function stopPostmaster(pid: number): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // already gone
    }
  };
  signal('SIGINT');
  if (await gone(pid, FAST_STOP_MS)) return;
  signal('SIGQUIT');
  if (await gone(pid, IMMEDIATE_STOP_MS)) return;
  signal('SIGKILL');
  if (!(await gone(pid, IMMEDIATE_STOP_MS))) throw new Error(`the database process ${pid} does not end`);
}

/**
 * Makes way for a new server on a cluster: stops the one that a killed fanzha left behind. The caller holds the data
 * lock, so nobody else needs it. A pid file whose number now belongs to another program is removed, because PostgreSQL
 * would take that program for its server. Returns the pid of what was stopped.
 */
export async function stopOrphan(pgdata: string): Promise<number | undefined> {
  const postmaster = readPostmaster(pgdata);
  if (postmaster === undefined || !isAlive(postmaster.pid)) return undefined;
  const command = commandLine(postmaster.pid);
  if (!command.includes('postgres') || !command.includes(pgdata)) {
    rmSync(join(pgdata, 'postmaster.pid'), { force: true });
    return undefined;
  }
  await stopPostmaster(postmaster.pid);
  return postmaster.pid;
}
