import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { connectWire, type WireClient } from '../platform/index.ts';

/** File descriptor of the connection in the deciding process. */
const CONNECTION_FD = 3;

/**
 * Starts a deciding process and connects to it over a socket that nobody else can reach. It ends when the connection
 * does, so that it never outlives the process that started it.
 */
export async function startCoreProcess(
  program: URL,
  args: readonly string[],
  onNews: (name: string, news: unknown) => void,
): Promise<WireClient> {
  const child = spawn(process.execPath, [...process.execArgv, ...EXEC, fileURLToPath(program), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const started = Promise.withResolvers<void>();
  child.once('spawn', () => started.resolve());
  child.once('error', (error) => started.reject(error));
  await started.promise;
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  const client = connectWire(child.stdio[CONNECTION_FD] as Duplex, onNews);
  return { ...bound(client), closed: Promise.all([client.closed, ended.promise]).then(() => undefined) };
}

/** Young objects die before they are looked at: an event leaves some kilobytes of them behind. */
const EXEC = ['--max-semi-space-size=64'];

function bound(client: WireClient): Omit<WireClient, 'closed'> {
  return {
    call: (name, args) => client.call(name, args),
    stream: (name, args, input, signal) => client.stream(name, args, input, signal),
    close: () => client.close(),
  };
}

/** The connection of a deciding process with the one that started it. */
export function parentConnection(): Duplex {
  return new Socket({ fd: CONNECTION_FD, readable: true, writable: true });
}
