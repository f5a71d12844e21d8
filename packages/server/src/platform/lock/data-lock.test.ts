import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../testing/clock.ts';
import { DataFolderBusy, lockDataFolder } from './data-lock.ts';
import { lockAfterOther } from './lock-after-other.ts';

const root = mkdtempSync(join(tmpdir(), 'fanzha-lock-'));
const children: ChildProcess[] = [];
let folder = root;
let next = 0;

const take = (silentForMs?: number) =>
  lockDataFolder(folder, {
    clock: testClock(),
    onLost: () => undefined,
    ...(silentForMs === undefined ? {} : { silentForMs }),
  });

async function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('holder.fixture.ts', import.meta.url)), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const said = await new Promise<string>((done) =>
    child.stdout?.once('data', (text) => done(String(text).trim())),
  );
  return { child, said };
}

function rewrite(change: Record<string, unknown>): void {
  const path = join(folder, 'fanzha.lock');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
}

beforeEach(() => {
  next += 1;
  folder = join(root, String(next));
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

describe('the lock of the data folder', () => {
  it('refuses a second process and names who holds it since when', async () => {
    const { child, said } = await startHolder();
    expect(said).toBe('held');
    const refusal = await take().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataFolderBusy);
    expect((refusal as DataFolderBusy).pid).toBe(child.pid);
    expect((refusal as Error).message).toMatch(/in use by process \d+ since 20\d\d-.*FANZHA_DATA/);
  });

  it('is taken over at once from a process that was killed', async () => {
    const { child } = await startHolder();
    child.kill('SIGKILL');
    await new Promise((done) => child.once('exit', done));
    const lock = await take();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is held by one only when many start at once on a stale lock', async () => {
    await take();
    rewrite({ started: 'another life of this number' });
    const said = (await Promise.all(Array.from({ length: 6 }, startHolder))).map((one) => one.said);
    expect(said.filter((word) => word === 'held')).toHaveLength(1);
    expect(said.filter((word) => word === 'DataFolderBusy')).toHaveLength(5);
  });

  it('is not fooled by a process number that was used again', async () => {
    await take();
    rewrite({ pid: process.ppid });
    await expect(take()).resolves.toBeDefined();
  });

  it('believes the heartbeat of a holder on another machine, and takes over when it stops', async () => {
    const { child } = await startHolder();
    rewrite({ place: 'elsewhere boot namespace' });
    const path = join(folder, 'fanzha.lock');
    const beating = setInterval(() => writeFileSync(path, readFileSync(path), { flag: 'r+' }), 50);
    await expect(take(1000)).rejects.toThrow(/in use by process \d+ on elsewhere/);
    clearInterval(beating);
    child.kill('SIGKILL');
    await expect(take(600)).resolves.toBeDefined();
  });

  it('is handed on to who waits for it, at once when its holder goes, and by force when that hangs', async () => {
    const waits: number[] = [];
    const kills: number[] = [];
    const after = (killAfterMs: number) =>
      lockAfterOther(folder, {
        clock: testClock(),
        killAfterMs,
        onWait: ({ pid }) => waits.push(pid),
        onKill: ({ pid }) => kills.push(pid),
        onLost: () => undefined,
      });
    const first = (await startHolder()).child;
    const waiting = after(60_000);
    await expect.poll(() => waits).toEqual([first.pid]);
    first.kill('SIGKILL');
    (await waiting).release();
    expect(kills).toEqual([]);
    const hanging = (await startHolder()).child;
    hanging.kill('SIGSTOP');
    (await after(100)).release();
    expect(kills).toContain(hanging.pid);
  });

  it('gets past a lock file that makes no sense', async () => {
    const lock = await take();
    lock.release();
    writeFileSync(join(folder, 'fanzha.lock'), '{"pid":');
    await expect(take()).resolves.toBeDefined();
  });

  it('says which setting to change when the folder cannot be one', async () => {
    folder = join(root, 'a-file');
    writeFileSync(folder, '');
    await expect(take()).rejects.toThrow(/a-file cannot be used \(EEXIST\).*FANZHA_DATA/);
  });
});
