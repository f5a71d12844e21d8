import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { newDataFolder, newEngine } from '../../engine/engine.fixture.ts';
import { ENGINE_MIGRATIONS } from '../../engine/index.ts';
import { AUDIT_MIGRATIONS, openPack, openVault, type RouteBinding } from '../../platform/index.ts';
import { testClock, testContext, testDatabase } from '../../platform/testing/index.ts';
import { expireCdr } from './cdr.jobs.ts';
import { createCdrRoom } from './cdr-room.service.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: ENGINE_MIGRATIONS },
  { name: 'calls', migrations: new URL('../migrations/', import.meta.url) },
);
const pack = openPack(new URL('../../../../../packs/cn', import.meta.url).pathname);
const clock = testClock('2026-11-23T12:00:00+08:00');
const ctx = testContext({ db, clock });
const closing: (() => Promise<void>)[] = [];

type Call = (id: string, input: Record<string, unknown>) => Promise<never>;

/** A room over an engine; `call` asks it as the API does. */
async function newRoom(dataFolder = newDataFolder(), folder?: string) {
  const engine = await newEngine({ db, clock, dataFolder });
  await engine.start();
  const room = createCdrRoom({
    engine,
    parse: () => {
      throw new Error('nothing is wrong here');
    },
    pack,
    vault: openVault(dataFolder),
    jobs: { define: () => ({ name: '', send: async () => undefined }) },
    dataFolder,
    ...(folder === undefined ? {} : { folder }),
    ctx,
  });
  const stop = async () => {
    await room.stop?.();
    await engine.stop();
  };
  closing.push(stop);
  const bindings = new Map(room.routes?.map((binding: RouteBinding) => [binding.operation.id, binding]));
  const call = (async (id, input) => bindings.get(id)?.handler(ctx, input as never)) as Call;
  return { room, engine, call, stop, dataFolder };
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close().catch(() => undefined);
  await sql`truncate calls_cdr_import, calls_cdr_file, calls_cdr_refused, calls_cdr_source cascade`.execute(
    db,
  );
  await sql`truncate engine_decision, engine_projection`.execute(db);
});

