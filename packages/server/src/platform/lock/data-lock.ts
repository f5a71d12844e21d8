import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import { processPlace, processStart } from './process-identity.ts';

const HEARTBEAT_MS = 5000;
/** A holder on another machine or in another container is taken for dead after this long without a heartbeat. */
const SILENT_FOR_MS = 20_000;
const HALF_WRITTEN_MS = 1000;
const LOOK_EVERY_MS = 500;
/** Taking over a stale lock is a matter of microseconds: a guard older than this was left by a killed program. */
const GUARD_STALE_MS = 10_000;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly started: string;
  readonly place: string;
  /** RFC 3339 time at which it took the lock. */
  readonly since: string;
}

/** The data folder is in use by another process. */
export class DataFolderBusy extends Error {
  readonly pid: number;
  readonly since: string;
  /** The holder is on another machine or in another container: its number means nothing here. */
  readonly elsewhere: boolean;
  constructor(folder: string, holder: Holder, elsewhere: boolean) {
    const where = elsewhere ? ` on ${holder.place.split(' ')[0]}` : '';
    super(
      `数据目录正被使用 / the data folder ${folder} is in use by process ${holder.pid}${where} since ${holder.since}: ` +
        'stop it, or give this one another folder (--data, FANZHA_DATA)',
    );
    this.name = 'DataFolderBusy';
    this.pid = holder.pid;
    this.since = holder.since;
    this.elsewhere = elsewhere;
  }
}

export interface DataLock {
  release(): void;
}

export interface DataLockOptions {
  readonly clock: Clock;
  /** Called when another process has taken the folder, which happens only after this one stood still for long. */
  readonly onLost: () => void;
  /** Called when it takes seconds to see whether a holder elsewhere is alive. */
  readonly onWait?: (holder: { readonly pid: number; readonly place: string }) => void;
  /** Milliseconds without heartbeat after which a holder elsewhere is dead; for tests. */
  readonly silentForMs?: number;
}

function readHolder(path: string): Holder | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    const { token, pid, started, place, since } = value;
    if (typeof token !== 'string' || typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return { token, pid, started, place: String(place), since: String(since) };
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}

/** Creates a file that is there with its whole content or not at all; false when the name is taken. */
function createWhole(path: string, content: string): boolean {
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return createExclusive(path, content, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** For file systems without hard links. */
function createExclusive(path: string, content: string, linkError: unknown): boolean {
  if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK'].includes(String(codeOf(linkError))))
    throw linkError;
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function modifiedAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Milliseconds since a file was written, by the clock of the file system itself. */
function ageOf(path: string): number {
  const probe = `${path}.${randomUUID()}`;
  writeFileSync(probe, '', { flag: 'wx' });
  try {
    return (modifiedAt(probe) ?? 0) - (modifiedAt(path) ?? 0);
  } finally {
    unlinkSync(probe);
  }
}

async function isSilent(path: string, silentForMs: number): Promise<boolean> {
  if (ageOf(path) >= silentForMs) return true;
  const before = modifiedAt(path);
  const until = performance.now() + silentForMs;
  while (performance.now() < until) {
    await pause(Math.min(LOOK_EVERY_MS, silentForMs));
    if (modifiedAt(path) !== before) return false;
  }
  return true;
}

/** Whether the holder is dead. A holder elsewhere cannot be asked for its process: only its heartbeat tells. */
async function isDead(path: string, holder: Holder, options: DataLockOptions): Promise<boolean> {
  if (holder.place === processPlace()) return processStart(holder.pid) !== holder.started;
  options.onWait?.(holder);
  return isSilent(path, options.silentForMs ?? SILENT_FOR_MS);
}

/** Removes the lock of a dead holder. Of several programs that want to, one at a time does, and only that very lock. */
function removeStale(path: string, token: string | undefined): void {
  const guard = `${path}.takeover`;
  if (!createWhole(guard, '')) {
    if (ageOf(guard) > GUARD_STALE_MS) rmSync(guard, { force: true });
    return;
  }
  try {
    if (readHolder(path)?.token === token) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function makeFolder(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { recursive: true, mode });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new Error(
      `数据目录无法使用 / the data folder ${folder} cannot be used (${reason}): choose another (--data, FANZHA_DATA)`,
    );
  }
}

/**
 * Takes the data folder for this process, making the folder when there is none. A lock that a killed process left is
 * taken over. Throws DataFolderBusy when a living process holds it.
 */
export async function lockDataFolder(folder: string, options: DataLockOptions): Promise<DataLock> {
  const data = resolve(folder);
  // Others may pass through to what is theirs (the embedded database runs as another user under root), not look in.
  makeFolder(data, process.geteuid?.() === 0 ? 0o711 : 0o700);
  const path = join(data, 'fanzha.lock');
  const mine: Holder = {
    token: randomUUID(),
    pid: process.pid,
    started: processStart(process.pid) ?? '',
    place: processPlace(),
    since: options.clock.date().toISOString(),
  };
  while (!createWhole(path, JSON.stringify(mine))) {
    const holder = readHolder(path);
    if (holder !== undefined && !(await isDead(path, holder, options))) {
      throw new DataFolderBusy(data, holder, holder.place !== mine.place);
    }
    // Unreadable is stale too, but for the moment in which a file system without hard links writes it.
    if (holder !== undefined || ageOf(path) > HALF_WRITTEN_MS) removeStale(path, holder?.token);
    await pause(5 + Math.random() * 20);
  }
  return keep(path, mine, options);
}

function keep(path: string, mine: Holder, options: DataLockOptions): DataLock {
  const { token } = mine;
  const content = JSON.stringify(mine);
  const beat = setInterval(() => {
    if (readHolder(path)?.token === token) {
      // The same bytes again: the file system sets the time by its own clock, which all who look at it share.
      writeFileSync(path, content, { flag: 'r+' });
      return;
    }
    clearInterval(beat);
    options.onLost();
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    release() {
      clearInterval(beat);
      if (readHolder(path)?.token === token) rmSync(path, { force: true });
    },
  };
}
