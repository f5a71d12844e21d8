import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCluster } from '../db/embedded/cluster.ts';
import { stopOrphan } from '../db/embedded/postmaster-file.ts';
import { silentLogger } from '../log/log.ts';

const PREFIX = 'fanzha-test-run-';

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** Clears what test runs that were killed have left: their servers and folders. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^fanzha-test-run-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isRunning(pid)) continue;
    const folder = join(tmpdir(), name);
    await stopOrphan(join(folder, 'postgres')).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts one PostgreSQL for the whole run and takes it away afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep();
  const data = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // When root runs the tests, the server runs as another user, who has to get through here.
  chmodSync(data, 0o711);
  const cluster = await startCluster({ data, log: silentLogger, throwaway: true });
  project.provide('testDatabaseUrl', cluster.url);
  return async () => {
    await cluster.stop();
    rmSync(data, { recursive: true, force: true });
  };
}
