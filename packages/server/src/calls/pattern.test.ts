import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openNumbering } from '@fanzha/vocabulary';
import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngine, createEngineSignals, openCore } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { AUDIT_MIGRATIONS, openPack, openVault, outboxMigrations, silentLogger } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createCalls } from './index.ts';
import { compilePatterns, PatternFile } from './pattern.model.ts';
import { callTally, createPatternBook } from './pattern.service.ts';
import { createMarker, readMark } from './pattern-mark.model.ts';
import { KnownSources, OTHER_SOURCES } from './pattern-tally.model.ts';

const { db } = await testDatabase(
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('../engine/migrations/', import.meta.url) },
  { name: 'calls', migrations: new URL('./migrations/', import.meta.url) },
);
const NOW = '2026-11-24T12:30:20+08:00';
const clock = testClock(NOW);
const ctx = testContext({ db, clock });
const pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const file = pack.read('call-patterns.json', PatternFile);
const dataFolder = mkdtempSync(join(tmpdir(), 'fanzha-pattern-'));
const vault = openVault(dataFolder);

function newDecider() {
  const calls = createCalls({ pack, numbering });
  const signals = [
    ...createEngineSignals(pack),
    ...calls.signals,
    ...createIntel({ pack, numbering }).signals,
  ];
  return createDecider({ pack, numbering, clock, kinds: calls.kinds, signals });
}

function newEngine() {
  const whole = { decider: newDecider(), pack, dataFolder, db, vault, numbering, clock, log: silentLogger };
  const open: Parameters<typeof createEngine>[0]['open'] = (listener) =>
    openCore({ ...whole, fsync: false, listener });
  return createEngine({ ...whole, tallies: [callTally], open });
}

const call = (id: number, from: string, more: object = {}) => ({
  kind: 'call.attempt',
  id: `c-${id}`,
  at: '2026-11-24T12:29:10+08:00',
  from,
  to: '02861234567',
  ingress: 'international',
  trunk: 'intl-1',
  ...more,
});

