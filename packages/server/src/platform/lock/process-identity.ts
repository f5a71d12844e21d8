import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where a process number means something: the same machine, since the same boot, in the same container. */
export function processPlace(): string {
  return [hostname(), bootId(), pidNamespace()].join(' ');
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return sysctl('kern.bootsessionuuid');
  }
}

function sysctl(name: string): string {
  try {
    return run('sysctl', '-n', name);
  } catch {
    return '';
  }
}

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/**
 * When a process began, in the system's own unit: with its number it names one process for good, since numbers are used
 * again. Undefined when there is no such process.
 */
export function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): after the command in parentheses come state (field 3) and, as field 22, the start time in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return process.platform === 'linux' ? undefined : processStartByPs(pid);
  }
}

function processStartByPs(pid: number): string | undefined {
  try {
    return run('ps', '-o', 'lstart=', '-p', String(pid)) || undefined;
  } catch {
    return undefined;
  }
}
