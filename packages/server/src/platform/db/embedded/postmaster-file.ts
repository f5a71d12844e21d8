import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What `postmaster.pid` says about the server that runs, or ran, on a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
}

const HAS_PROC = existsSync('/proc/self/cwd');
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;
const WORKER_STOP_MS = 2000;

function commandLine(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

function answersToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** Whether a process runs; one that has ended but was not waited for does not. */
export function isAlive(pid: number): boolean {
  return answersToSignals(pid) && !isZombie(pid);
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
function readPostmaster(pgdata: string): Postmaster | undefined {
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

function workFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** A server works in its cluster's folder; where the system does not tell, its command line names it. */
function serves(pid: number, pgdata: string): boolean {
  if (HAS_PROC) return workFolder(pid) === pgdata;
  const command = commandLine(pid);
  return command.includes('postgres') && command.includes(pgdata);
}

/** Server processes of the cluster (Linux; elsewhere they end by themselves with their server). */
function workers(pgdata: string): number[] {
  if (!HAS_PROC) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && workFolder(pid) === pgdata);
}

/** The server that runs on a cluster now. `pgdata` is a real path, without symbolic links. */
export function findRunning(pgdata: string): Postmaster | undefined {
  const postmaster = readPostmaster(pgdata);
  return postmaster && isAlive(postmaster.pid) && serves(postmaster.pid, pgdata) ? postmaster : undefined;
}

/** Workers of a killed server notice its death at their next step; one that computes on is killed. */
async function endWorkers(pgdata: string): Promise<void> {
  for (const pid of workers(pgdata)) {
    if (await gone(pid, WORKER_STOP_MS)) continue;
    process.kill(pid, 'SIGKILL');
    await gone(pid, IMMEDIATE_STOP_MS);
  }
}

/**
 * Makes way for a new server on a cluster: stops the one that a killed fanzha left behind. The caller holds the data
 * lock, so nobody else needs it. `pgdata` is a real path, without symbolic links. Returns the pid of what was stopped.
 *
 * PostgreSQL refuses to start while the number in its pid file answers to signals. The file is removed when that number
 * now belongs to another program, or to a dead process that nobody has waited for (a container without an init).
 */
export async function stopOrphan(pgdata: string): Promise<number | undefined> {
  const postmaster = readPostmaster(pgdata);
  if (postmaster === undefined) return undefined;
  const { pid } = postmaster;
  const ours = isAlive(pid) && serves(pid, pgdata);
  if (ours) await stopPostmaster(pid);
  await endWorkers(pgdata);
  if (answersToSignals(pid)) rmSync(join(pgdata, 'postmaster.pid'), { force: true });
  return ours ? pid : undefined;
}
