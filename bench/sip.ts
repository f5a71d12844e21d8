import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { percentiles, perSecond } from './figures.ts';
import type { Bench, BenchResult } from './result.ts';

const PROGRAM = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const PORT = 25_070;
const CALLS_PER_SECOND = 1000;
const CALLS = 5000;
const WARM_UP = 1000;
const TICK_MS = 5;
/** Answers that come later than this are lost calls. */
const PATIENCE_MS = 3000;

/** A way to send a message; what comes back goes to `onAnswer`. */
interface Wire {
  send(text: string): void;
  close(): void;
}
type Dial = (onAnswer: (text: string) => void) => Promise<Wire>;

const overUdp: Dial = async (onAnswer) => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.on('message', (bytes) => onAnswer(bytes.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { send: (text) => socket.send(text, PORT, '127.0.0.1'), close: () => void socket.close() };
};

const overTcp: Dial = async (onAnswer) => {
  const socket = connect({ port: PORT, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let held = '';
  socket.on('data', (chunk) => {
    const answers = (held + chunk.toString('latin1')).split('\r\n\r\n');
    held = answers.pop() ?? '';
    for (const answer of answers) onAnswer(answer);
  });
  return { send: (text) => void socket.write(text), close: () => void socket.destroy() };
};

/** The real server on a new data folder; calls from abroad are labelled, and every label is signed. */
async function startServer(): Promise<{ process: ChildProcess; data: string }> {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-bench-'));
  const settings = join(data, 'calls.json');
  writeFileSync(settings, JSON.stringify({ sources: [{ network: '127.0.0.1', ingress: 'international' }] }));
  const listen = `udp://127.0.0.1:${PORT},tcp://127.0.0.1:${PORT}`;
  const args = ['serve', '--port', '0', '--data', data, '--call-settings', settings, '--sip-listen', listen];
  args.push('--public-url', 'https://fraud.example');
  const started = spawn(process.execPath, [...process.execArgv, PROGRAM, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let last = '';
  for await (const line of createInterface({ input: started.stderr })) {
    last = line;
    if (!/Fanzha 反诈\s+http/.test(line)) continue;
    started.stderr.resume();
    return { process: started, data };
  }
  throw new Error(`the server did not start: ${last}`);
}

function request(method: string, call: string, tag: string, transport: string): string {
  const lines = [
    `${method} sip:+8613900001111@op.example;user=phone SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1:5060;branch=z9hG4bK${call};rport`,
    `From: <sip:+8131234${call.slice(-4)}@gw.example;user=phone>;tag=${call}`,
    `To: <sip:+8613900001111@op.example;user=phone>${tag}`,
    `Call-ID: ${call}`,
    `CSeq: 1 ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

interface Asked {
  readonly micros: Float64Array;
  readonly labelled: number;
  readonly lost: number;
  readonly perSecond: number;
}

/** Asks about calls at a steady rate, whether answers come or not. */
async function ask(dial: Dial, transport: string, calls: number): Promise<Asked> {
  const sent = new Map<string, number>();
  const micros: number[] = [];
  let labelled = 0;
  const wire = await dial((answer) => {
    const call = /^Call-ID: (.*)\r?$/m.exec(answer)?.[1] ?? '';
    const at = sent.get(call);
    if (at === undefined) return;
    sent.delete(call);
    micros.push((performance.now() - at) * 1000);
    if (answer.includes('ppt=rcd')) labelled += 1;
    wire.send(
      request(
        'ACK',
        call,
        /;tag=\w+(?=\r?$)/m.exec(/^To:.*$/m.exec(answer)?.[0] ?? '')?.[0] ?? '',
        transport,
      ),
    );
  });
  const run = `${transport}-${process.hrtime.bigint().toString(36)}`;
  const began = performance.now();
  for (let next = 0; next < calls; await wait(TICK_MS)) {
    const due = Math.min(calls, ((performance.now() - began) / 1000) * CALLS_PER_SECOND);
    for (; next < due; next += 1) {
      const call = `${run}-${String(next).padStart(6, '0')}`;
      sent.set(call, performance.now());
      wire.send(request('INVITE', call, '', transport));
    }
  }
  const rate = perSecond(calls, began);
  const until = performance.now() + PATIENCE_MS;
  while (sent.size > 0 && performance.now() < until) await wait(10);
  wire.close();
  return { micros: Float64Array.from(micros), labelled, lost: sent.size, perSecond: rate };
}

/** `npm run bench -- sip [--events CALLS]`: the redirect server over UDP and TCP, each call decided, labelled, signed. */
export const sipBench: Bench = async function* (say, { events = CALLS }): AsyncGenerator<BenchResult> {
  const server = await startServer();
  try {
    for (const [transport, dial] of [
      ['UDP', overUdp],
      ['TCP', overTcp],
    ] as const) {
      say(`sip: ${events} calls over ${transport}, ${CALLS_PER_SECOND} a second`);
      await ask(dial, transport, WARM_UP);
      const asked = await ask(dial, transport, events);
      const name = `sip redirect over ${transport}`;
      yield { name: `${name}, offered`, value: asked.perSecond, unit: 'calls/s' };
      yield { name: `${name}, without answer`, value: asked.lost, unit: 'calls' };
      yield { name: `${name}, labelled and signed`, value: asked.labelled, unit: 'calls' };
      yield* percentiles(name, asked.micros);
    }
  } finally {
    const exited = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    await exited;
    rmSync(server.data, { recursive: true, force: true });
  }
};
