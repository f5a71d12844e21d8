import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { eventInvalid } from '@fanzha/contract';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError, createMetrics, silentLogger } from '../../platform/index.ts';
import type { ScreenedCall } from './call-screening.service.ts';
import { type EvapiAnswer, encodeAnswer } from './evapi.model.ts';
import { createEvapi, type Evapi } from './evapi.service.ts';
import { NetstringReader, netstring } from './netstring.model.ts';

/** The listening side of an evapi, as a proxy has it. */
class ProxySide {
  readonly server: Server;
  readonly answers: EvapiAnswer[] = [];
  connections = 0;
  #socket: Socket | undefined;

  constructor() {
    this.server = createServer((socket) => {
      this.connections += 1;
      this.#socket = socket;
      const reader = new NetstringReader(100_000);
      socket.on('data', (chunk) => {
        for (const each of reader.push(chunk)) this.answers.push(JSON.parse(each.toString()) as EvapiAnswer);
      });
      socket.on('error', () => undefined);
    });
  }

  async listen(port = 0): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as { port: number }).port;
  }

  say(...bytes: readonly (string | Buffer)[]): void {
    for (const each of bytes) this.#socket?.write(each);
  }

  ask(ref: string, call: unknown = { id: ref }): void {
    this.say(netstring(JSON.stringify({ type: 'screen', ref, call })));
  }

  pause(): void {
    this.#socket?.pause();
  }

  hangUp(): void {
    this.#socket?.destroy();
  }

  close(): void {
    this.server.close();
    this.hangUp();
  }
}

const open: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

const allow = (call: unknown): ScreenedCall => ({
  event: (call as { id: string }).id,
  answer: { action: 'allow', decision: 'd', headers: [] },
});

interface Scene {
  readonly screen?: (call: unknown) => Promise<ScreenedCall>;
  readonly end?: (call: unknown) => void;
  readonly proxies?: number;
}

async function scene({
  screen = async (call) => allow(call),
  end = () => undefined,
  proxies = 1,
}: Scene = {}) {
  const sides = Array.from({ length: proxies }, () => new ProxySide());
  const ports = await Promise.all(sides.map((side) => side.listen()));
  for (const side of sides) open.push({ stop: () => side.close() });
  const metrics = createMetrics();
  const evapi = createEvapi({
    proxies: ports.map((port) => `127.0.0.1:${port}`),
    screen,
    end,
    log: silentLogger,
    metrics,
  });
  open.push(evapi);
  evapi.start();
  await connected(evapi);
  const [side, second] = sides;
  if (!side) throw new Error('no proxy');
  const shown = async () => (await metrics.render()).text;
  return { evapi, side, second, ports, shown };
}

const connected = (evapi: Evapi): Promise<void> =>
  vi.waitFor(() => expect(evapi.figures().proxies.every(({ isConnected }) => isConnected)).toBe(true), 8000);

