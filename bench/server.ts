import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentiles, perSecond } from './figures.ts';
import type { Bench } from './result.ts';
import { simulatedEvents } from './traffic.ts';

const PROGRAM = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const EVENTS = 100_000;
const LINES_IN_WRITE = 500;
const INLINE = 1000;

interface Server {
  readonly process: ChildProcess;
  readonly data: string;
  readonly address: string;
  readonly key: string;
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

const headersOf = (server: Server, type: string) => ({
  authorization: `Bearer ${server.key}`,
  'content-type': type,
});

/** Streams all lines over one connection; resolves when the last is acknowledged, with how many were. */
async function stream(server: Server, lines: readonly string[]): Promise<number> {
  const sending = request(`${server.address}/v1/events`, {
    method: 'POST',
    headers: headersOf(server, 'application/x-ndjson'),
  });
  const answered = new Promise<number>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => {
      let acknowledged = 0;
      response.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) acknowledged += 1;
      });
      response.on('end', () => resolve(acknowledged));
      response.on('error', reject);
    });
  });
  for (let first = 0; first < lines.length; first += LINES_IN_WRITE) {
    const part = `${lines.slice(first, first + LINES_IN_WRITE).join('\n')}\n`;
    if (!sending.write(part)) await once(sending, 'drain');
  }
  sending.end();
  return await answered;
}

/** One inline decision; its time in microseconds. */
function decide(server: Server, agent: Agent, event: object): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const asking = request(
      `${server.address}/v1/decisions`,
      { method: 'POST', agent, headers: headersOf(server, 'application/json') },
      (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 200) resolve((performance.now() - began) * 1000);
          else reject(new Error(`an inline decision was answered with ${response.statusCode}`));
        });
      },
    );
    asking.on('error', reject);
    asking.end(JSON.stringify(event));
  });
}

function residentMegabytes({ process: started }: Server): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${started.pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

/** The whole server: acknowledged events a second, and inline decisions beside them and alone. */
export const serverBench: Bench = async function* () {
  const server = await startServer();
  const agent = new Agent({ keepAlive: true });
  try {
    const now = Date.now();
    const events = simulatedEvents(EVENTS + 3 * INLINE, now, ['call.attempt']);
    const inline = events.splice(0, 3 * INLINE);
    const lines = events.map((event) => JSON.stringify(event));
    const ask = async (count: number): Promise<Float64Array> => {
      const micros: number[] = [];
      for (const event of inline.splice(0, count)) {
        micros.push(await decide(server, agent, event));
        await wait(1);
      }
      return Float64Array.from(micros);
    };
    await ask(INLINE);
    yield* percentiles('server: inline decision, alone', await ask(INLINE));
    const began = performance.now();
    const streaming = stream(server, lines);
    let going = true;
    void streaming.finally(() => {
      going = false;
    });
    const beside: number[] = [];
    while (going && inline.length > 0) beside.push(...(await ask(1)));
    const acknowledged = await streaming;
    yield {
      name: 'server: calls acknowledged, synced',
      value: perSecond(acknowledged, began),
      unit: 'events/s',
    };
    yield* percentiles('server: inline decision, beside the stream', Float64Array.from(beside));
    yield { name: 'server: memory after it', value: residentMegabytes(server), unit: 'MB' };
  } finally {
    agent.destroy();
    await stopServer(server);
  }
};
