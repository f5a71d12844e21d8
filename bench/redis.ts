import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Redis of our own on a Unix socket, spoken to in whole pipelines: just enough to compare with. */
export class BenchRedis {
  readonly #server: ChildProcess;
  readonly #folder: string;
  readonly #socket: Socket;
  #received = '';
  #waiting: { replies: number; done: (lines: string[]) => void } | undefined;

  private constructor(server: ChildProcess, folder: string, socket: Socket) {
    this.#server = server;
    this.#folder = folder;
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#settle();
    });
  }

  /** Starts a server; undefined when the machine has none. */
  static async start(): Promise<BenchRedis | undefined> {
    const folder = mkdtempSync(join(tmpdir(), 'fanzha-redis-'));
    const path = join(folder, 'socket');
    const options = [
      '--port',
      '0',
      '--unixsocket',
      path,
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
    ];
    const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ready = new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false));
      server.on('exit', () => resolve(false));
      server.stdout?.on('data', (text: Buffer) => {
        if (text.includes('ready to accept connections')) resolve(true);
      });
    });
    if (!(await ready)) {
      rmSync(folder, { recursive: true });
      return undefined;
    }
    const socket = createConnection(path);
    await once(socket, 'connect');
    return new BenchRedis(server, folder, socket);
  }

  /** Sends commands at once; resolves with the reply lines. Every reply must be a status, a number or a bulk. */
  pipeline(commands: readonly (readonly (string | number)[])[]): Promise<string[]> {
    const text = commands
      .map((parts) => `*${parts.length}\r\n${parts.map((part) => bulk(String(part))).join('')}`)
      .join('');
    return new Promise((done) => {
      this.#waiting = { replies: commands.length, done };
      this.#socket.write(text);
    });
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    const exited = once(this.#server, 'exit');
    this.#server.kill();
    await exited;
    rmSync(this.#folder, { recursive: true });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || !this.#received.endsWith('\r\n')) return;
    const lines = this.#received.split('\r\n').slice(0, -1);
    const replies = lines.filter((_, index) => !lines[index - 1]?.startsWith('$'));
    if (replies.length < waiting.replies) return;
    if (lines.at(-1)?.startsWith('$') === true) return;
    this.#waiting = undefined;
    this.#received = '';
    waiting.done(lines);
  }
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}
