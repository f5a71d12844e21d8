import { join } from 'node:path';
import { VERDICTS } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, openVault, type Pack } from '../platform/index.ts';
import { type TestClock, testClock, testDatabase } from '../platform/testing/index.ts';
import type { BacktestTask } from './backtest.model.ts';
import { type BacktestSource, runBacktest } from './backtest-run.service.ts';
import { windowSeed } from './counting.service.ts';
import { createDecider } from './decision.service.ts';
import { decisionId, SUBJECT_TOKEN } from './decision-record.model.ts';
import { newAttempt, newDataFolder, newEngine, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { PolicySource, Rule } from './policy.model.ts';
import { readPolicySource } from './policy.service.ts';
import { type RecordedEvent, readRecordedEvents } from './recorded-event.service.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);

const BUSY = newRule({
  id: 'busy',
  when: 'count("caller", "10m") > 12.0',
  verdict: 'block',
  reason: 'call.busy',
  judges: 'subject',
});
const WIDE = newRule({
  id: 'wide',
  when: 'distinct("callee", "caller", "1h") > 20.0',
  verdict: 'label',
  reason: 'call.wide',
  judges: 'subject',
});
const ABROAD = newRule({
  id: 'abroad',
  when: 'call.ingress == "international" && !call.roaming',
  verdict: 'challenge',
  reason: 'call.abroad',
  score: 0.3,
});
const RULES = [BUSY, WIDE, ABROAD];
const EVENTS = 3000;

/** Numbers in [0, 1), the same every time. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

interface Installation {
  readonly pack: Pack;
  readonly folder: string;
  readonly clock: TestClock;
  readonly source: BacktestSource;
  readonly began: number;
}

/** Decides a stream of calls with repetitions and times out of order, restarting in the middle. */
async function installation(rules: readonly Rule[], events = EVENTS): Promise<Installation> {
  const pack = newPack({ rules });
  const folder = newDataFolder();
  const clock = testClock();
  const began = clock.now();
  const vault = openVault(folder);
  const random = seeded(7);
  let sent: Record<string, unknown>[] = [];
  for (const half of [0, 1]) {
    const decider = createDecider({
      pack,
      kinds: TEST_KINDS,
      signals: TEST_SIGNALS,
      clock,
      numbering: testNumbering,
      counting: { seed: windowSeed(vault) },
    });
    const engine = await newEngine({ db, clock, dataFolder: folder, pack, decider, vault });
    for (let index = 0; index < events / 2; index++) {
      clock.advance(1 + Math.floor(random() * 400));
      const late = random() < 0.2 ? Math.floor(random() * 300_000) : 0;
      const caller = `+8613800${String(Math.floor(40 * random() ** 3)).padStart(6, '0')}`;
      const call = newAttempt(`call-${half}-${index}`, {
        at: new Date(clock.now() - late).toISOString(),
        from: caller,
        to: `+8613900${String(Math.floor(2000 * random())).padStart(6, '0')}`,
        ingress: random() < 0.3 ? 'international' : 'interconnect',
      });
      const again = sent[Math.floor(random() * sent.length)];
      const outcomes = await engine.submit(
        { locale: 'en' },
        random() < 0.1 && again ? [call, again] : [call],
      );
      if (outcomes.some(({ ok }) => !ok)) throw new Error('an event was refused');
      sent = [...sent.slice(-50), call];
    }
    await engine.stop();
  }
  const decider = createDecider({
    pack,
    kinds: TEST_KINDS,
    signals: TEST_SIGNALS,
    clock,
    numbering: testNumbering,
  });
  const source = {
    pack,
    ground: decider.ground,
    seed: windowSeed(vault),
    subjectToken: (value: string) => vault.token(SUBJECT_TOKEN, value),
    dataFolder: folder,
    sealer: vault,
    displayNumber: testNumbering.display,
  };
  return { pack, folder, clock, source, began };
}

function taskOf({ pack, began, clock }: Installation, change: Partial<BacktestTask> = {}): BacktestTask {
  const live = readPolicySource(pack);
  return {
    live,
    candidate: { ...live, version: 'candidate' },
    snoozes: [],
    from: began,
    to: clock.now() + 1,
    seed: 1,
    labels: { positions: new Float64Array(), fraud: new Uint8Array() },
    ...change,
  };
}

async function recorded({ folder, source }: Installation): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const { events } of readRecordedEvents(join(folder, 'journal'), source.sealer))
    all.push(...events);
  return all;
}

const withRule = (source: PolicySource, rule: Rule): PolicySource => ({
  ...source,
  version: 'candidate',
  rules: [...source.rules.filter(({ id }) => id !== rule.id), rule],
});

const house = await installation(RULES);
const events = await recorded(house);

