import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseCdr } from '../packages/server/src/calls/cdr/cdr-parser.service.ts';
import { perSecond } from './figures.ts';
import type { Bench, BenchResult } from './result.ts';

const PROGRAM = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
/** Records; 1 GB of them: `npm run bench -- cdr --events 4700000`. */
const RECORDS = 200_000;
const CALLERS = 1_000_000;
const IN_WRITE = 500;
const LOOK_MS = 250;
const MEGABYTE = 1024 * 1024;

/** A FreeSWITCH record (mod_cdr_csv, template `example`); the same for the same number and time of the last call. */
function record(call: number, total: number, until: number): string {
  const caller = 13_000_000_000 + ((call * 7_368_787) % CALLERS);
  const callee = 13_000_000_000 + ((call * 3_499_811 + 17) % CALLERS);
  const talk = (call * 37) % 5 === 0 ? 0 : (call * 7919) % 600;
  const ring = 3 + (call % 20);
  const start = until - Math.round(((total - call) / total) * 3_000_000) - 700_000;
  const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const answer = talk === 0 ? '' : at(start + ring * 1000);
  const uuid = `00000000-0000-4000-8000-${String(call).padStart(12, '0')}`;
  const cause = talk === 0 ? 'NO_ANSWER' : 'NORMAL_CLEARING';
  return `"","${caller}","${callee}","public","${at(start)}","${answer}","${at(start + (ring + talk) * 1000)}","${ring + talk}","${talk}","${cause}","${uuid}","","acc-${call % 90}","PCMA","PCMA"\n`;
}

async function writeRecords(path: string, records: number): Promise<void> {
  const file = createWriteStream(path);
  const until = Date.now();
  for (let call = 0; call < records; ) {
    let text = '';
    for (let n = 0; n < IN_WRITE && call < records; n += 1) text += record(call++, records, until);
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** Reading alone: bytes to events as JSON lines, in this process. */
async function* parseOnly(path: string, records: number): AsyncGenerator<BenchResult> {
  const start = {
    source: 'bench',
    setting: { format: 'auto' as const },
    zone: 'UTC',
    from: { offset: 0, line: 0 },
    whole: true,
  };
  const began = performance.now();
  let read = 0;
  for await (const batch of parseCdr(createReadStream(path, { highWaterMark: 128 * 1024 }), start)) {
    read += batch.records.length;
  }
  if (read !== records) throw new Error(`${read} records were read instead of ${records}`);
  yield { name: 'cdr: reading alone', value: perSecond(read, began), unit: 'records/s' };
  yield {
    name: 'cdr: reading alone',
    value: perSecond(statSync(path).size / MEGABYTE, began),
    unit: 'MB/s',
  };
}

interface Server {
  readonly process: ChildProcess;
  readonly data: string;
}

async function startServer(): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-bench-'));
  const args = [...process.execArgv, PROGRAM, 'serve', '--port', '0', '--data', data];
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: started.stderr })) {
    if (!/http:\/\/[\d.]+:\d+/.test(line)) continue;
    started.stderr.resume();
    return { process: started, data };
  }
  throw new Error('the server did not start');
}

/** Resident memory in MB: of the serving process, and of those it started but the database. */
function resident(pid: number | undefined): { serving: number; deciding: number } {
  const of = (each: string): number => {
    const status = each === '' ? '' : readFileSync(`/proc/${each}/status`, 'utf8');
    return /Name:\s+postgres/.test(status) ? 0 : Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  };
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return { serving: of(String(pid)), deciding: children.reduce((sum, each) => sum + of(each), 0) };
}

/** The whole way: the real server takes the file in, each event synced to its journal before it is said to be read. */
async function* wholeWay({ process: started, data }: Server, path: string): AsyncGenerator<BenchResult> {
  const setting = join(data, 'setting.json');
  writeFileSync(setting, '{"format":"auto","zone":"UTC","ingress":"access"}');
  const args = ['cdr', 'import', path, '--source', 'bench', '--setting', setting, '--json', '--data', data];
  const importing = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answer = '';
  importing.stdout.on('data', (chunk: Buffer) => {
    answer += chunk.toString('utf8');
  });
  const ended = once(importing, 'exit');
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  const looks: ReturnType<typeof resident>[] = [];
  while (!isOver) {
    looks.push(resident(started.pid));
    await wait(LOOK_MS);
  }
  const { taken, refused, duplicates, perSecond: rate } = JSON.parse(answer) as Record<string, number>;
  if (refused !== 0 || duplicates !== 0) throw new Error(answer);
  yield { name: 'cdr: whole way, records taken', value: taken ?? 0, unit: 'records' };
  yield { name: 'cdr: whole way into the journal, synced', value: rate ?? 0, unit: 'records/s' };
  const half = Math.floor(looks.length / 2);
  for (const part of ['serving', 'deciding'] as const) {
    for (const [when, those] of [
      ['first', looks.slice(0, half)],
      ['second', looks.slice(half)],
    ] as const) {
      const value = Math.max(0, ...those.map((look) => look[part]));
      yield { name: `cdr: memory, ${part} process, ${when} half`, value, unit: 'MB' };
    }
  }
}

/**
 * A file of FreeSWITCH records, made by number: read alone, and taken in by the real server with its own database (two
 * events a record). Memory is that of the serving process with its reading thread, and of the deciding one.
 */
export const cdrBench: Bench = async function* (say, { events: records = RECORDS }) {
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-cdr-'));
  const path = join(folder, 'Master.csv');
  try {
    await writeRecords(path, records);
    say(`${records} records, ${Math.round(statSync(path).size / MEGABYTE)} MB`);
    yield* parseOnly(path, records);
    const server = await startServer();
    try {
      yield* wholeWay(server, path);
    } finally {
      const exited = once(server.process, 'exit');
      server.process.kill('SIGTERM');
      await exited;
      rmSync(server.data, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};
