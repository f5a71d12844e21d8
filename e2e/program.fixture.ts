import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const UP_WITHIN_MS = 120_000;
const SCOPES = ['event:submit', 'decision:read', 'system:read'];

/** Result of one event as the program answers it. */
export interface Answer {
  readonly ok?: boolean;
  readonly id?: string;
  readonly decision?: string;
  readonly code?: string;
  readonly duplicate?: boolean;
}

export type SentEvent = Readonly<Record<string, unknown>> & { readonly id: string };

/** The processes of a running program. */
export interface Processes {
  readonly serving: number;
  readonly engine: number | undefined;
  readonly postmaster: number | undefined;
  readonly backends: readonly number[];
}

/** `fanzha serve` as it is in production: a data folder, its own database, an engine process of its own. */
export class Program {
  readonly data: string;
  address = '';
  #child: ChildProcess | undefined;
  #key = '';
  #log = '';

  constructor(data: string = mkdtempSync(join(tmpdir(), 'fanzha-program-'))) {
    this.data = data;
  }

  /** The last that it said. */
  get log(): string {
    return this.#log;
  }

  /** Starts it and waits until it serves. `wrap` is put before the command. */
  async start(wrap: readonly string[] = [], args: readonly string[] = []): Promise<void> {
    const { FANZHA_DATA: _data, FANZHA_PORT: _port, DATABASE_URL: _url, ...env } = process.env;
    const command = [...wrap, process.execPath, MAIN, 'serve', '--port', '0', '--data', this.data, ...args];
    const child = spawn(command[0] ?? '', command.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const up = Promise.withResolvers<string>();
    const late = setTimeout(() => up.reject(new Error(`it did not come up:\n${this.#log}`)), UP_WITHIN_MS);
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on('line', (line) => {
        this.#log = `${this.#log}${line}\n`.slice(-20_000);
        const address = /Fanzha 反诈\s+(http:\S+)/.exec(line)?.[1];
        if (address !== undefined) up.resolve(address);
      });
    }
    child.once('exit', () => up.reject(new Error(`it ended:\n${this.#log}`)));
    this.address = await up.promise.finally(() => clearTimeout(late));
    if (this.#key === '') this.#key = this.run('key', 'add', 'load', '--scope', ...SCOPES).trim();
  }

  /** Runs a command of the program on its data. */
  run(...args: readonly string[]): string {
    return execFileSync(process.execPath, [MAIN, ...args, '--data', this.data], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the serving process has gone. */
  async gone(): Promise<void> {
    while (this.isRunning) await pause(5);
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    await this.gone();
  }

  /** Ends everything at once and removes the data. */
  async remove(): Promise<void> {
    const { serving, engine, postmaster } = this.processes();
    for (const pid of [engine, postmaster, this.isRunning ? serving : undefined])
      if (pid) kill(pid, 'SIGKILL');
    await this.gone();
    await pause(200);
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }

  processes(): Processes {
    const serving = Number(read(join(this.data, 'fanzha.lock'), (text) => JSON.parse(text).pid));
    const engine = read(join(this.data, 'journal', 'fanzha.lock'), (text) => Number(JSON.parse(text).pid));
    const postmaster = read(join(this.data, 'postgres', 'postmaster.pid'), (text) =>
      Number(text.split('\n')[0]),
    );
    return { serving, engine, postmaster, backends: postmaster === undefined ? [] : childrenOf(postmaster) };
  }

  headers(type = 'application/json'): Record<string, string> {
    return { authorization: `Bearer ${this.#key}`, 'content-type': type };
  }

  async ask<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.address}${path}`, {
      headers: this.headers(),
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Streams events and hears the answers as they come; resolves when the answer ended, broken off or whole. */
  submit(events: readonly SentEvent[], onAnswer: (answer: Answer) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const sending = request(`${this.address}/v1/events`, {
      method: 'POST',
      headers: this.headers('application/x-ndjson'),
    });
    sending.on('error', () => resolve());
    sending.on('close', () => resolve());
    sending.on('response', (response) => {
      response.on('error', () => resolve());
      const lines = createInterface({ input: response });
      lines.on('line', (line) => {
        // A line that a kill tore apart has acknowledged nothing.
        if (line.endsWith('}')) onAnswer(JSON.parse(line) as Answer);
      });
      lines.on('error', () => resolve());
      lines.on('close', () => resolve());
    });
    sending.end(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    return promise;
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

function read<T>(path: string, of: (text: string) => T): T | undefined {
  try {
    return of(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = read(`/proc/${pid}/stat`, (text) => text.slice(text.lastIndexOf(')') + 2).split(' '));
      return Number(stat?.[1]) === parent;
    });
}
