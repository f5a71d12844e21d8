import { mkdtempSync, renameSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type decisionsList, EventLineResult, type QueryOf } from '@fanzha/contract';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../platform/audit/audit.ts';
import { listEntries } from '../platform/audit/entry.service.ts';
import { openPool } from '../platform/db/pool.ts';
import { type Context, compileSchema, type RouteInput, silentLogger } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder, newEngine } from './engine.fixture.ts';
import type { Engine } from './engine.service.ts';
import type { TakeOutcome } from './intake.service.ts';

const { db, url } = await testDatabase(
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
);
const clock = testClock();
const ctx = testContext({ db, clock });
let running: Engine[] = [];

/** Engines share the tables of this file, so the one before must be out of the way. */
async function stopAll(): Promise<void> {
  for (const engine of running) await engine.stop();
  running = [];
}
afterAll(stopAll);

async function emptyEngine(parts: Partial<Parameters<typeof newEngine>[0]> = {}): Promise<Engine> {
  const engine = await engineThatWaits(parts);
  await engine.start();
  return engine;
}

/** An engine that does not write to the database yet. */
async function engineThatWaits(parts: Partial<Parameters<typeof newEngine>[0]> = {}): Promise<Engine> {
  await stopAll();
  await sql`truncate engine_decision, engine_projection`.execute(db);
  const engine = await newEngine({ db, clock, dataFolder: newDataFolder(), ...parts });
  running.push(engine);
  return engine;
}

/** Calls a route like the server does, and checks that the answer is what the contract says. */
async function ask<T>(engine: Engine, id: string, input: object = {}, context: Context = ctx): Promise<T> {
  const binding = engine.routes?.find(({ operation }) => operation.id === id);
  const given = { params: {}, query: {}, body: undefined, signal: new AbortController().signal, ...input };
  const answer = (await binding?.handler(context, given as unknown as RouteInput<never>)) as T;
  if (binding && binding.operation.streamOut === undefined) {
    expect(compileSchema(binding.operation.response).faults(answer, 'en')).toEqual([]);
  }
  return answer;
}
interface Page {
  items: {
    id: string;
    at: string;
    verdict: string;
    subjects: { role: string; display: string; masked: boolean }[];
  }[];
  next?: string;
}
const list = (engine: Engine, query: QueryOf<typeof decisionsList> = {}): Promise<Page> =>
  ask(engine, 'decisions.list', { query });
const codes = (outcomes: readonly TakeOutcome[]): string[] =>
  outcomes.map((outcome) =>
    outcome.ok ? (outcome.duplicate ? 'duplicate' : 'new') : outcome.error.kind.code,
  );

describe('an event that is sent more than once', () => {
  it('is decided once and answered with the first decision', async () => {
    const engine = await emptyEngine();
    const event = newAttempt('a1');
    const [first] = await engine.submit(ctx, [event]);
    clock.advance(1000);
    const [again] = await engine.submit(ctx, [{ ...event, kind: undefined, ...event }]);
    expect(again).toMatchObject({ ok: true, duplicate: true, id: first?.ok ? first.id : '' });
    const decided = (outcome: typeof first) =>
      outcome?.ok ? { ...outcome.entry.decision, facts: {} } : undefined;
    expect(decided(again)).toEqual(decided(first));
    await engine.caughtUp();
    expect((await list(engine)).items).toHaveLength(1);
  });

  it('shares one decision when it comes many times at once', async () => {
    const engine = await emptyEngine();
    const outcomes = await engine.submit(ctx, Array(50).fill(newAttempt('a1')));
    expect(codes(outcomes).filter((code) => code === 'new')).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => outcome.ok && outcome.id)).size).toBe(1);
  });

  it('is refused when the id was used for something else, and the same id of another kind is not', async () => {
    const engine = await emptyEngine();
    await engine.submit(ctx, [newAttempt('a1')]);
    const sms = { id: 'a1', at: '2026-11-23T01:00:00Z', sender: '1', to: '2', text: 'x', channel: 'smpp' };
    const outcomes = await engine.submit(ctx, [newAttempt('a1', { from: '1' }), sms, newAttempt('a1')]);
    expect(codes(outcomes)).toEqual(['event-id-conflict', 'new', 'duplicate']);
    const atOnce = await engine.submit(ctx, [newAttempt('b1'), newAttempt('b1', { to: '3' })]);
    expect(codes(atOnce)).toEqual(['new', 'event-id-conflict']);
  });

  it('is still known after a restart', async () => {
    const dataFolder = newDataFolder();
    const engine = await emptyEngine({ dataFolder });
    const [first] = await engine.submit(ctx, [newAttempt('a1')]);
    const restarted = await engineThatWaits({ dataFolder });
    const outcomes = await restarted.submit(ctx, [newAttempt('a1'), newAttempt('a1', { to: '9' })]);
    expect(outcomes[0]).toMatchObject({ ok: true, duplicate: true, id: first?.ok ? first.id : '' });
    expect(codes(outcomes)).toEqual(['duplicate', 'event-id-conflict']);
  });
});

