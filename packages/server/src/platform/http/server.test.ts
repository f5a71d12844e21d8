import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  allProblems,
  decisionsList,
  decisionsLive,
  eventsSubmit,
  overloaded,
  policyGet,
} from '@fanzha/contract';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../audit/audit.ts';
import { AUTH_MIGRATIONS } from '../auth/auth.ts';
import { AppError } from '../errors/app-error.ts';
import { testDatabase } from '../testing/index.ts';
import { contractOperations } from './operations.ts';
import { type Handler, route } from './route.ts';
import { newTestServer } from './server.fixture.ts';
import type { HttpOptions, HttpServer } from './server.ts';

const { db } = await testDatabase(
  { name: 'auth', migrations: AUTH_MIGRATIONS },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
);

const open: HttpServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(options: Partial<HttpOptions> & { handlers?: ReturnType<typeof route>[] } = {}) {
  const made = await newTestServer(db, options);
  open.push(made.server);
  const address = await made.server.listen({ host: '127.0.0.1', port: 0 });
  const key = await made.bearer({ scopes: ['event:submit', 'decision:read', 'policy:read', 'system:read'] });
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}): ClientRequest =>
    request(new URL(path, address), { method, headers: { authorization: key, ...headers } });
  return { ...made, address, key, ask };
}

async function answerOf(asked: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += part;
  return text;
}

const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Answers every chunk with a line; counts what it has read. */
function echo(read: { chunks: number }): Handler<typeof eventsSubmit> {
  return async function* (_ctx, { stream }) {
    for await (const _chunk of stream) {
      read.chunks += 1;
      yield { line: read.chunks, ok: true };
    }
  };
}

describe('streams', () => {
  it('answer JSON lines while the body is still coming', async () => {
    const { ask } = await start({ handlers: [route(eventsSubmit, echo({ chunks: 0 }))] });
    const asked = ask('/v1/events', 'POST', NDJSON);
    asked.write('{"id":1}\n');
    const answer = await answerOf(asked);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    const parts = answer.setEncoding('utf8')[Symbol.asyncIterator]();
    expect((await parts.next()).value).toBe('{"line":1,"ok":true}\n');
    asked.end('{"id":2}\n');
    expect((await parts.next()).value).toBe('{"line":2,"ok":true}\n');
    expect((await parts.next()).done).toBe(true);
  });

  it('take bodies far beyond the limit of a body that is held', async () => {
    const { ask } = await start({ handlers: [route(eventsSubmit, echo({ chunks: 0 }))], bodyLimit: 1000 });
    const asked = ask('/v1/events', 'POST', NDJSON);
    asked.end('x'.repeat(3_000_000));
    const lines = (await textOf(await answerOf(asked))).trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
  });

  it('read no faster than the handler does', async () => {
    let resume = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const slow = route(eventsSubmit, async function* slow(_ctx, { stream }) {
      await gate;
      let bytes = 0;
      for await (const chunk of stream) bytes += chunk.length;
      yield { line: bytes, ok: true };
    });
    const { ask } = await start({ handlers: [slow] });
    const asked = ask('/v1/events', 'POST', NDJSON);
    const part = Buffer.alloc(1 << 20, 'x');
    let sent = 0;
    while (sent < 64 && asked.write(part)) sent += 1;
    const drained = once(asked, 'drain');
    expect(asked.writableNeedDrain).toBe(true);
    resume();
    await drained;
    asked.end();
    expect(JSON.parse(await textOf(await answerOf(asked)))).toMatchObject({ line: (sent + 1) << 20 });
  });

  it('answer a problem when they fail before the first line, and break off when later', async () => {
    let early = true;
    const failing = route(eventsSubmit, async function* failing() {
      if (!early) yield { line: 1, ok: true };
      throw new AppError(overloaded, { retryAfter: 3 });
    });
    const { ask } = await start({ handlers: [failing] });
    const send = async () => {
      const asked = ask('/v1/events', 'POST', NDJSON);
      asked.end('{}\n');
      return answerOf(asked);
    };
    const refused = await send();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '3']);
    expect(JSON.parse(await textOf(refused))).toMatchObject({ code: 'overloaded' });
    early = false;
    await expect(send().then(textOf)).rejects.toThrow('aborted');
  });

  it('of events say that they live, and end with the client', async () => {
    let ended = (): void => undefined;
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const live = route(decisionsLive, async function* live(_ctx, { signal }) {
      await once(signal, 'abort').catch(() => undefined);
      ended();
    });
    const { ask } = await start({ handlers: [live], timeouts: { heartbeatMs: 20 } });
    const asked = ask('/v1/decisions/live');
    asked.end();
    const answer = await answerOf(asked);
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const parts = answer.setEncoding('utf8')[Symbol.asyncIterator]();
    expect((await parts.next()).value).toBe(': connected\n\n');
    expect((await parts.next()).value).toBe(': quiet\n\n');
    asked.on('error', () => undefined).destroy();
    await end;
  });
});

