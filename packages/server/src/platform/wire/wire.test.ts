import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { eventInvalid } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { silentLogger } from '../log/log.ts';
import { WINDOW_BYTES } from './flow.ts';
import { encodeFrame, FrameSplitter, WireError, type WireFrame } from './wire.model.ts';
import { connectWire, WireLost } from './wire-client.ts';
import { serveWire, type WireService } from './wire-server.ts';

const never = new AbortController().signal;

/** Two ends of a real socket. */
async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(mkdtempSync(join(tmpdir(), 'fanzha-wire-')), 's');
  const listener = createServer().listen(path);
  await once(listener, 'listening');
  const ours = connect(path);
  const [theirs] = (await once(listener, 'connection')) as [Socket];
  listener.close();
  return [ours, theirs];
}

async function pair(service: Partial<WireService>) {
  const [ours, theirs] = await socketPair();
  const news: unknown[] = [];
  const server = serveWire(theirs, { calls: {}, streams: {}, ...service }, silentLogger);
  const client = connectWire(ours, (name, what) => news.push([name, what]));
  return { client, server, news, cut: () => theirs.destroy() };
}

async function read(parts: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const part of parts) text += Buffer.from(part).toString();
  return text;
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('frames', () => {
  it('come out as they went in, however the bytes are cut', () => {
    const frame = fc.record({
      type: fc.constantFrom('call' as const, 'data' as const, 'news' as const),
      id: fc.nat(),
      payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        (sent, cuts) => {
          const bytes = Buffer.concat(sent.map(({ type, id, payload }) => encodeFrame(type, id, payload)));
          const splitter = new FrameSplitter();
          const found: WireFrame[] = [];
          for (let at = 0; at < bytes.length; ) {
            const end = at + (cuts.next().value as number);
            found.push(...splitter.push(bytes.subarray(at, end)));
            at = end;
          }
          expect(found.map((each) => ({ ...each, payload: [...each.payload] }))).toEqual(
            sent.map((each) => ({ ...each, payload: [...each.payload] })),
          );
        },
      ),
    );
  });

  it('are refused where they are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 200 }), (bytes) => {
        try {
          new FrameSplitter().push(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
    expect(() => new FrameSplitter().push(Buffer.alloc(9, 255))).toThrow(WireError);
  });
});

describe('a call', () => {
  it('is answered, many at once, each with its own', async () => {
    const { client } = await pair({
      calls: {
        late: async (args) => {
          await turn();
          return args;
        },
        now: (args) => args,
      },
    });
    const answers = await Promise.all([
      client.call('late', 1),
      client.call('now', { two: '二' }),
      client.call('late', null),
    ]);
    expect(answers).toEqual([1, { two: '二' }, null]);
  });

  it('fails with what the other process says, fields and all', async () => {
    const fields = [{ field: 'from', reason: 'is missing' }];
    const { client } = await pair({
      calls: {
        refuse: () => {
          throw new AppError(eventInvalid, { fields, retryAfter: 2 });
        },
      },
    });
    await expect(client.call('refuse', {})).rejects.toMatchObject({
      kind: eventInvalid,
      fields,
      retryAfter: 2,
    });
    await expect(client.call('toString', {})).rejects.toThrow('there is no call toString');
  });

  it('fails when the other process is gone, also when it comes later', async () => {
    const { client, cut } = await pair({ calls: { wait: () => new Promise(() => undefined) } });
    const waiting = client.call('wait', {});
    cut();
    await expect(waiting).rejects.toThrow(WireLost);
    await client.closed;
    await expect(client.call('wait', {})).rejects.toThrow(WireLost);
  });
});

describe('a stream', () => {
  const shout: WireService['streams'][string] = async function* (_args, input) {
    for await (const chunk of input) yield Buffer.from(Buffer.from(chunk).toString().toUpperCase());
  };

  it('gives back what the other process makes of it, in order', async () => {
    const { client } = await pair({ streams: { shout } });
    const both = await Promise.all([
      read(client.stream('shout', {}, chunks('a', 'b', 'c'), never)),
      read(client.stream('shout', {}, chunks('x', 'y'), never)),
    ]);
    expect(both).toEqual(['ABC', 'XY']);
  });

  it('holds the sender back while nobody reads', async () => {
    let asked = 0;
    const { client } = await pair({
      streams: {
        deaf: async function* (_args, input) {
          for await (const _chunk of input) await new Promise(() => undefined);
          yield '';
        },
      },
    });
    const part = Buffer.alloc(64 * 1024);
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        asked += part.length;
        yield part;
      }
    }
    const stop = new AbortController();
    const reading = read(client.stream('deaf', {}, endless(), stop.signal));
    for (let round = 0; round < 2000; round++) await turn();
    expect(asked).toBeLessThanOrEqual(2 * WINDOW_BYTES);
    stop.abort();
    await expect(reading).resolves.toBe('');
  });

  it('fails when the other process is gone in the middle, and with what its handler throws', async () => {
    const { client, cut } = await pair({
      streams: {
        half: async function* () {
          yield 'one';
          await new Promise(() => undefined);
        },
        broken: async function* () {
          yield 'one';
          throw new Error('no more');
        },
      },
    });
    await expect(read(client.stream('broken', {}, chunks(), never))).rejects.toThrow('no more');
    const half = read(client.stream('half', {}, chunks(), never));
    await turn();
    cut();
    await expect(half).rejects.toThrow(WireLost);
  });
});

describe('news', () => {
  it('arrive without being asked for', async () => {
    const { client, server, news } = await pair({ calls: { sync: () => 1 } });
    server.tell('grown', { end: 7 });
    await client.call('sync', {});
    expect(news).toEqual([['grown', { end: 7 }]]);
  });
});
