import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentiles, perSecond } from './figures.ts';
import { askSteadily, EventStream, ordinaryCalls, type Target } from './load.ts';
import type { Bench, BenchResult } from './result.ts';

const PROGRAM = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
/** Ten minutes of a country are 27,600,000: `npm run bench -- server --events 27600000`. */
const EVENTS = 1_000_000;
const WARM_UP = 100_000;
const STREAMS = 2;
/** Events of a stream that may wait for their acknowledgement. */
const AHEAD = 6000;
const INLINE_PER_SECOND = 5000;
const INLINE_SECONDS = 10;
/** Figures of memory during the stream: it rises and falls as ids of some minutes are put away. */
const LOOKS = 60;

interface Server extends Target {
  readonly process: ChildProcess;
  readonly data: string;
}

/** The real server in a process of its own, on a new data folder with its own database, every event synced to disk. */
async function startServer(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-bench-'));
  const started = spawn(
    process.execPath,
    [...process.execArgv, PROGRAM, 'serve', '--port', '0', '--data', data],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  for await (const line of createInterface({ input: started.stderr })) {
    const address = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    if (address === undefined) continue;
    started.stderr.resume();
    const scopes = ['--scope', 'event:submit', '--data', data];
    const key = execFileSync(process.execPath, [PROGRAM, 'key', 'add', 'bench', ...scopes], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { process: started, data, address, key: key.trim() };
  }
  throw new Error('the server did not start');
}

async function stopServer({ process: started, data }: Server): Promise<void> {
  const exited = once(started, 'exit');
  started.kill('SIGTERM');
  await exited;
  rmSync(data, { recursive: true });
}

/** Resident memory of the serving and the deciding process, in MB. */
function residentMegabytes({ process: started }: Server): number {
  const pids = [started.pid, ...childrenOf(started.pid)];
  const megabytes = pids.map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /Name:\s+postgres/.test(status) ? 0 : Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  });
  return megabytes.reduce((sum, each) => sum + each, 0);
}

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Streams so many events; yields rate and memory. */
async function* sustained(server: Server, events: number, prefix: string): AsyncGenerator<BenchResult> {
  const streams = Array.from(
    { length: STREAMS },
    (_, index) => new EventStream(server, ordinaryCalls(`${prefix}-${index}`)),
  );
  const sent = () => streams.reduce((sum, stream) => sum + stream.sent, 0);
  const acknowledged = () => streams.reduce((sum, stream) => sum + stream.acknowledged, 0);
  const memory: number[] = [];
  const began = performance.now();
  const running = Promise.all(streams.map((stream) => stream.run(() => sent() >= events, AHEAD)));
  let isOver = false;
  void running.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if (acknowledged() >= (events / LOOKS) * (memory.length + 1)) memory.push(residentMegabytes(server));
    await wait(20);
  }
  await running;
  yield {
    name: 'server: calls acknowledged, synced',
    value: perSecond(acknowledged(), began),
    unit: 'events/s',
  };
  const half = LOOKS / 2;
  const highest = (looks: readonly number[]): number => Math.max(0, ...looks);
  yield {
    name: 'server: memory, highest in the first half',
    value: highest(memory.slice(0, half)),
    unit: 'MB',
  };
  yield {
    name: 'server: memory, highest in the second half',
    value: highest(memory.slice(half)),
    unit: 'MB',
  };
  yield { name: 'server: memory, at the end', value: residentMegabytes(server), unit: 'MB' };
}

/**
 * The whole server on a new data folder with its own database, every event synced to disk: acknowledged events a second
 * from ten million callers, memory, and inline decisions at a steady rate. The load comes from this process, on the same
 * machine.
 */
export const serverBench: Bench = async function* (_say, { events = EVENTS }) {
  const server = await startServer();
  try {
    for await (const _ of sustained(server, WARM_UP, 'warm-up')) {
      // Figures of the warm-up say nothing.
    }
    yield* sustained(server, events, 'bench');
    const lines = ordinaryCalls('inline');
    await askSteadily(server, lines, INLINE_PER_SECOND / 5, 2);
    const name = `server: inline decision, ${INLINE_PER_SECOND}/s`;
    yield* percentiles(name, await askSteadily(server, lines, INLINE_PER_SECOND, INLINE_SECONDS));
  } finally {
    await stopServer(server);
  }
};