describe('stopping', () => {
  it('finishes what is in flight, ends streams, and takes nothing new', async () => {
    let release = (): void => undefined;
    let entered = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const handlers = [
      route(decisionsList, async () => {
        entered();
        await gate;
        return { items: [] };
      }),
      route(decisionsLive, async function* forever() {
        await new Promise(() => undefined);
      }),
      route(eventsSubmit, echo({ chunks: 0 })),
    ];
    const { server, ask, address } = await start({ handlers });
    const [list, live, events] = [
      ask('/v1/decisions'),
      ask('/v1/decisions/live'),
      ask('/v1/events', 'POST', NDJSON),
    ];
    const answers = [answerOf(list), answerOf(live), answerOf(events)] as const;
    list.end();
    live.end();
    events.write('{}\n');
    await inside;
    const [liveAnswer, eventsAnswer] = [await answers[1], await answers[2]];
    const closing = server.close();
    expect(await textOf(liveAnswer)).toBe(': connected\n\n');
    expect(await textOf(eventsAnswer)).toBe('{"line":1,"ok":true}\n');
    release();
    expect((await answers[0]).statusCode).toBe(200);
    events.on('error', () => undefined);
    await closing;
    await expect(answerOf(request(address).end())).rejects.toThrow('ECONNREFUSED');
  });
});

describe('slow and silent clients', () => {
  it('get 408 while they trickle, and the connection ends', async () => {
    const { address } = await start({ timeouts: { bodyMs: 30 } });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.write(
      'POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
    );
    let text = '';
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"request-timeout"');
  });
});