describe('a proxy that asks over evapi', () => {
  it('gets answers in the order in which they are ready, each with its ref', async () => {
    const waiting = new Map<string, (screened: ScreenedCall) => void>();
    const { side, evapi } = await scene({
      screen: (call) => new Promise((resolve) => waiting.set((call as { id: string }).id, resolve)),
    });
    for (let call = 0; call < 3000; call += 1) side.ask(String(call));
    await vi.waitFor(() => expect(evapi.figures().underWay).toBe(3000), 8000);
    for (const id of [...waiting.keys()].reverse()) waiting.get(id)?.(allow({ id }));
    await vi.waitFor(() => expect(side.answers).toHaveLength(3000), 8000);
    expect(side.answers[0]).toEqual({
      ref: '2999',
      event: '2999',
      action: 'allow',
      decision: 'd',
      headers: [],
      headerLines: '',
    });
    expect(side.answers.every(({ ref, event }) => ref === event)).toBe(true);
  });

  it('hears which field is wrong, lets that call go on, and keeps its connection', async () => {
    const fields = [{ field: 'ingress', reason: 'is required' }];
    const { side, shown } = await scene({
      screen: async (call) => {
        if ((call as { id: string }).id === 'bad') throw new AppError(eventInvalid, { fields });
        return allow(call);
      },
    });
    side.ask('bad');
    side.say(
      netstring('{"type":"screen","ref":"no-call"}'),
      netstring('no JSON'),
      netstring('[1]'),
      netstring('{"type":"other","ref":7}'),
    );
    side.say(netstring(Buffer.from([0xff, 0xfe]).toString('latin1')));
    side.ask('good');
    await vi.waitFor(() => expect(side.answers.at(-1)?.ref).toBe('good'));
    expect(side.answers).toHaveLength(3);
    const of = (ref: string) => side.answers.find((answer) => answer.ref === ref);
    expect(of('bad')).toMatchObject({
      action: 'allow',
      degraded: 'invalid',
      errors: fields,
    });
    expect(of('no-call')).toMatchObject({ action: 'allow', errors: [{ field: 'call' }] });
    expect(side.connections).toBe(1);
    expect(await shown()).toContain('fanzha_evapi_messages_total{type="invalid"} 6');
  });

  it('that sends no netstrings is left and served anew', async () => {
    const { side, shown } = await scene();
    side.say('hello');
    await vi.waitFor(() => expect(side.connections).toBe(2), 8000);
    side.ask('a');
    await vi.waitFor(() => expect(side.answers).toHaveLength(1));
    expect(await shown()).toContain('fanzha_evapi_breaks_total{why="framing"} 1');
  });

  it('that goes away is found again, also after a while, and delays no other', async () => {
    const { side, second, ports, evapi } = await scene({ proxies: 2 });
    side.close();
    await vi.waitFor(() => expect(evapi.figures().proxies[0]?.isConnected).toBe(false));
    second?.ask('b');
    await vi.waitFor(() => expect(second?.answers).toHaveLength(1));
    await side.listen(ports[0]);
    await connected(evapi);
    side.ask('a');
    await vi.waitFor(() => expect(side.answers).toHaveLength(1));
  });

  it('that does not read takes no memory and delays no other', { timeout: 20_000 }, async () => {
    const headers = [{ name: 'Call-Info', value: 'x'.repeat(8000) }];
    const { side, second, shown } = await scene({
      proxies: 2,
      screen: async (call) => ({ ...allow(call), answer: { action: 'label', decision: 'd', headers } }),
    });
    side.pause();
    for (let call = 0; call < 4000; call += 1) side.ask(String(call));
    await vi.waitFor(async () => expect(await shown()).toMatch(/answers_dropped_total [1-9]/), 8000);
    second?.ask('b');
    await vi.waitFor(() => expect(second?.answers).toHaveLength(1));
    await vi.waitFor(async () => expect(await shown()).toContain('{why="unread"} 1'), 12_000);
  });

  it('lets calls beyond ten thousand under way go on at once', async () => {
    const { side } = await scene({ screen: () => new Promise(() => undefined) });
    open.pop();
    for (let call = 0; call <= 10_000; call += 1) side.ask(String(call));
    await vi.waitFor(() => expect(side.answers).toHaveLength(1), 8000);
    expect(side.answers[0]).toMatchObject({ ref: '10000', action: 'allow', degraded: 'overload' });
  });

  it('tells ends of calls, and a stop answers what is under way', async () => {
    const ends: unknown[] = [];
    const answer = Promise.withResolvers<ScreenedCall>();
    const { side, evapi } = await scene({ screen: () => answer.promise, end: (call) => ends.push(call) });
    side.say(netstring('{"type":"end","call":{"attempt":"a"}}'));
    side.ask('a');
    await vi.waitFor(() => expect(evapi.figures().underWay).toBe(1));
    const stopped = evapi.stop();
    answer.resolve(allow({ id: 'a' }));
    await stopped;
    await vi.waitFor(() => expect(side.answers).toHaveLength(1));
    expect(ends).toEqual([{ attempt: 'a' }]);
  });
});

/** Kamailio 5.6 loses its buffer when that ends in the length of a message or just before its comma. */
const BUFFER = 32_767;

it('answers survive the buffer of the proxy, wherever it ends', () => {
  const size = fc.integer({ min: 0, max: 2500 });
  fc.assert(
    fc.property(fc.array(size, { minLength: 30, maxLength: 60 }), (sizes) => {
      const frames = sizes.map((length, index) =>
        encodeAnswer({
          ref: String(index),
          event: '',
          action: 'allow',
          decision: '',
          headers: [],
          headerLines: 'x'.repeat(length),
        }),
      );
      let began = 0;
      let end = 0;
      for (const frame of frames) {
        const next = end + frame.length;
        // The buffer begins with the first message that did not fit into the last one.
        if (next - began > BUFFER) {
          const cut = began + BUFFER - end;
          expect(cut === 0 || (cut > frame.indexOf(':') && cut < frame.length - 1)).toBe(true);
          began = end;
        }
        end = next;
      }
    }),
  );
});
