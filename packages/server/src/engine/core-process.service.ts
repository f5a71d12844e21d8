import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { connectWire, type WireClient } from '../platform/index.ts';

/** File descriptors of the connections in the deciding process. */
const CALLS_FD = 3;
const STREAMS_FD = 4;

/** A deciding process of ours; `closed` resolves when it has ended. */
export interface CoreProcess extends WireClient {
  /** Ends it at once: what is acknowledged is written already. */
  kill(): void;
}

/** What a deciding process is asked: streams have a connection of their own, so that no call waits behind their bytes. */
export interface CoreConnections {
  readonly calls: Duplex;
  readonly streams: Duplex;
}

/**
 * Starts a deciding process and connects to it over sockets that nobody else can reach. It ends when these
 * do, so that it never outlives the process that started it.
 */
export async function startCoreProcess(
  program: URL,
  args: readonly string[],
  onNews: (name: string, news: unknown) => void,
): Promise<CoreProcess> {
  const child = spawn(process.execPath, [...process.execArgv, ...EXEC, fileURLToPath(program), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const started = Promise.withResolvers<void>();
  child.once('spawn', () => started.resolve());
  child.once('error', (error) => started.reject(error));
  await started.promise;
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  const calls = connectWire(child.stdio[CALLS_FD] as Duplex, onNews);
  const streams = connectWire(child.stdio[STREAMS_FD] as Duplex, () => undefined);
  const close = (): void => {
    calls.close();
    streams.close();
  };
  // One without the other is of no use.
  void Promise.race([calls.closed, streams.closed]).then(close);
  return {
    call: (name, args) => calls.call(name, args),
    stream: (name, args, input, signal) => streams.stream(name, args, input, signal),
    close,
    kill: () => void child.kill('SIGKILL'),
    closed: Promise.all([calls.closed, streams.closed, ended.promise]).then(() => undefined),
  };
}

/** Young objects die before they are looked at, and half-spaces larger than the heap may grow make V8 mark without end. */
const EXEC = ['--max-semi-space-size=32'];

/** The connections of a deciding process with the one that started it. */
export function parentConnections(): CoreConnections {
  const connect = (fd: number): Duplex => new Socket({ fd, readable: true, writable: true });
  return { calls: connect(CALLS_FD), streams: connect(STREAMS_FD) };
}
