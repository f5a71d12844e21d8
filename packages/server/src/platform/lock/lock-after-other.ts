import { setTimeout as pause } from 'node:timers/promises';
import { DataFolderBusy, type DataLock, type DataLockOptions, lockDataFolder } from './data-lock.ts';

const LOOK_EVERY_MS = 50;

export interface LockAfterOptions extends Omit<DataLockOptions, 'onWait'> {
  /** A holder on this machine that has not gone after so many milliseconds is killed. */
  readonly killAfterMs: number;
  readonly onWait: (holder: { readonly pid: number }) => void;
  readonly onKill: (holder: { readonly pid: number }) => void;
}

/**
 * Takes a folder once its holder has gone: for a process of ours whose holder is an earlier one of the same kind that
 * nobody needs any more. Never throws DataFolderBusy.
 */
export async function lockAfterOther(folder: string, options: LockAfterOptions): Promise<DataLock> {
  const { killAfterMs, onWait, onKill, ...rest } = options;
  const since = performance.now();
  let waitingFor: number | undefined;
  for (;;) {
    try {
      return await lockDataFolder(folder, rest);
    } catch (error) {
      if (!(error instanceof DataFolderBusy)) throw error;
      const { pid, elsewhere } = error;
      if (waitingFor !== pid) onWait({ pid });
      waitingFor = pid;
      if (!elsewhere && performance.now() - since > killAfterMs) {
        onKill({ pid });
        kill(pid);
      }
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** It may have gone in the meantime. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