describe('calls by pattern', () => {
  it('counts every call once, listed or not, also when the program ends before it was written', async () => {
    const events = [
      ...Array.from({ length: 200 }, (_, id) => call(id, '13812345678', { ingress: 'access' })),
      ...Array.from({ length: 30 }, (_, id) => call(1000 + id, '+8613812345678')),
      ...Array.from({ length: 20 }, (_, id) => call(2000 + id, '+81312345678', { carrier: 'c;\t\n1' })),
      ...Array.from({ length: 5 }, (_, id) => call(3000 + id, '', { simulated: true })),
    ];
    const first = await newEngine();
    await first.submit(ctx, [...events, ...events.slice(0, 50)]);
    await first.stop();
    const again = await newEngine();
    await again.start();
    await again.submit(ctx, events.slice(100, 220));
    await again.caughtUp();
    await again.stop();

    const book = createPatternBook(file, pack);
    const live = await book.live(ctx, { period: '15m' });
    expect(live).toMatchObject({ calls: 255, simulated: 5, rate: 255 / 60 });
    const counts = Object.fromEntries(live.patterns.map(({ key, verdicts }) => [key, verdicts]));
    expect(counts).toMatchObject({
      mobile: { allow: 200 },
      'mobile-abroad': { block: 30 },
      foreign: { label: 20 },
      'hidden-abroad': { label: 5 },
    });
    expect(live.areas).toMatchObject([{ key: 'SC', calls: 255 }]);
    expect(live.countries.find(({ key }) => key === 'JP')).toMatchObject({ calls: 20 });
    const only = await book.live(ctx, { period: '1h', pattern: 'foreign', ingress: 'international' });
    expect([only.calls, only.areas[0]?.calls]).toEqual([20, 20]);
    const { rows } = await sql<{ key: string; calls: number }>`select key, sum(calls)::int as calls
      from calls_pattern_tally where view = 'source' group by 1 order by 2`.execute(db);
    expect(rows).toEqual([
      { key: 'c;\t\n1', calls: 20 },
      { key: 'intl-1', calls: 235 },
    ]);
    const listed = await sql<{ n: number }>`select count(*)::int as n from engine_decision
      where marks @> array['pattern=mobile-abroad', 'area=SC']`.execute(db);
    expect(listed.rows[0]?.n).toBe(30);

    await callTally.removeSimulated(ctx);
    expect(await book.live(ctx, { period: '15m' })).toMatchObject({ calls: 250, simulated: 0 });
    const whole = await book.patterns(ctx, { period: '7d' });
    clock.set('2027-02-15T04:00:00+08:00');
    await book.rollUp(ctx);
    const spans = await sql<{ span: number; calls: number }>`select span, sum(calls)::int as calls
      from calls_pattern_tally where view = 'country' group by 1`.execute(db);
    expect(spans.rows).toEqual([{ span: 86_400, calls: 250 }]);
    expect(whole.series.find(({ pattern }) => pattern === 'mobile-abroad')?.blocked.at(-1)).toBe(30);
  });

  it('names the pattern of a call as the plan reads it', () => {
    const decider = newDecider();
    const kind = decider.kinds.get('call.attempt');
    const patternOf = (event: object): string => {
      const { reading, facts } = decider.read(decider.parse({ ...call(1, ''), at: NOW, ...event }));
      return readMark(kind?.mark?.(reading, facts) ?? '').pattern;
    };
    clock.set(NOW);
    const cases: [object, string][] = [
      [{ from: '+862195588' }, 'disguised-code'],
      [{ from: 'anonymous' }, 'hidden-abroad'],
      [{ from: '', ingress: 'interconnect' }, 'hidden'],
      [{ from: '+862161234567' }, 'fixed-abroad'],
      [{ from: '+8613812345678', roaming: true }, 'mobile-roaming'],
      [{ from: '+85512345678' }, 'foreign'],
      [{ from: '95588', ingress: 'interconnect' }, 'service'],
      [{ from: '13812345678', networkFrom: '+85512345678', ingress: 'interconnect' }, 'number-changed'],
      [{ from: '02161234567', ingress: 'interconnect' }, 'fixed'],
    ];
    for (const [event, expected] of cases) expect([event, patternOf(event)]).toEqual([event, expected]);
  });

  it('keeps whatever a trunk is called within one mark, and a flood of names within bounds', () => {
    const mark = createMarker(() => 'other', new Map());
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (trunk) => {
        const text = mark({ channel: 'access' }, { 'call.trunk': trunk, 'callee.area': '' });
        expect(text).not.toMatch(/[\t\n\r]/);
        expect(readMark(text)).toMatchObject({ pattern: 'other', ingress: 'access', area: '' });
      }),
    );
    const sources = new KnownSources(2);
    expect(['a', 'b', 'c', 'a'].map((name) => sources.of(name, 0))).toEqual(['a', 'b', OTHER_SOURCES, 'a']);
    expect(sources.of('c', 3_600_000)).toBe('c');
  });

  it('refuses a pack whose patterns ask for what there is not, and names it', () => {
    const [signal] = createCalls({ pack, numbering }).signals;
    const check = (when: Record<string, (string | boolean)[]>) => () =>
      compilePatterns([{ id: 'odd', title: { 'zh-CN': 'x', en: 'x' }, when }], signal?.facts ?? {});
    expect(check({ 'caller.colour': ['red'] })).toThrow(/pattern odd, caller.colour: no such fact/);
    expect(check({ 'caller.kind': ['mobil'] })).toThrow(/caller.kind: it is never mobil/);
    expect(check({ 'call.roaming': ['yes'] })).toThrow(/yes is no bool/);
    expect(check({ 'call.roaming': [true] })).toThrow(/the last pattern must be for all/);
  });
});