describe('a backtest', () => {
  it('reproduces what was decided live, to the last decision', async () => {
    const shares: number[] = [];
    const report = await runBacktest(house.source, taskOf(house), ({ share }) => shares.push(share));
    expect(report.reproduced).toEqual({
      compared: EVENTS,
      equal: EVENTS,
      otherVersion: 0,
      differences: [],
      causes: [],
    });
    expect(report).toMatchObject({ changed: 0, unread: 0, newlyBlocked: { total: 0 }, failures: [] });
    expect(
      report.rules.every(({ baselineHits, gained, lost }) => baselineHits > 10 && gained + lost === 0),
    ).toBe(true);
    expect(shares.at(-1)).toBeCloseTo(1);
  });

  it('reports exactly what a changed threshold would change', async () => {
    const live = readPolicySource(house.pack);
    const candidate = withRule(live, { ...BUSY, when: 'count("caller", "10m") > 30.0' });
    const report = await runBacktest(house.source, taskOf(house, { candidate }), () => undefined);
    const matrix = new Map<string, number>();
    const lost: string[] = [];
    for (const { position, decision } of events) {
      const without = decision.reasons.filter(({ rule }) => rule !== 'busy').map(({ verdict }) => verdict);
      const busy = Number(decision.facts['count("caller", "10m")'] ?? 0) > 30;
      const verdict =
        VERDICTS.findLast((each) => (busy ? [...without, 'block'] : without).includes(each)) ?? 'allow';
      const cell = `${decision.verdict} ${verdict}`;
      matrix.set(cell, (matrix.get(cell) ?? 0) + 1);
      if (decision.verdict === 'block' && verdict !== 'block') lost.push(decisionId(position));
    }
    expect(new Map(report.matrix.map((cell) => [`${cell.baseline} ${cell.candidate}`, cell.events]))).toEqual(
      matrix,
    );
    expect(report.noLongerBlocked.total).toBe(lost.length);
    expect(report.noLongerBlocked.items).toHaveLength(Math.min(200, lost.length));
    expect(lost).toEqual(
      expect.arrayContaining(report.noLongerBlocked.items.map(({ decision }) => decision)),
    );
    expect(report.rules.find(({ rule }) => rule === 'busy')).toMatchObject({
      change: 'changed',
      gained: 0,
      lost: lost.length,
    });
    const [example] = report.noLongerBlocked.items;
    expect(example?.subjects.find(({ role }) => role === 'callee')).toMatchObject({ masked: true });
  });

  it('draws the same sample for the same seed, and another for another', async () => {
    const live = readPolicySource(house.pack);
    const candidate = withRule(
      live,
      newRule({ id: 'home', when: 'call.ingress == "interconnect"', reason: 'call.wide' }),
    );
    const drawn = async (seed: number) =>
      (await runBacktest(house.source, taskOf(house, { candidate, seed }), () => undefined)).newlyBlocked
        .items;
    expect(await drawn(5)).toEqual(await drawn(5));
    expect(await drawn(6)).not.toEqual(await drawn(5));
  });

  it('counts right and wrong against confirmed outcomes', async () => {
    const labelled = events.filter((_, index) => index % 7 === 0);
    const fraud = (index: number) => index % 3 === 0;
    const labels = {
      positions: Float64Array.from(labelled, ({ position }) => position),
      fraud: Uint8Array.from(labelled, (_, index) => (fraud(index) ? 1 : 0)),
    };
    const report = await runBacktest(house.source, taskOf(house, { labels }), () => undefined);
    const hit = labelled.map(({ decision }) => decision.verdict !== 'allow');
    const right = hit.filter((each, index) => each && fraud(index)).length;
    const said = hit.filter(Boolean).length;
    const all = labelled.filter((_, index) => fraud(index)).length;
    expect(report.labels).toEqual({ fraud: all, legitimate: labelled.length - all });
    expect(report.baselineAccuracy).toMatchObject({
      precision: { hits: right, of: said, value: right / said },
      recall: { hits: right, of: all, value: right / all },
    });
    const busy = labelled.map(({ decision }) => decision.reasons.some(({ rule }) => rule === 'busy'));
    expect(report.rules.find(({ rule }) => rule === 'busy')?.baselineAccuracy).toMatchObject({
      truePositives: busy.filter((each, index) => each && fraud(index)).length,
      falsePositives: busy.filter((each, index) => each && !fraud(index)).length,
    });
    const without = await runBacktest(house.source, taskOf(house), () => undefined);
    expect(without.baselineAccuracy).toBeNull();
  });

  it('fills the counters from before the period', async () => {
    const from = house.began + Math.floor((house.clock.now() - house.began) / 2);
    const report = await runBacktest(house.source, taskOf(house, { from }), () => undefined);
    expect(report.warmed).toBeGreaterThan(EVENTS / 3);
    expect(report.reproduced.equal).toBe(report.reproduced.compared);
    expect(report.reproduced.compared + report.warmed).toBe(EVENTS);
    expect(Date.parse(report.countersWholeFrom ?? '')).toBeGreaterThan(from);
  });
});