describe('lists of decisions', () => {
  it('page through everything once, newest first, also where times are equal', async () => {
    const engine = await emptyEngine();
    const events = Array.from({ length: 57 }, (_, index) =>
      newAttempt(`e${index}`, { at: `2026-11-23T09:00:0${index % 3}+08:00` }),
    );
    await engine.submit(ctx, events);
    await engine.caughtUp();
    const seen: Page['items'] = [];
    let cursor: string | undefined;
    do {
      const page = await list(engine, { limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(57);
    const times = seen.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('are narrowed by every filter', async () => {
    const engine = await emptyEngine();
    const sms = {
      id: 's',
      at: '2026-11-23T01:00:00Z',
      sender: '95588',
      to: '13912345678',
      text: 'hi',
      channel: 'smpp',
    };
    const long = { ...sms, id: 'l', text: 'go to https://evil.example/x', simulated: true };
    const abroad = newAttempt('a', { originCountry: 'JP', at: '2026-11-22T09:00:00+08:00' });
    const end = {
      kind: 'call.end',
      id: 'e',
      at: abroad.at,
      attempt: 'a',
      ringSeconds: 3,
      talkSeconds: 0,
      answered: false,
    };
    await engine.submit(ctx, [abroad, newAttempt('b', { ingress: 'access' }), sms, long, end]);
    await engine.caughtUp();
    const found = async (query: QueryOf<typeof decisionsList>): Promise<number> =>
      (await list(engine, query)).items.length;
    // What is only recorded shows when it is asked for.
    expect(await found({})).toBe(4);
    expect(await found({ kind: 'call.end' })).toBe(1);
    expect(await found({ event: 'e' })).toBe(1);
    expect(await found({ kind: 'sms.submit' })).toBe(2);
    expect(await found({ verdict: 'block,label' })).toBe(2);
    expect(await found({ reason: 'call.abroad' })).toBe(1);
    expect(await found({ channel: 'access' })).toBe(1);
    expect(await found({ country: 'JP' })).toBe(1);
    expect(await found({ fraudType: 'phishing' })).toBe(1);
    expect(await found({ event: 's' })).toBe(1);
    expect(await found({ simulated: true })).toBe(1);
    expect(await found({ from: '2026-11-23T00:00:00+08:00' })).toBe(3);
    expect(await found({ to: '2026-11-23T00:00:00+08:00' })).toBe(1);
    expect(await found({ subject: '95588' })).toBe(2);
    expect(await found({ subject: 'https://EVIL.example/other?x' })).toBe(1);
    expect(await found({ subject: '13912345678' })).toBe(2);
    expect(await found({ subject: "'; drop table engine_decision --" })).toBe(0);
  });

  it('refuse a cursor that is none', async () => {
    const engine = await emptyEngine();
    await expect(list(engine, { cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({
      fields: [{ field: 'cursor' }],
    });
    const wild = Buffer.from('[1e300,1e300]').toString('base64url');
    expect((await list(engine, { cursor: wild })).items).toEqual([]);
  });
});

describe('personal data', () => {
  const secret = 'your code is 4711, ask 小明';
  const sms = {
    id: 's1',
    at: '2026-11-23T01:00:00Z',
    sender: '95588',
    to: '+8613912345678',
    text: secret,
    channel: 'smpp',
  };

  it('is nowhere in the clear at rest, masked where it is read, and found by whoever knows the number', async () => {
    const engine = await emptyEngine();
    const [outcome] = await engine.submit(ctx, [sms]);
    await engine.caughtUp();
    const { rows } = await sql<{
      row: string;
    }>`select engine_decision::text as row from engine_decision`.execute(db);
    expect(rows[0]?.row).not.toMatch(/4711|13912345678|小明/);
    const id = outcome?.ok ? outcome.id : '';
    const detail = await ask<{
      input: object;
      maskedFields: string[];
      subjects: Page['items'][0]['subjects'];
    }>(engine, 'decisions.get', { params: { id } });
    expect(detail.input).toMatchObject({
      to: '139****5678',
      text: { characters: 25, script: 'Latin' },
      sender: '95588',
    });
    expect(detail.maskedFields.sort()).toEqual(['text', 'to']);
    expect(JSON.stringify({ ...detail, facts: [] })).not.toMatch(/4711|13912345678/);
    const page = await list(engine, { subject: '139 1234 5678' });
    expect(page.items[0]?.subjects.find(({ role }) => role === 'recipient')).toMatchObject({
      display: '139****5678',
      masked: true,
    });
  });

  it('is opened for a purpose, which the audit log keeps', async () => {
    const engine = await emptyEngine();
    const [outcome] = await engine.submit(ctx, [sms]);
    const id = outcome?.ok ? outcome.id : '';
    const before = (await listEntries(ctx, {}, 200)).length;
    const answer = await ask(engine, 'decisions.open', {
      params: { id },
      body: { purpose: 'appeal', note: 'case 7' },
    });
    expect(answer).toEqual({ fields: { to: '+8613912345678', text: secret } });
    const entries = await listEntries(ctx, {}, 200);
    expect(entries).toHaveLength(before + 1);
    expect(entries[0]?.entry).toMatchObject({
      action: 'decision.open',
      target: id,
      detail: { purpose: 'appeal', note: 'case 7', kind: 'sms.submit' },
    });
  });

  it('stays closed when the look cannot be recorded', async () => {
    const engine = await emptyEngine();
    const [outcome] = await engine.submit(ctx, [sms]);
    await engine.caughtUp();
    await sql`alter table platform_audit rename to platform_audit_away`.execute(db);
    const opening = ask(engine, 'decisions.open', {
      params: { id: outcome?.ok ? outcome.id : '' },
      body: { purpose: 'appeal' },
    });
    await expect(opening).rejects.toThrow();
    await sql`alter table platform_audit_away rename to platform_audit`.execute(db);
  });
});

describe('one decision', () => {
  it('can be read at once, before it is in the database', async () => {
    const engine = await engineThatWaits();
    const decision = await ask<{ id: string; verdict: string }>(engine, 'decisions.make', {
      body: newAttempt('a1'),
    });
    expect(decision.verdict).toBe('block');
    const detail = await ask<{ sentence: { en: string }; quietRules: object[] }>(engine, 'decisions.get', {
      params: { id: decision.id },
    });
    expect(detail.sentence.en).toBe('Blocked: call.abroad');
  });

  it.each(['', '0', 'zzzzzzzzzzz', 'ABC', '../etc', 'x'.repeat(64)])('%j is not found', async (id) => {
    const engine = await emptyEngine();
    await expect(ask(engine, 'decisions.get', { params: { id } })).rejects.toMatchObject({
      kind: { code: 'not-found' },
    });
  });

  it('can be tried without a trace', async () => {
    const engine = await emptyEngine();
    const { at: _at, id: _id, ...bare } = newAttempt('x');
    const detail = await ask<{ verdict: string; input: object }>(engine, 'decisions.try', { body: bare });
    expect(detail).toMatchObject({ verdict: 'block', input: { to: '+8613812345678' }, maskedFields: [] });
    await engine.caughtUp();
    expect((await list(engine)).items).toEqual([]);
  });

  it('keeps texts that databases do not like', async () => {
    const engine = await emptyEngine();
    const odd = { trunk: 'a\u0000b', carrier: '\ud800 half', line: '\u202e🀄' };
    const [outcome] = await engine.submit(ctx, [newAttempt('odd', odd)]);
    await engine.caughtUp();
    expect(engine.health().figures.find(({ name }) => name === 'projectionSkipped')?.value).toBe(0);
    const { input } = await ask<{ input: object }>(engine, 'decisions.get', {
      params: { id: outcome?.ok ? outcome.id : '' },
    });
    expect(input).toMatchObject(odd);
  });
});

describe('figures of a period', () => {
  it('count everything that lists show, in buckets without holes, beside the policy', async () => {
    const engine = await emptyEngine();
    const near = clock.date().toISOString();
    await engine.submit(ctx, [
      newAttempt('a', { at: near, originCountry: 'JP' }),
      newAttempt('b', { at: near, ingress: 'access', simulated: true }),
      newAttempt('c', { at: '2026-11-20T00:00:00Z' }),
    ]);
    await engine.caughtUp();
    const stats = await ask<Record<string, unknown>>(engine, 'decisions.stats', { query: { period: '1h' } });
    expect(stats).toMatchObject({
      total: 2,
      simulated: 1,
      verdicts: [
        { key: 'allow', count: 1 },
        { key: 'block', count: 1 },
      ],
      countries: [{ key: 'JP', count: 1 }],
      reasons: [{ code: 'call.abroad', count: 1 }],
      fraudTypes: [{ code: 'phishing', title: { en: 'phishing' }, count: 1 }],
      bucketSeconds: 60,
    });
    const series = stats.series as { at: string; counts: Record<string, number> }[];
    expect(series).toHaveLength(61);
    expect(series.at(-1)?.counts).toEqual({ allow: 1, block: 1 });
    const month = await ask<{ total: number; series: { at: string }[] }>(engine, 'decisions.stats', {
      query: { period: '30d' },
    });
    expect(month.total).toBe(3);
    expect(month.series[0]?.at).toMatch(/T16:00:00/);
    const policy = await ask<{ rules: object[] }>(engine, 'policy.get');
    expect(policy.rules).toHaveLength(2);
  });
});

describe('live decisions', () => {
  it('reach a watcher as they are made, and leave out what a slow one cannot take', async () => {
    const engine = await emptyEngine();
    const stop = new AbortController();
    const rows = await ask<AsyncIterable<{ event?: string; id: string }>>(engine, 'decisions.live', {
      signal: stop.signal,
    });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const row of rows) seen.push(row.id);
    })();
    await engine.submit(
      ctx,
      Array.from({ length: 200 }, (_, index) => newAttempt(`w${index}`)),
    );
    await new Promise(setImmediate);
    stop.abort();
    await watching;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThanOrEqual(32);
  });
});

describe('a stream of events', () => {
  const lines = (engine: Engine, chunks: Iterable<Uint8Array>, locale: 'en' | 'zh-CN' = 'en') =>
    ask<AsyncIterable<readonly EventLineResult[]>>(
      engine,
      'events.submit',
      {
        stream: (async function* () {
          yield* chunks;
        })(),
      },
      { ...ctx, locale },
    );
  const collect = async (results: AsyncIterable<readonly EventLineResult[]>): Promise<EventLineResult[]> => {
    const all: EventLineResult[] = [];
    for await (const group of results) all.push(...group);
    const validator = compileSchema(EventLineResult);
    expect(all.flatMap((result) => validator.faults(result, 'en'))).toEqual([]);
    return all;
  };

  it('answers every line in order, and a bad line costs only itself', async () => {
    const engine = await emptyEngine();
    const body = Buffer.concat([
      Buffer.from(`\ufeff${JSON.stringify(newAttempt('1'))}\r\n\n{"not json"\n`),
      Buffer.from(`${JSON.stringify(newAttempt('4', { ingress: 'sea' }))}\n`),
      Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
      Buffer.from(`"${'x'.repeat(300_000)}"\n${JSON.stringify(newAttempt('1'))}\n[]\nnull\n`),
      Buffer.from(JSON.stringify(newAttempt('10'))),
    ]);
    for (const size of [1, 7, 1000, body.length]) {
      const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
        body.subarray(index * size, (index + 1) * size),
      );
      const results = await collect(await lines(engine, chunks));
      expect(results.map(({ line, ok, code, field }) => [line, ok ? 'ok' : code, field])).toEqual([
        [1, 'ok', undefined],
        [3, 'malformed-body', undefined],
        [4, 'event-invalid', 'ingress'],
        [5, 'malformed-body', undefined],
        [6, 'malformed-body', undefined],
        [7, 'ok', undefined],
        [8, 'event-invalid', undefined],
        [9, 'event-invalid', undefined],
        [10, 'ok', undefined],
      ]);
      expect(results[5]).toMatchObject({ duplicate: true, verdict: 'block', reasons: ['call.abroad'] });
    }
  });

  it('answers what it has while the sender keeps the stream open', async () => {
    const engine = await emptyEngine();
    const more = Promise.withResolvers<void>();
    const stream = (async function* () {
      yield Buffer.from(`${JSON.stringify(newAttempt('1'))}\n`);
      await more.promise;
      yield Buffer.from(`${JSON.stringify(newAttempt('2'))}\n`);
    })();
    const results = await ask<AsyncIterable<readonly EventLineResult[]>>(engine, 'events.submit', { stream });
    const reader = results[Symbol.asyncIterator]();
    expect((await reader.next()).value).toMatchObject([{ line: 1, ok: true }]);
    more.resolve();
    expect((await reader.next()).value).toMatchObject([{ line: 2, ok: true }]);
    expect((await reader.next()).done).toBe(true);
  });

  it('speaks Chinese when asked', async () => {
    const engine = await emptyEngine();
    const [result] = await collect(await lines(engine, [Buffer.from('{]')], 'zh-CN'));
    expect(result?.reason).toBe('该行不是 JSON');
  });
});

describe('when something is gone', () => {
  /** The database behind a door that can be shut: new connections fail, open ones break. */
  function door(): { url: string; open(): Promise<void>; shut(): void } {
    const target = new URL(url);
    const folder = mkdtempSync(join(tmpdir(), 'fz-door-'));
    const port = target.port === '' ? '5432' : target.port;
    const behind = join(target.searchParams.get('host') ?? '', `.s.PGSQL.${port}`);
    const sockets = new Set<Socket>();
    let server: Server | undefined;
    const through = new URL(target);
    through.searchParams.set('host', folder);
    return {
      url: through.href,
      open: async () => {
        server = createServer((socket) => {
          const onward = connect(behind);
          for (const each of [socket, onward]) {
            sockets.add(each);
            each.on('error', () => undefined);
          }
          socket.pipe(onward).pipe(socket);
        });
        const listening = Promise.withResolvers<void>();
        server.listen(join(folder, `.s.PGSQL.${port}`), () => listening.resolve());
        await listening.promise;
      },
      shut: () => {
        server?.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  it('decisions go on while the database is away, and lists catch up when it is back', async () => {
    const gate = door();
    await gate.open();
    const pool = openPool({ url: gate.url, size: 2, applicationName: 'door' }, silentLogger);
    const engine = await emptyEngine({ db: pool });
    await engine.submit(ctx, [newAttempt('before')]);
    await engine.caughtUp();
    gate.shut();
    const outcomes = await engine.submit(
      ctx,
      Array.from({ length: 300 }, (_, index) => newAttempt(`during ${index}`)),
    );
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    await expect.poll(() => engine.health().state, { timeout: 10_000 }).toBe('degraded');
    await gate.open();
    await engine.submit(ctx, [newAttempt('after')]);
    await engine.caughtUp();
    expect(engine.health().state).toBe('ok');
    const { rows } = await sql<{ n: number; events: number }>`
      select count(*) as n, count(distinct event_id) as events from engine_decision`.execute(db);
    expect(rows[0]).toEqual({ n: 302, events: 302 });
    await engine.stop();
    await pool.destroy();
    gate.shut();
  });

  it('an event is not acknowledged while the journal cannot be written, and can be sent again', async () => {
    const dataFolder = newDataFolder();
    const engine = await emptyEngine({ dataFolder, segmentBytes: 100 });
    await engine.submit(ctx, [newAttempt('before')]);
    renameSync(join(dataFolder, 'journal'), join(dataFolder, 'away'));
    expect(codes(await engine.submit(ctx, [newAttempt('lost')]))).toEqual(['unavailable']);
    expect(engine.health().state).toBe('degraded');
    renameSync(join(dataFolder, 'away'), join(dataFolder, 'journal'));
    expect(codes(await engine.submit(ctx, [newAttempt('lost')]))).toEqual(['new']);
    await engine.caughtUp();
    expect((await list(engine)).items).toHaveLength(2);
  });
});
