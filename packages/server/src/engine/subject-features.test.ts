import type { EngineWindows, SubjectFeatures } from '@fanzha/contract';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, type Context, openVault, type RouteInput } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, newDataFolder, newEngine, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);
const clock = testClock('2026-11-23T09:30:00+08:00');
const ctx = testContext({ db, clock });
const CALLS = 'count("caller", "10m")';
const CALLED = 'count("callee", "1h")';
const pack = newPack({
  rules: [newRule({ when: `${CALLS} > 1 || ${CALLED} > 50`, reason: 'call.many', verdict: 'label' })],
});
const dataFolder = newDataFolder();
const engine = await newEngine({
  db,
  clock,
  dataFolder,
  pack,
  vault: openVault(dataFolder),
  decider: createDecider({ pack, kinds: TEST_KINDS, signals: TEST_SIGNALS, clock, numbering: testNumbering }),
});
await engine.start();
afterAll(() => engine.stop());

async function ask<T>(operation: string, body: unknown = {}): Promise<T> {
  const route = engine.routes?.find((each) => each.operation.id === operation);
  const input = { params: {}, query: {}, body, signal: new AbortController().signal };
  return (await route?.handler(ctx as Context, input as unknown as RouteInput<never>)) as T;
}

const from = '+8613912345678';
for (const [id, minute] of [
  [1, 0],
  [2, 1],
  [3, 29],
]) {
  const at = `2026-11-23T0${minute === 29 ? '9' : '8'}:${String(minute).padStart(2, '0')}:00+08:00`;
  await engine.submit(ctx, [newAttempt(`c${id}`, { from, at })]);
}
await engine.caughtUp();

describe('features of a subject', () => {
  it('are its counters now, and hour by hour what they were and how it was decided', async () => {
    const { counters, hours, ...rest } = await ask<SubjectFeatures>('subjects.features', {
      role: 'caller',
      value: '139 1234 5678',
    });
    expect(rest).toMatchObject({ role: 'caller', masked: false, truncated: false });
    expect(counters).toMatchObject([{ name: CALLS, value: 1 }]);
    expect(hours).toEqual([
      { at: '2026-11-23T00:00:00.000Z', verdicts: { allow: 1, label: 1 }, counters: { [CALLS]: 2 } },
      { at: '2026-11-23T01:00:00.000Z', verdicts: { allow: 1 }, counters: { [CALLS]: 1 } },
    ]);
  });

  it('of a person who is not suspected need a purpose, are masked, and the look is recorded', async () => {
    const asked = { role: 'callee', value: '138 1234 5678' };
    await expect(ask('subjects.features', asked)).rejects.toMatchObject({
      kind: { code: 'purpose-required' },
    });
    const told = await ask<SubjectFeatures>('subjects.features', { ...asked, purpose: 'appeal' });
    expect(told).toMatchObject({ masked: true, value: expect.stringContaining('****') });
    expect(told.counters).toMatchObject([{ name: CALLED, value: 1 }]);
    expect(JSON.stringify(told)).not.toContain('13812345678');
    const { rows } = await sql<{ action: string }>`select action, target, detail from platform_audit`.execute(
      db,
    );
    expect(rows).toMatchObject([
      { action: 'subject.features', detail: { role: 'callee', purpose: 'appeal' } },
    ]);
    expect(JSON.stringify(rows)).not.toContain('13812345678');
  });

  it('of a role that nobody has are refused; of a stranger they are nought', async () => {
    await expect(ask('subjects.features', { role: 'calle', value: '1' })).rejects.toMatchObject({
      kind: { code: 'role-unknown' },
    });
    const told = await ask<SubjectFeatures>('subjects.features', { role: 'caller', value: '+4930123456' });
    expect([told.counters[0]?.value, told.hours]).toEqual([0, []]);
  });
});

it('the engine tells what its counters cost and since when each counts', async () => {
  const { groups, usedBytes, budgetBytes, keys } = await ask<EngineWindows>('engine.windows');
  expect(groups.map(({ by, counters }) => [by, counters.length])).toEqual([
    [['caller'], 1],
    [['callee'], 1],
  ]);
  expect(keys).toBe(2);
  expect(usedBytes).toBeLessThan(budgetBytes);
});
