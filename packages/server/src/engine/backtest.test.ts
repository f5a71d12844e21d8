import { join } from 'node:path';
import { backtestNotRunning, backtestRunning, ruleTrialReplaced } from '@fanzha/contract';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AUDIT_MIGRATIONS, type Context, openPack, openVault } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import type { BacktestSetting, RuleTrialSetting } from './backtest.model.ts';
import { type Backtests, createBacktests } from './backtest.service.ts';
import { windowSeed } from './counting.service.ts';
import { createDecider } from './decision.service.ts';
import { positionOf } from './decision-record.model.ts';
import { newAttempt, newDataFolder, newEngine, testNumbering } from './engine.fixture.ts';
import { newPackFolder, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { PolicySource } from './policy.model.ts';
import { readRecordedEvents } from './recorded-event.service.ts';
import { ReplayWorker } from './replay-host.service.ts';
import { TrialQueue } from './rule-trial-queue.service.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);

const origin = { from: '2026-11-23', source: 'test' };
const SETTING: BacktestSetting = { days: 7, keepReports: 2, maxLabels: 1000, ...origin };
const EVENTS = 400;

const rules = [
  newRule({ id: 'busy', when: 'count("caller", "10m") > 12.0', judges: 'subject' }),
  newRule({ id: 'abroad', when: 'call.ingress == "international"', verdict: 'label' }),
];
const packFolder = newPackFolder({ rules });
const pack = openPack(packFolder);
const dataFolder = newDataFolder();
const clock = testClock();
const ctx = testContext({ db, clock });
const vault = openVault(dataFolder);
const decider = createDecider({
  pack,
  kinds: TEST_KINDS,
  signals: TEST_SIGNALS,
  clock,
  numbering: testNumbering,
  counting: { seed: windowSeed(vault) },
});

/** Calls of 20 callers, a quarter of them from abroad. */
async function record(events: number, prefix: string): Promise<void> {
  const engine = await newEngine({ db, clock, dataFolder, pack, decider, vault });
  for (let index = 0; index < events; index++) {
    const call = newAttempt(`${prefix}-${index}`, {
      at: new Date(clock.now()).toISOString(),
      from: `+861380000${String(index % 20).padStart(4, '0')}`,
      ingress: index % 4 === 0 ? 'international' : 'interconnect',
    });
    await engine.submit(ctx, [call]);
    clock.advance(1000);
  }
  await engine.stop();
}
await record(EVENTS, 'call');

const worker = async () =>
  new ReplayWorker(new URL('./replay.fixture.ts', import.meta.url), {
    packFolder,
    dataFolder,
    knowledge: undefined,
  });

const live = (): PolicySource => decider.setting.live;
const candidate: PolicySource = {
  ...live(),
  version: '2',
  rules: live().rules.map((rule) => (rule.id === 'abroad' ? { ...rule, verdict: 'block' } : rule)),
};
const versions = new Map([
  [1, live()],
  [2, candidate],
  [3, { ...candidate, rules: candidate.rules.map((rule) => ({ ...rule, when: 'call.nonsense > 1.0' })) }],
]);

function newBacktests(): Backtests {
  return createBacktests({
    setting: SETTING,
    version: async (_ctx, number) => {
      const source = versions.get(number);
      return source && { source, contentHash: `hash-${number}` };
    },
    finished: async () => undefined,
    live: () => decider.setting,
    worker,
    ctx,
  });
}

const ended = (backtests: Backtests, id: string) =>
  expect
    .poll(() => backtests.get(ctx, id), { timeout: 15_000, interval: 50 })
    .toSatisfy((run: Awaited<ReturnType<Backtests['get']>>) => run.state !== 'running');

describe('backtests of versions', () => {
  it('runs in another thread and keeps the report, for the content that was tried', async () => {
    const backtests = newBacktests();
    const { id } = await backtests.start(ctx, { version: 2 });
    await expect(backtests.start(ctx, { version: 1 })).rejects.toMatchObject({ kind: backtestRunning });
    await ended(backtests, id);
    const run = await backtests.get(ctx, id);
    expect(run).toMatchObject({ state: 'done', share: 1, done: EVENTS, contentHash: 'hash-2' });
    expect(run.report?.reproduced).toMatchObject({ compared: EVENTS, equal: EVENTS });
    expect(run.report?.rules.find(({ rule }) => rule === 'abroad')).toMatchObject({
      change: 'changed',
      gained: 0,
      lost: 0,
    });
    const { items } = await backtests.list(ctx, { version: 2 });
    expect(items).toMatchObject([{ id, changed: run.report?.changed }]);
    const log = await sql<{ action: string }>`select action from platform_audit`.execute(db);
    expect(log.rows.map(({ action }) => action)).toContain('backtest.start');
  });

  it('says in which rule a version that cannot run is wrong', async () => {
    const backtests = newBacktests();
    const { id } = await backtests.start(ctx, { version: 3 });
    await ended(backtests, id);
    expect(await backtests.get(ctx, id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('call.nonsense'),
    });
  });

  it('is stopped when somebody cancels it, and makes room for the next', async () => {
    const backtests = newBacktests();
    const { id } = await backtests.start(ctx, { version: 2 });
    expect(await backtests.cancel(ctx, id)).toMatchObject({ state: 'cancelled' });
    await expect(backtests.cancel(ctx, id)).rejects.toMatchObject({ kind: backtestNotRunning });
    const next = await backtests.start(ctx, { version: 1 });
    await ended(backtests, next.id);
    expect(await backtests.get(ctx, id)).toMatchObject({ state: 'cancelled' });
    expect(await backtests.get(ctx, next.id)).toMatchObject({ state: 'done' });
  });

  it('calls failed what was running when the program ended, and keeps only the newest reports', async () => {
    const before = newBacktests();
    const { id } = await before.start(ctx, { version: 2 });
    const after = newBacktests();
    await after.recover();
    expect(await after.get(ctx, id)).toMatchObject({ state: 'failed', error: 'restart' });
    await before.stop();
    for (let more = 0; more < 2; more++) {
      const next = await after.start(ctx, { version: 1 });
      await ended(after, next.id);
    }
    const kept = await sql<{
      n: number;
    }>`select count(*)::int as n from engine_backtest where report is not null`.execute(db);
    expect(kept.rows[0]?.n).toBe(SETTING.keepReports);
  });
});

describe('a rule tried while it is written', () => {
  const setting: RuleTrialSetting = { events: 300, ...origin };
  const trials = (): TrialQueue => {
    const queue = new TrialQueue({ setting, live: () => decider.setting, worker });
    onTestFinished(() => queue.stop());
    return queue;
  };
  const rule = { on: ['call.attempt' as const], verdict: 'block' as const, judges: 'event' as const };

  it('counts what it would have hit among the latest events, and what that would have changed', async () => {
    const trial = await trials().run(ctx, { ...rule, when: 'call.ingress == "international"' });
    expect(trial).toMatchObject({ events: 300, hits: 75, enoughHistory: true });
    const events = [];
    for await (const batch of readRecordedEvents(join(dataFolder, 'journal'), vault))
      events.push(...batch.events);
    const hit = events
      .slice(-300)
      .filter(({ event }) => 'ingress' in event && event.ingress === 'international');
    expect(trial.verdictChanges).toBe(hit.filter(({ decision }) => decision.verdict !== 'block').length);
    expect(trial.examples.map(positionOf)).toEqual(
      hit
        .slice(-5)
        .reverse()
        .map(({ position }) => position),
    );
  });

  it('takes the counters of the live policy as they were, and says when its own saw too little', async () => {
    const queue = trials();
    const known = await queue.run(ctx, { ...rule, when: 'count("caller", "10m") > 15.0' });
    expect(known.enoughHistory).toBe(true);
    expect(known.hits).toBe(EVENTS - 20 * 15);
    const unknown = await queue.run(ctx, { ...rule, when: 'count("caller", "7d") > 14.0' });
    expect(unknown).toMatchObject({ enoughHistory: false, hits: 300 - 20 * 14 });
  });

  it('follows what is decided meanwhile', async () => {
    const queue = trials();
    const all = { ...rule, when: 'call.ingress != ""' };
    const before = await queue.run(ctx, all);
    await record(1, 'later');
    const after = await queue.run(ctx, all);
    expect(after.examples[1]).toBe(before.examples[0]);
  });

  it('tells the character that is wrong, as a check does', async () => {
    await expect(trials().run(ctx, { ...rule, when: 'call.ingres == "x"' })).rejects.toMatchObject({
      kind: { code: 'rule-faulty' },
      fields: [{ field: 'rule trial.rule: when[1]', reason: expect.stringContaining('call.ingress') }],
    });
  });

  it('gives up the older wish of a person who asks again, not that of another', async () => {
    const queue = trials();
    const other: Context = { ...ctx, actor: { ...ctx.actor, id: 'somebody-else' } };
    const when = 'call.ingress == "international"';
    const [older, newer, others] = await Promise.allSettled([
      queue.run(ctx, { ...rule, when }),
      queue.run(ctx, { ...rule, when }),
      queue.run(other, { ...rule, when }),
    ]);
    expect(older).toMatchObject({ status: 'rejected', reason: { kind: ruleTrialReplaced } });
    expect(newer.status).toBe('fulfilled');
    expect(others.status).toBe('fulfilled');
  });
});
