import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SHIPPED = fileURLToPath(new URL('../deploy/kamailio/', import.meta.url));
const UP_WITHIN_MS = 10_000;

/** A port of this machine that is free for UDP and TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const socket = createSocket('udp4');
    const isFree = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

/** Lines of `fanzha-local.cfg` that differ from the shipped ones. */
export type LocalSetting = Readonly<Record<string, string | number>>;

export interface ProxyPorts {
  readonly sip: number;
  readonly onward: number;
  readonly evapi: number;
}

/** The shipped configuration in a real Kamailio on loopback. */
export class Kamailio {
  readonly ports: ProxyPorts;
  readonly #folder = mkdtempSync(join(tmpdir(), 'fanzha-kamailio-'));
  readonly #config: string;
  #child: ChildProcess | undefined;
  #log = '';

  constructor(config: 'fanzha-evapi.cfg' | 'fanzha-http.cfg', ports: ProxyPorts, setting: LocalSetting = {}) {
    this.#config = config;
    this.ports = ports;
    cpSync(SHIPPED, this.#folder, { recursive: true });
    const local: LocalSetting = {
      SIP_LISTEN: `udp:127.0.0.1:${ports.sip}`,
      ONWARD: `"sip:127.0.0.1:${ports.onward}"`,
      EVAPI_LISTEN: `"127.0.0.1:${ports.evapi}"`,
      ...setting,
    };
    const path = join(this.#folder, 'fanzha-local.cfg');
    const text = readFileSync(path, 'utf8').replace(/^#!define (\w+) .*$/gm, (line, name: string) =>
      local[name] === undefined ? line : `#!define ${name} ${local[name]}`,
    );
    writeFileSync(path, text);
  }

  /** The last that it said. */
  get log(): string {
    return this.#log;
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const folder = this.#folder;
    const memory = ['-m', '1024', '-M', '16'];
    const child = spawn(
      'kamailio',
      ['-f', join(folder, this.#config), '-DD', '-E', '-Y', folder, ...memory],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.#log = `${this.#log}${chunk}`.slice(-20_000);
    });
    const until = performance.now() + UP_WITHIN_MS;
    while (!(await answersOptions(this.ports.sip))) {
      if (child.exitCode !== null || performance.now() > until)
        throw new Error(`Kamailio did not come up:\n${this.#log}`);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answersOptions(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const own = socket.address().port;
  const request = [
    `OPTIONS sip:ping@127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK-up-${own};rport`,
    'Max-Forwards: 5',
    `From: <sip:up@127.0.0.1:${own}>;tag=${own}`,
    `To: <sip:ping@127.0.0.1:${port}>`,
    `Call-ID: up-${own}@127.0.0.1`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const answered = new Promise<boolean>((resolve) => socket.once('message', () => resolve(true)));
  socket.send(request, port, '127.0.0.1');
  const isUp = await Promise.race([answered, pause(200).then(() => false)]);
  socket.close();
  return isUp;
}

export interface SippRun {
  /** Calls that went as the scenario says. */
  readonly succeeded: number;
  readonly failed: number;
  /** Every message sent and received, as text. */
  readonly messages: string;
  /** Milliseconds from a request to its answer, call by call, where the scenario measures them. */
  readonly millis: readonly number[];
}

export interface SippOptions {
  readonly scenario: string;
  readonly port: number;
  /** Own address: of the trunk that it is; 127.0.0.1 unless told. */
  readonly address?: string;
  /** Where to: `host:port`; absent for a side that is called. */
  readonly to?: string;
  readonly calls: number;
  readonly perSecond?: number;
  /** Called number. */
  readonly service?: string;
  readonly keys?: Readonly<Record<string, string>>;
  /** Callers, one a call, in turn: `[field0]` of the scenario. */
  readonly callers?: readonly string[];
  readonly trace?: boolean;
  readonly seconds?: number;
}

/** One end of calls: SIPp with a scenario. */
export class Sipp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fanzha-sipp-'));
  readonly #child: ChildProcess;
  readonly #trace: boolean;
  #said = '';

  constructor(options: SippOptions) {
    const { scenario, port, address = '127.0.0.1', to, calls, service, keys = {} } = options;
    const { perSecond = 10, trace = true, seconds = 30, callers } = options;
    if (callers) writeFileSync(join(this.#folder, 'callers.csv'), ['SEQUENTIAL', ...callers, ''].join('\n'));
    this.#trace = trace;
    writeFileSync(join(this.#folder, 'scenario.xml'), scenario);
    const args = [
      ...(to === undefined ? [] : [to]),
      ...['-sf', 'scenario.xml', '-i', address, '-p', String(port), '-m', String(calls)],
      ...['-r', String(perSecond), '-l', String(Math.max(calls, 1)), '-timeout', `${seconds}s`],
      ...[
        '-nostdin',
        '-trace_stat',
        '-stf',
        'stat.csv',
        '-fd',
        '1',
        '-buff_size',
        '1048576',
        '-max_socket',
        '100',
      ],
      ...['-trace_rtt', '-rtt_freq', '1'],
      ...(trace ? ['-trace_msg', '-message_file', 'messages.log'] : []),
      ...(service === undefined ? [] : ['-s', service]),
      ...(callers === undefined ? [] : ['-inf', 'callers.csv']),
      ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
    ];
    this.#child = spawn('sipp', args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const output of [this.#child.stdout, this.#child.stderr])
      output?.on('data', (chunk) => {
        this.#said = `${this.#said}${chunk}`.slice(-4000);
      });
  }

  /** Waits for the last call and gives what came of them. */
  async done(): Promise<SippRun> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#result();
  }

  /** Ends it at once. */
  async end(): Promise<SippRun> {
    this.#child.kill('SIGKILL');
    return this.done();
  }

  remove(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #result(): SippRun {
    const figures = columns(this.#read('stat.csv'));
    const rtt = readdirSync(this.#folder).find((name) => name.endsWith('_rtt.csv'));
    const times = rtt === undefined ? '' : this.#read(rtt);
    const messages = this.#trace ? this.#read('messages.log') : '';
    if (figures.size === 0) throw new Error(`SIPp gave no figures:\n${this.#said}`);
    return {
      succeeded: figures.get('SuccessfulCall(C)') ?? 0,
      failed: figures.get('FailedCall(C)') ?? 0,
      messages,
      millis: times
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => Number(line.split(';')[1])),
    };
  }

  #read(name: string): string {
    const path = join(this.#folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

/** The last row of SIPp's statistics by the names of its columns. */
function columns(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.at(-1)?.split(';') ?? [];
  if (lines.length < 2) return new Map();
  return new Map(names.map((name, index) => [name, Number(values[index])]));
}