const DAY = '2026-11-23';
function record(n: number, { day = DAY, to = '95588' } = {}): string {
  const uuid = `3c1e6a3e-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return `"Ann","1380000${String(n).padStart(4, '0')}","${to}","public","${day} 10:00:00","${day} 10:00:05","${day} 10:01:05","65","60","NORMAL_CLEARING","${uuid}","","acc"\n`;
}
const records = (from: number, to: number, day?: string) =>
  Array.from({ length: to - from }, (_, index) =>
    record(from + index, day === undefined ? {} : { day }),
  ).join('');

async function* bytes(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}

interface Shown {
  id: string;
  state: string;
  records: number;
  taken: number;
  duplicates: number;
  refused: number;
  older: number;
  alreadyRead: number;
  problem?: { en: string };
  name: string;
}

type Room = Awaited<ReturnType<typeof newRoom>>;

async function upload({ call, room }: Room, content: string | Uint8Array): Promise<Shown> {
  await call('cdr.set-source', {
    params: { name: 'sw' },
    body: { format: 'auto', ingress: 'international' },
  });
  const { id } = (await call('cdr.upload', { query: { source: 'sw' }, stream: bytes(content) })) as Shown;
  await room.settled();
  return call('cdr.import', { params: { id } });
}

/** Events in the journal, each once or more often than that. */
async function recorded({ engine }: Room): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of engine.recordedSince(0)) keys.push(...batch);
  return keys.sort();
}

describe('uploads', { timeout: 60_000 }, () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    ['zstd', (text: string) => zstdCompressSync(Buffer.from(text))],
  ])('%s: each record once, whichever way and how often the file comes', async (_how, packed) => {
    const house = await newRoom();
    const file = records(0, 300);
    expect(await upload(house, packed(file))).toMatchObject({
      state: 'done',
      records: 300,
      taken: 300,
      refused: 0,
    });
    const again = await upload(house, file);
    expect(again).toMatchObject({ state: 'done', records: 0, alreadyRead: file.length });
    const longer = await upload(house, gzipSync(file + records(300, 310)));
    expect(longer).toMatchObject({ state: 'done', taken: 10, alreadyRead: file.length });
    const other = await upload(house, records(290, 320));
    expect(other).toMatchObject({ taken: 10, duplicates: 20 });
    const keys = await recorded(house);
    expect(keys).toHaveLength(640);
    expect(new Set(keys).size).toBe(640);
  });

  it('a broken record costs itself, is sealed, shown masked, and can be tried again', async () => {
    const house = await newRoom();
    const broken = record(1).replace('2026-11-23 10:00:00', '23.11.2026 10h');
    const file = `${record(0)}${broken}"cut off\n${record(2)}`;
    const { call } = house;
    const shown = await upload(house, file);
    expect(shown).toMatchObject({ state: 'done', records: 4, taken: 2, refused: 2 });
    const params = { id: shown.id };
    const { items } = (await call('cdr.refused', { params, query: {} })) as {
      items: { line: number; field: string; shown: string }[];
    };
    expect(items.map(({ line, field }) => [line, field])).toEqual([
      [2, 'at'],
      [3, '(line)'],
    ]);
    expect(items[0]?.shown).toContain('138****0001');
    const { rows } = await sql<{ sealed: Buffer }>`select sealed from calls_cdr_refused`.execute(db);
    expect(rows[0]?.sealed.includes('13800000001')).toBe(false);

    const setting = {
      format: 'auto',
      fields: { at: { column: 'start_stamp', format: "dd.MM.yyyy HH'h'".replaceAll("'", '') } },
    };
    await expect(call('cdr.set-source', { params: { name: 'sw' }, body: setting })).rejects.toMatchObject({
      fields: [{ field: 'fields.at.format' }],
    });
    const fixed = { format: 'auto', fields: { at: 'answer_stamp' } };
    await call('cdr.set-source', { params: { name: 'sw' }, body: fixed });
    expect(await call('cdr.refused-retry', { params })).toEqual({ taken: 1, duplicates: 0, refused: 1 });
    expect(await call('cdr.import', { params })).toMatchObject({ taken: 3, refused: 1, kept: 1 });

    const opened: { raw: string }[] = [];
    for await (const page of (await call('cdr.refused-open', {
      params,
      body: { purpose: 'quality' },
    })) as AsyncIterable<{ raw: string }[]>)
      opened.push(...page);
    expect(opened.map(({ raw }) => raw)).toEqual(['"cut off']);
    const log = await sql<{ action: string }>`select action from platform_audit order by seq`.execute(db);
    expect(log.rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['cdr-source.set', 'cdr.import', 'cdr-refused.retry', 'cdr-refused.open']),
    );
  });

  it('a file of which nothing can be taken fails with the reason, and goes from the start when that is mended', async () => {
    const house = await newRoom();
    const rows = Array.from({ length: 1500 }, (_, n) => `${n},23.11.2026 10:00:00,1,2\n`).join('');
    const failed = await upload(house, `id,at,from,to\n${rows}`);
    expect(failed).toMatchObject({ state: 'failed', taken: 0, records: 0 });
    expect(failed.problem?.en).toContain('at is not a time');
    const body = { format: 'csv', fields: { at: { column: 'at', format: 'dd.MM.yyyy HH:mm:ss' } } };
    await house.call('cdr.set-source', { params: { name: 'sw' }, body });
    await house.call('cdr.resume', { params: { id: failed.id } });
    await house.room.settled();
    expect(await house.call('cdr.import', { params: { id: failed.id } })).toMatchObject({
      state: 'done',
      taken: 1500,
    });
  });

  it('says how many records are older than what counters take beside newer ones', async () => {
    const house = await newRoom();
    expect(await upload(house, records(0, 5) + records(5, 7, '2026-11-01'))).toMatchObject({
      taken: 7,
      older: 7,
    });
  });

  it('refuses what is no file of records, and sources that nobody set up', async () => {
    const house = await newRoom();
    expect((await upload(house, Buffer.from('PK\u0003\u0004xxxx'))).problem?.en).toContain('ZIP');
    expect((await upload(house, gzipSync(records(0, 50)).subarray(0, 200))).problem?.en).toContain(
      'damaged or ends early',
    );
    const unknown = house.call('cdr.upload', { query: { source: 'nobody' }, stream: bytes('x') });
    await expect(unknown).rejects.toMatchObject({ kind: { code: 'cdr-source-unknown' } });
  });
});

describe('retention', { timeout: 60_000 }, () => {
  it('lets go of refused records and of uploads that failed, not a day before the pack says', async () => {
    const house = await newRoom();
    const partly = await upload(house, `${record(0)}"cut off\n`);
    const failed = await upload(house, Buffer.from('PK\u0003\u0004xxxx'));
    expect([partly.refused, failed.state]).toEqual([1, 'failed']);
    const keeping = { refusedDays: 30, knownDays: 400, timeZone: 'Asia/Shanghai' };
    const { listSpool } = await import('./cdr-spool.store.ts');
    for (const [days, left] of [
      [29, 1],
      [2, 0],
    ] as const) {
      clock.advance(days * 86_400_000);
      await expireCdr(ctx, keeping);
      expect(await house.call('cdr.import', { params: { id: partly.id } })).toMatchObject({ kept: left });
      expect(await listSpool(house.dataFolder)).toHaveLength(left);
    }
    clock.advance(-31 * 86_400_000);
  });
});

