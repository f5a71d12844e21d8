import { alarmNotOpen } from '@fanzha/contract';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, openPack, outboxMigrations } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { testNumbering } from './engine.fixture.ts';
import { engineSection } from './engine-setting.model.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { Rule } from './policy.model.ts';
import { RuleHealthSetting } from './rule-health.model.ts';
import { createRuleHealth, type RuleHealthBook } from './rule-health.service.ts';
import { writeTally } from './rule-tally.store.ts';

const { db } = await testDatabase(
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = '2026-11-01T00:00:00+08:00';
const shipped = openPack(new URL('../../../../packs/cn', import.meta.url).pathname);
const setting = { ...engineSection(shipped, 'ruleHealth', RuleHealthSetting), silentEvents: 5000 };
const clock = testClock(START);
const ctx = testContext({ db, clock });

const rule = (id: string, more: Partial<Rule> = {}): Rule =>
  newRule({ id, when: `call.ingress == "${id}"`, ...more });
const ALL = [rule('steady'), rule('twin'), rule('rare'), rule('mute')];
const ENDING = rule('ending', { until: '2026-11-20' });

function bookOf(rules: readonly Rule[]): RuleHealthBook {
  const pack = newPack({ rules });
  const parts = { pack, kinds: TEST_KINDS, signals: TEST_SIGNALS, clock, numbering: testNumbering };
  return createRuleHealth({ decider: createDecider(parts), setting, timeZone: 'Asia/Shanghai' });
}

/** An hour of decisions ending now: `asked` calls, of which so many were hit by each rule. */
async function hour(asked: number, hits: Readonly<Record<string, number>>, simulated = false): Promise<void> {
  clock.advance(HOUR_MS);
  const event = {
    kind: 'call.attempt',
    decidedAt: clock.now() - HOUR_MS / 2,
    version: '1',
    simulated,
  } as const;
  const each = Array.from({ length: asked }, (_, index) => ({
    ...event,
    rules: Object.keys(hits).filter((id) => index < (hits[id] ?? 0)),
  }));
  await writeTally(ctx, each);
}

const open = async (book: RuleHealthBook) =>
  (await book.alarms(ctx, {})).items
    .filter(({ state }) => state !== 'closed')
    .map(({ kind, rule: id, other }) => [kind, id, ...(other === undefined ? [] : [other])].join(' '))
    .sort();

beforeEach(async () => {
  clock.set(START);
  for (const table of ['rule_tally', 'rule_pair', 'rule_alarm', 'rule_known']) {
    await sql`delete from ${sql.table(`engine_${table}`)}`.execute(db);
  }
});

describe('rule health', () => {
  it('opens one alarm for an unusual hour, says so once, and closes it when it is over', async () => {
    const book = bookOf(ALL);
    await book.check(ctx);
    for (let past = 0; past < 5 * 24; past++) await hour(1000, { steady: 30 + (past % 5) });
    await book.check(ctx);
    expect(await open(book)).toEqual([]);
    await hour(1000, { steady: 150 });
    await book.check(ctx);
    await book.check(ctx);
    expect(await open(book)).toEqual(['rate-high steady']);
    const [alarm] = (await book.alarms(ctx, {})).items;
    expect(alarm?.figures).toMatchObject({ hits: 150, asked: 1000 });
    const id = alarm?.id ?? '';
    expect(await book.acknowledge(ctx, id, 'a campaign')).toMatchObject({
      state: 'acknowledged',
      note: 'a campaign',
    });
    await expect(book.acknowledge(ctx, id, 'again')).rejects.toMatchObject({ kind: alarmNotOpen });
    await hour(1000, { steady: 32 });
    await book.check(ctx);
    expect((await book.alarms(ctx, { state: 'closed' })).items).toMatchObject([{ id, state: 'closed' }]);
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from platform_outbox
      where topic = 'rule.alarm-opened'`.execute(db);
    expect(rows[0]?.n).toBe(1);
  });

  it('notices a rule that falls silent, and is not misled by simulated traffic', async () => {
    const book = bookOf(ALL);
    await book.check(ctx);
    for (let past = 0; past < 5 * 24; past++) await hour(1000, { steady: 40 });
    await hour(1000, { steady: 0 });
    await writeTally(
      ctx,
      Array.from({ length: 40 }, () => ({
        kind: 'call.attempt' as const,
        decidedAt: clock.now() - HOUR_MS / 2,
        version: '1',
        simulated: true,
        rules: ['steady'],
      })),
    );
    await book.check(ctx);
    expect(await open(book)).toEqual(['rate-low steady']);
  });

  it('names rules that never fire, that agree with another, that end', async () => {
    const book = bookOf([...ALL, ENDING]);
    await book.check(ctx);
    for (let past = 0; past < 14 * 24 + 1; past++) await hour(60, { steady: 20, twin: 20, rare: 3 });
    await book.check(ctx);
    expect(await open(book)).toEqual([
      'always-agrees steady twin',
      'ends-soon ending',
      'never-fires ending',
      'never-fires mute',
    ]);
    clock.advance(10 * DAY_MS);
    await book.check(ctx);
    expect(await open(book)).toContain('ended ending');
  });

  it('lets a rule that was changed begin anew', async () => {
    const before = bookOf(ALL);
    await before.check(ctx);
    for (let past = 0; past < 5 * 24; past++) await hour(1000, { steady: 30 });
    const after = bookOf([rule('steady', { when: 'call.ingress != "x"' }), ...ALL.slice(1)]);
    await after.check(ctx);
    await hour(1000, { steady: 900 });
    await after.check(ctx);
    expect(await open(after)).toEqual([]);
  });

  it('gives hits, rates and their course', async () => {
    const book = bookOf(ALL);
    for (let past = 0; past < 48; past++) await hour(100, { steady: 10, rare: 1 });
    const { items } = await book.get(ctx);
    expect(items.find(({ rule: id }) => id === 'steady')).toMatchObject({
      hits24h: 240,
      hits7d: 480,
      asked24h: 2400,
      rate7d: 0.1,
      precision: null,
    });
    const series = items.find(({ rule: id }) => id === 'rare')?.series ?? [];
    expect(series).toHaveLength(28);
    expect(series.slice(-8).map(({ hits }) => hits)).toEqual(Array(8).fill(6));
  });
});
