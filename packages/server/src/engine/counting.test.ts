import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionDetail } from '@fanzha/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { type Context, openVault, type RouteInput } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, newDataFolder, newEngine, testNumbering } from './engine.fixture.ts';
import type { Engine } from './engine.service.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { Facts } from './signal.model.ts';

const { db } = await testDatabase({
  name: 'engine',
  migrations: new URL('./migrations/', import.meta.url),
});
const clock = testClock();
const ctx = testContext({ db, clock });
const pack = newPack({
  rules: [
    newRule({
      when: 'count("caller", "10m") > 0 && distinct("callee", "caller", "1h") > 0',
      reason: 'call.many',
      verdict: 'label',
    }),
  ],
  reasons: {
    'call.many': {
      title: { 'zh-CN': '多', en: 'many' },
      text: { 'zh-CN': '{count("caller", "10m")} 次', en: '{count("caller", "10m")} calls' },
    },
  },
});
const running: Engine[] = [];
afterAll(() => Promise.all(running.map((engine) => engine.stop())));

async function open(dataFolder: string, segmentBytes?: number): Promise<Engine> {
  const decider = createDecider({
    pack,
    kinds: TEST_KINDS,
    signals: TEST_SIGNALS,
    clock,
    numbering: testNumbering,
  });
  const engine = await newEngine({
    db,
    clock,
    dataFolder,
    decider,
    pack,
    vault: openVault(dataFolder),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
  running.push(engine);
  return engine;
}

/** What the counters said of each event, or the code of its error. */
async function counted(engine: Engine, ...events: Record<string, unknown>[]): Promise<unknown[]> {
  const outcomes = await engine.submit(ctx, events);
  return outcomes.map((outcome) => {
    if (!outcome.ok) return outcome.error.kind.code;
    const values: Facts = outcome.entry.decision.reasons[0]?.values ?? {};
    return [values['count("caller", "10m")'], values['distinct("callee", "caller", "1h")']];
  });
}

const call = (id: number, partial: Record<string, unknown> = {}) =>
  newAttempt(`c${id}`, { to: `+86138000000${String(id).padStart(2, '0')}`, ...partial });

async function attempt(engine: Engine, body: unknown): Promise<DecisionDetail> {
  const route = engine.routes?.find(({ operation }) => operation.id === 'decisions.try');
  const input = { params: {}, query: {}, body, signal: new AbortController().signal };
  return (await route?.handler(ctx as Context, input as unknown as RouteInput<never>)) as DecisionDetail;
}

describe('counting in the engine', () => {
  it('counts an event once, however often it is sent, and tells in words what it counted', async () => {
    const engine = await open(newDataFolder());
    expect(await counted(engine, call(1), call(1), call(2), call(2))).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
    expect(await counted(engine, call(1), call(3, { to: '+8613800000001' }))).toEqual([
      [1, 1],
      [3, 2],
    ]);
  });

  it('keeps what was simulated apart from what has happened', async () => {
    const engine = await open(newDataFolder());
    expect(
      await counted(engine, call(1, { simulated: true }), call(2), call(3, { simulated: true })),
    ).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
    ]);
  });

  it('does not count what is tried', async () => {
    const engine = await open(newDataFolder());
    await counted(engine, call(1));
    for (let time = 0; time < 3; time++) {
      const { reasons } = await attempt(engine, call(2));
      expect(reasons[0]?.text.en).toBe('2 calls');
    }
    expect(await counted(engine, call(2))).toEqual([[2, 2]]);
  });

  it('goes on counting after a restart, also by the person called, who is sealed in the journal', async () => {
    const dataFolder = newDataFolder();
    const first = await open(dataFolder);
    await counted(first, ...Array.from({ length: 40 }, (_, id) => call(id)), call(39));
    running.splice(running.indexOf(first), 1);
    await first.stop();
    const second = await open(dataFolder);
    expect(await counted(second, call(39), call(40), call(41, { to: '+8613800000007' }))).toEqual([
      [40, 40],
      [41, 41],
      [42, 41],
    ]);
  });

  it('takes the counters from their snapshot when it starts again, and keeps it in the folder `windows`', async () => {
    const dataFolder = newDataFolder();
    const first = await open(dataFolder);
    await counted(first, call(1), call(2));
    running.splice(running.indexOf(first), 1);
    await first.stop();
    expect(readdirSync(join(dataFolder, 'windows'))).toHaveLength(1);
    rmSync(join(dataFolder, 'journal'), { recursive: true });
    clock.advance(1000);
    const second = await open(dataFolder);
    expect(await counted(second, call(3))).toEqual([[3, 3]]);
    const names = second.health().figures?.map(({ name }) => name);
    expect(names).toContain('windowBytes');
  });

  it('counts once an event that could not be written and was sent again', async () => {
    const dataFolder = newDataFolder();
    const engine = await open(dataFolder, 100);
    await counted(engine, call(1));
    renameSync(join(dataFolder, 'journal'), join(dataFolder, 'away'));
    expect(await counted(engine, call(2))).toEqual(['unavailable']);
    renameSync(join(dataFolder, 'away'), join(dataFolder, 'journal'));
    expect(await counted(engine, call(2), call(3))).toEqual([
      [2, 2],
      [3, 3],
    ]);
  });
});