describe('what every answer carries', () => {
  it('the request id that was asked for when it is harmless, else one that sorts by time', async () => {
    const { server } = await start();
    const idOf = async (id?: string) =>
      (await server.inject({ url: '/livez', headers: id === undefined ? {} : { 'x-request-id': id } }))
        .headers['x-request-id'];
    expect(await idOf('trace-1234.abcd')).toBe('trace-1234.abcd');
    for (const bad of ['short', 'x'.repeat(65), 'a b c d e f g h', '"><script>12345']) {
      expect(await idOf(bad)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
    expect(await idOf()).not.toBe(await idOf());
  });

  it('headers that keep foreign scripts and frames out', async () => {
    const { server } = await start();
    for (const url of ['/', '/v1/setup', '/nothing.txt', '/docs']) {
      const { headers } = await server.inject(url);
      const allowed = url.startsWith('/v1/') ? "default-src 'none'" : "script-src 'self'";
      expect(headers['content-security-policy'], url).toContain(allowed);
      expect(headers['content-security-policy'], url).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });
});

describe('rate limits', () => {
  it('hold back the public, people and keys, but no events by key', async () => {
    const handlers = [route(eventsSubmit, echo({ chunks: 0 })), route(decisionsList, () => ({ items: [] }))];
    const { server, key } = await start({ handlers, limits: { general: 3, signIn: 2 } });
    const codes = async (times: number, options: object): Promise<number[]> => {
      const found: number[] = [];
      for (let n = 0; n < times; n += 1) found.push((await server.inject(options)).statusCode);
      return found;
    };
    const events = {
      method: 'POST',
      url: '/v1/events',
      headers: { authorization: key, ...NDJSON },
      payload: '{}\n',
    };
    expect(await codes(10, events)).toEqual(Array(10).fill(200));
    expect(await codes(4, { url: '/v1/decisions', headers: { authorization: key } })).toEqual([
      200, 200, 200, 429,
    ]);
    const signIn = {
      method: 'POST',
      url: '/v1/session',
      payload: { name: 'x', password: 'x' },
      remoteAddress: '198.51.100.7',
    };
    expect(await codes(3, signIn)).toEqual([401, 401, 429]);
    expect(await codes(4, { url: '/v1/decisions', remoteAddress: '198.51.100.8' })).toEqual([
      401, 401, 401, 429,
    ]);
    const limited = await server.inject({ url: '/v1/decisions', remoteAddress: '198.51.100.8' });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('answers', () => {
  it('are checked against the contract here, so that a handler cannot drift from it', async () => {
    const { server, key } = await start({ handlers: [route(policyGet, () => ({ id: 'x' }) as never)] });
    const answer = await server.inject({ url: '/v1/policy', headers: { authorization: key } });
    expect(answer.json().code).toBe('internal-error');
  });
});

describe('for operators', () => {
  it('live, ready, and not ready', async () => {
    let ready = true;
    const { server } = await start({ isReady: async () => ready });
    expect((await server.inject('/livez')).statusCode).toBe(200);
    expect((await server.inject('/readyz')).statusCode).toBe(200);
    ready = false;
    expect((await server.inject('/readyz')).statusCode).toBe(503);
    expect((await server.inject('/livez')).statusCode).toBe(200);
  });

  it('figures by operation, for this machine or a key that may read them', async () => {
    const { server, key, bearer } = await start({ handlers: [route(decisionsList, () => ({ items: [] }))] });
    await server.inject({ url: '/v1/decisions?subject=13812345678', headers: { authorization: key } });
    await server.inject('/13812345678/secret.txt');
    const text = (await server.inject('/metrics')).body;
    expect(text).toContain(
      'fanzha_http_request_duration_seconds_count{operation="decisions.list",status="200"} 1',
    );
    expect(text).toContain('operation="unmatched",status="404"');
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('13812345678');
    const far = { url: '/metrics', remoteAddress: '198.51.100.7' };
    expect((await server.inject(far)).statusCode).toBe(403);
    const proxied = { url: '/metrics', headers: { 'x-forwarded-for': '198.51.100.7' } };
    expect((await server.inject(proxied)).statusCode).toBe(403);
    expect((await server.inject({ ...far, headers: { authorization: await bearer() } })).statusCode).toBe(
      403,
    );
    expect((await server.inject({ ...far, headers: { authorization: key } })).statusCode).toBe(200);
  });
});

describe('the API description', () => {
  it('names every operation, its problems and its schemas, and every reference leads somewhere', async () => {
    const { server } = await start();
    const answer = await server.inject('/openapi.json');
    const document = answer.json();
    expect(document.openapi).toBe('3.1.0');
    const described = Object.values(document.paths).flatMap((path) =>
      Object.values(path as object).map((operation: { operationId: string }) => operation.operationId),
    );
    expect(described.sort()).toEqual(
      contractOperations()
        .map(({ id }) => id)
        .sort(),
    );
    const references = [...answer.body.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
    expect(Object.keys(document.components.schemas)).toContain('Decision');
    const make = document.paths['/v1/decisions'].post;
    expect(make.summary).toMatch(/Submit one event.*提交/);
    expect(make.responses['409'].description).toContain('event-id-conflict');
    expect(make.security).toEqual([{ key: [] }, { cookie: [], csrf: [] }]);
    expect(document['x-problems']).toHaveLength(allProblems().length);
  });

  it('says what a problem means where its type leads', async () => {
    const { server } = await start();
    const { type } = (await server.inject('/v1/nothing')).json();
    expect((await server.inject(type)).json()).toMatchObject({
      code: 'not-found',
      title: { 'zh-CN': '未找到' },
    });
    expect((await server.inject('/problems/no-such-thing')).statusCode).toBe(404);
  });

  it('is rendered without anything from elsewhere', async () => {
    const { server } = await start();
    const page = await server.inject('/docs/');
    const html = page.statusCode === 302 ? await server.inject(String(page.headers.location)) : page;
    expect(html.body).toContain('swagger-ui');
    expect(html.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
    for (const [, path] of html.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const asset = await server.inject(new URL(path ?? '', 'http://a/docs/').pathname);
      expect(asset.statusCode, path).toBe(200);
    }
  });
});

describe('the console', () => {
  const built = mkdtempSync(join(tmpdir(), 'fanzha-console-'));
  afterAll(() => rmSync(built, { recursive: true }));
  mkdirSync(join(built, 'assets'));
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(built, 'assets', 'app-1a2b.js'), 'export {};');
  writeFileSync(join(built, 'assets', 'app-1a2b.js.gz'), gzipSync('export {};'));
  writeFileSync(join(built, '.secret'), 'no');

  it('is served with its own paths, long-lived assets and a page that is always fresh', async () => {
    const { server } = await start({ consoleFolder: built });
    for (const url of ['/', '/decisions/7', '/setup']) {
      const page = await server.inject({ url, headers: { accept: 'text/html' } });
      expect([page.statusCode, page.body, page.headers['cache-control']], url).toEqual([
        200,
        '<!doctype html><title>console</title>',
        'no-cache',
      ]);
    }
    const script = await server.inject({
      url: '/assets/app-1a2b.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(script.headers).toMatchObject({
      'content-encoding': 'gzip',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'application/javascript; charset=utf-8',
    });
    expect(gunzipSync(script.rawPayload).toString()).toBe('export {};');
  });

  it.each([
    ['/v1/nothing', 404],
    ['/assets/gone.js', 404],
    ['/.secret', 404],
    ['/..%2f..%2fetc%2fpasswd', 404],
    ['/%2e%2e/%2e%2e/package.json', 404],
    ['/assets/..%5c..%5cindex.html', 404],
  ])('does not give %s', async (url, status) => {
    const { server } = await start({ consoleFolder: built });
    expect((await server.inject({ url, headers: { accept: '*/*' } })).statusCode).toBe(status);
  });

  it('when it is not built there is a page that says what to do', async () => {
    const { server } = await start({ consoleFolder: join(built, 'nowhere') });
    const page = await server.inject({ url: '/', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.body).toContain('npm start');
  });
});