describe('a watched folder', { timeout: 60_000 }, () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'fanzha-cdr-'));
    made.push(folder);
    mkdirSync(join(folder, 'sw'));
    return folder;
  };
  const age = (path: string, seconds: number) => {
    const at = clock.now() / 1000 - seconds;
    utimesSync(path, at, at);
  };
  const imports = async ({ call }: Room) =>
    ((await call('cdr.imports', { query: {} })) as { items: Shown[] }).items;

  it('follows a file that grows, is rotated and packed, and takes each record once', async () => {
    const folder = newFolder();
    const house = await newRoom(undefined, folder);
    const master = join(folder, 'sw', 'Master.csv');
    writeFileSync(master, records(0, 10) + record(10).slice(0, 30));
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{ state: 'following', taken: 10 }]);
    appendFileSync(master, record(10).slice(30) + records(11, 20));
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{ state: 'following', taken: 20 }]);

    renameSync(master, `${master}.1`);
    appendFileSync(`${master}.1`, record(20));
    writeFileSync(master, record(21));
    await house.room.settled();
    expect((await imports(house)).map(({ name, taken }) => [name, taken])).toEqual([
      ['Master.csv', 1],
      ['Master.csv.1', 21],
    ]);

    writeFileSync(`${master}.1.gz`, gzipSync(records(0, 21)));
    rmSync(`${master}.1`);
    age(`${master}.1.gz`, 100);
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{}, { name: 'Master.csv.1.gz', taken: 21, state: 'done' }]);
    expect(new Set(await recorded(house)).size).toBe(44);
    expect(await recorded(house)).toHaveLength(44);
  });

  it('leaves files that are still being written, and takes the last line of one that nobody writes any more', async () => {
    const folder = newFolder();
    const house = await newRoom(undefined, folder);
    const path = join(folder, 'sw', 'day.csv');
    writeFileSync(`${path}.tmp`, records(0, 5));
    writeFileSync(join(folder, 'sw', 'late.gz'), gzipSync(records(5, 9)).subarray(0, 100));
    await house.room.settled();
    expect(await imports(house)).toEqual([]);
    renameSync(`${path}.tmp`, path);
    writeFileSync(path, records(0, 5).trimEnd());
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{ taken: 4 }]);
    age(path, 100);
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{ taken: 5 }]);
  });

  it('reads a subfolder as its source.json says, and not at all while that is wrong', async () => {
    const folder = newFolder();
    const house = await newRoom(undefined, folder);
    const setting = join(folder, 'sw', 'source.json');
    writeFileSync(setting, '{"format":"csv","columns":["id","at","from"],"zone":"Moon/Base"}');
    writeFileSync(join(folder, 'sw', 'a.csv'), '1,2026-11-23 10:00:00,13800138000,95588\n');
    await house.room.settled();
    expect(await imports(house)).toEqual([]);
    expect(await house.room.health?.()).toMatchObject({
      state: 'degraded',
      text: { en: expect.stringContaining('zone') },
    });
    writeFileSync(setting, '{"format":"csv","columns":["id","at","from","to"],"ingress":"access"}');
    await house.room.settled();
    expect(await imports(house)).toMatchObject([{ taken: 1 }]);
    const set = house.call('cdr.set-source', { params: { name: 'sw' }, body: { format: 'auto' } });
    await expect(set).rejects.toMatchObject({ kind: { code: 'cdr-source-in-file' } });
  });

  it.each([
    ['today', DAY],
    ['whose ids the engine has forgotten', '2026-10-01'],
  ])('killed between journal and database, records of %s are not taken twice', async (_when, day) => {
    const folder = newFolder();
    const dataFolder = newDataFolder();
    const before = await newRoom(dataFolder, folder);
    const path = join(folder, 'sw', 'Master.csv');
    writeFileSync(path, records(0, 50, day));
    await before.room.settled();
    const [shown] = await imports(before);
    await before.stop();
    // As a killed program leaves it: half of what is in the journal is said to be read.
    const half = records(0, 25, day);
    const { createHash } = await import('node:crypto');
    const print = (text: string) => createHash('sha256').update(text).digest('hex');
    await sql`update calls_cdr_file set bytes = ${half.length}, lines = 25, position = 0, in_doubt = true,
        head = ${print(half.slice(0, 4096))}, tail = ${print(half.slice(-4096))}`.execute(db);
    await sql`update calls_cdr_import set state = 'running', taken = 25, records = 25`.execute(db);

    // The engine knows ids for a day.
    if (day !== DAY) clock.advance(48 * 3_600_000);
    const after = await newRoom(dataFolder, folder);
    appendFileSync(path, records(50, 60, day));
    await after.room.settled();
    expect(await after.call('cdr.import', { params: { id: shown?.id } })).toMatchObject({
      state: 'following',
      taken: 35,
      duplicates: 25,
    });
    const keys = await recorded(after);
    expect(keys).toHaveLength(120);
    expect(new Set(keys).size).toBe(120);
  });
});
