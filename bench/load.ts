import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A server under load, and the key that may submit events to it. */
export interface Target {
  readonly address: string;
  readonly key: string;
}

/** Callers of the sustained load. */
const CALLERS = 10_000_000;
/** One call in so many is of a kind that a rule speaks about: from abroad. */
const ABROAD_EVERY = 50;

/**
 * Ordinary calls of a country, each with an id of its own, from ten million callers in turn of no order: what a carrier
 * sends all day. One in fifty comes from abroad and gets a label.
 */
export function* ordinaryCalls(prefix: string): Generator<string> {
  for (let call = 0; ; call++) {
    // A full cycle over all callers in an order that no cache can follow (the step has no divisor in common).
    const caller = 13_000_000_000 + ((call * 7_368_787) % CALLERS);
    const callee = 13_000_000_000 + ((call * 3_499_811 + 17) % CALLERS);
    const at = new Date().toISOString();
    const from = call % ABROAD_EVERY === 0 ? `+8190${10_000_000 + (call % 90_000_000)}` : String(caller);
    const ingress = call % ABROAD_EVERY === 0 ? 'international' : 'access';
    yield `{"kind":"call.attempt","id":"${prefix}-${call}","at":"${at}","from":"${from}","to":"${callee}","ingress":"${ingress}","trunk":"t-${call % 40}"}`;
  }
}

const LINES_IN_WRITE = 250;

/** One long stream of events; counts the acknowledgements as they come. */
export class EventStream {
  acknowledged = 0;
  sent = 0;
  readonly #sending: ClientRequest;
  readonly #lines: Generator<string>;
  readonly #ended = Promise.withResolvers<void>();

  constructor({ address, key }: Target, lines: Generator<string>) {
    this.#lines = lines;
    this.#sending = request(`${address}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    });
    this.#sending.on('error', (error) => this.#ended.reject(error));
    this.#sending.on('response', (response) => {
      response.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.acknowledged += 1;
      });
      response.on('end', () => this.#ended.resolve());
      response.on('error', (error) => this.#ended.reject(error));
    });
  }

  /** Sends until `isOver`; at most `ahead` events that are not acknowledged yet are on their way. */
  async run(isOver: () => boolean, ahead: number): Promise<void> {
    while (!isOver()) {
      if (this.sent - this.acknowledged > ahead) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      let text = '';
      for (let line = 0; line < LINES_IN_WRITE; line++) text += `${this.#lines.next().value}\n`;
      this.sent += LINES_IN_WRITE;
      if (!this.#sending.write(text)) await once(this.#sending, 'drain');
    }
    this.#sending.end();
    await this.#ended.promise;
  }
}

/** Inline decisions at a steady rate over connections that stay open; times in microseconds. */
export async function askSteadily(
  { address, key }: Target,
  lines: Generator<string>,
  perSecond: number,
  seconds: number,
): Promise<Float64Array> {
  const { hostname, port } = new URL(address);
  const asked: Asker[] = [];
  for (let index = 0; index < CONNECTIONS; index++) {
    asked.push(new Asker(connect({ host: hostname, port: Number(port), noDelay: true }), hostname, key));
  }
  const total = perSecond * seconds;
  const began = performance.now();
  let sent = 0;
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond));
      for (; sent < due; sent++) asked[sent % CONNECTIONS]?.ask(String(lines.next().value));
      if (sent < total) return;
      clearInterval(tick);
      resolve();
    }, 1);
  });
  const times = await Promise.all(asked.map((each) => each.end()));
  return Float64Array.from(times.flat());
}

const CONNECTIONS = 128;
const HEAD_END = Buffer.from('\r\n\r\n');

/** One connection; a question waits until the one before it was answered. */
class Asker {
  readonly #socket: Socket;
  readonly #head: string;
  readonly #waiting: { readonly text: string; readonly since: number }[] = [];
  readonly #times: number[] = [];
  readonly #done = Promise.withResolvers<void>();
  #received: Buffer = Buffer.alloc(0);
  #asked: number | undefined;
  #ending = false;

  constructor(socket: Socket, host: string, key: string) {
    this.#socket = socket;
    this.#head = `POST /v1/decisions HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: `;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#done.reject(error));
  }

  /** The time counts from now, also while it waits for the connection. */
  ask(text: string): void {
    this.#waiting.push({ text, since: performance.now() });
    this.#next();
  }

  async end(): Promise<number[]> {
    this.#ending = true;
    this.#next();
    await this.#done.promise;
    this.#socket.destroy();
    return this.#times;
  }

  #next(): void {
    if (this.#asked !== undefined) return;
    const next = this.#waiting.shift();
    if (next) {
      this.#asked = next.since;
      this.#socket.write(`${this.#head}${Buffer.byteLength(next.text)}\r\n\r\n${next.text}`);
    } else if (this.#ending) this.#done.resolve();
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = this.#received.indexOf(HEAD_END);
    if (head < 0) return;
    const text = this.#received.toString('latin1', 0, head);
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    if (this.#received.length < head + HEAD_END.length + length) return;
    if (!text.startsWith('HTTP/1.1 200')) this.#done.reject(new Error(text.split('\r\n')[0]));
    this.#received = Buffer.alloc(0);
    this.#times.push((performance.now() - (this.#asked ?? 0)) * 1000);
    this.#asked = undefined;
    this.#next();
  }
}
