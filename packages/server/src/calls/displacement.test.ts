import { fileURLToPath } from 'node:url';
import { displacementNotThere } from '@fanzha/contract';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { negativeBinomialTails } from '../engine/index.ts';
import { AUDIT_MIGRATIONS, openPack, outboxMigrations } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createDisplacementWatch } from './displacement.service.ts';
import { tryDisplacement } from './displacement-trial.model.ts';
import { PatternFile } from './pattern.model.ts';
import { callTally, createPatternBook } from './pattern.service.ts';
import { effectPeriod, rateRatio, ruleChanges } from './pattern-effect.model.ts';
import { createRuleEffects } from './pattern-effect.service.ts';

const { db } = await testDatabase(
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'calls', migrations: new URL('./migrations/', import.meta.url) },
);
const HOUR_MS = 3_600_000;
const clock = testClock('2026-11-24T12:00:00+08:00');
const ctx = testContext({ db, clock });
const pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
const file = pack.read('call-patterns.json', PatternFile);
const book = createPatternBook(file, pack);
const watch = createDisplacementWatch({
  setting: file.displacement,
  stepMinutes: file.tally.sourceSteps,
  byCountry: (pattern) => pattern === 'foreign',
  titleOf: (pattern) => ({ 'zh-CN': pattern, en: pattern }),
  fold: book.fold,
});

/** Hours from now back: so many spoofed calls from abroad that are blocked, and so many from Cambodia, on a trunk. */
async function traffic(
  hoursBack: readonly [from: number, to: number],
  spoofed: number,
  cambodia: number,
  { trunk = 'intl-1', simulated = false } = {},
): Promise<void> {
  const now = clock.now();
  const events = [];
  for (let hour = hoursBack[0]; hour < hoursBack[1]; hour++) {
    const at = now - hour * HOUR_MS - HOUR_MS / 2;
    const mark = (pattern: string, country: string) =>
      `pattern=${pattern};ingress=international;country=${country};area=;source=${trunk}`;
    const wave = hour % 3;
    events.push(
      {
        at,
        simulated,
        mark: mark('mobile-abroad', 'CN'),
        verdict: 'block' as const,
        rules: ['spoof'],
        events: spoofed && spoofed + wave,
      },
      {
        at,
        simulated,
        mark: mark('foreign', 'KH'),
        verdict: 'label' as const,
        rules: [],
        events: cambodia + wave,
      },
    );
  }
  await callTally.write(ctx, events);
}

const states = async () => (await watch.list(ctx, {})).items.map(({ state, source }) => `${state} ${source}`);

beforeEach(async () => {
  clock.set('2026-11-24T12:00:00+08:00');
  for (const table of ['calls_pattern_tally', 'calls_pattern_delta', 'calls_displacement']) {
    await sql`delete from ${sql.table(table)}`.execute(db);
  }
});

describe('displacement', () => {
  it('opens one alarm when blocked traffic comes back as something else, with its evidence', async () => {
    await traffic([1, 8 * 24], 100, 20);
    await traffic([0, 1], 0, 115);
    expect(await watch.check(ctx)).toEqual({ opened: 1, standing: 1 });
    expect(await watch.check(ctx)).toEqual({ opened: 0, standing: 1 });
    const { items } = await watch.list(ctx, { pattern: 'foreign' });
    expect(items).toMatchObject([
      {
        state: 'open',
        source: 'intl-1',
        windowHours: 1,
        left: [{ pattern: 'mobile-abroad', calls: 0 }],
        joined: [{ pattern: 'foreign', country: 'KH', calls: 115 }],
      },
    ]);
    expect(items[0]?.series.slice(-2)).toMatchObject([{ left: 101 }, { left: 0, joined: 115 }]);
    expect((await watch.list(ctx, { pattern: 'hidden' })).items).toEqual([]);
  });

  it('lets people acknowledge, judge and take that back, and says no more about what was judged', async () => {
    await traffic([1, 8 * 24], 100, 20);
    await traffic([0, 1], 0, 115);
    await watch.check(ctx);
    const id = (await watch.list(ctx, {})).items[0]?.id ?? '';
    expect(await watch.acknowledge(ctx, id)).toMatchObject({ state: 'acknowledged' });
    await expect(watch.acknowledge(ctx, id)).rejects.toMatchObject({ kind: displacementNotThere });
    expect(await watch.close(ctx, id, 'displacement', 'told the carrier')).toMatchObject({
      state: 'closed',
      outcome: 'displacement',
    });
    expect(await watch.check(ctx)).toEqual({ opened: 0, standing: 0 });
    expect(await watch.reopen(ctx, id)).toMatchObject({ state: 'open' });
    const { rows } = await sql<{ action: string }>`select action from platform_audit
      where action like 'displacement.%' order by seq`.execute(db);
    expect(rows.map(({ action }) => action)).toEqual([
      'displacement.acknowledge',
      'displacement.close',
      'displacement.reopen',
    ]);
    clock.advance(60 * HOUR_MS);
    await traffic([0, 60], 100, 20);
    await watch.check(ctx);
    expect(await states()).toEqual(['closed intl-1']);
  });

  it('is silent where traffic only falls, only rises, or has no history', async () => {
    await traffic([1, 8 * 24], 100, 20);
    await traffic([0, 1], 0, 20);
    await traffic([1, 8 * 24], 100, 20, { trunk: 'intl-2' });
    await traffic([0, 1], 100, 150, { trunk: 'intl-2' });
    await traffic([1, 48], 100, 20, { trunk: 'new', simulated: true });
    await traffic([0, 1], 0, 120, { trunk: 'new', simulated: true });
    await watch.check(ctx);
    const found = (await watch.list(ctx, {})).items;
    // Both together are what a move from one trunk to the other would look like.
    expect(found.filter(({ source }) => source !== '')).toEqual([]);
    expect(found.filter(({ simulated }) => simulated)).toEqual([]);
  });

  it('makes one alarm of the same move in many trunks', async () => {
    for (let trunk = 0; trunk < 8; trunk++) {
      await traffic([1, 8 * 24], 100, 20, { trunk: `t${trunk}` });
      await traffic([0, 1], 0, 115, { trunk: `t${trunk}` });
    }
    expect(await watch.check(ctx)).toEqual({ opened: 1, standing: 1 });
    expect((await watch.list(ctx, {})).items[0]?.sources).toHaveLength(8);
  });

  it('finds what moves within hours and is hardly ever wrong, on simulated networks', () => {
    const report = tryDisplacement(
      { seed: 3, trunks: 2, months: 0.2, moves: 6 },
      file.displacement,
      negativeBinomialTails,
    );
    expect(report.falseAlarms).toBe(0);
    for (const { callsPerHour, found, played, medianMinutes } of report.moves) {
      if (callsPerHour < 100) continue;
      expect(found).toBe(played);
      expect(medianMinutes).toBeLessThan(300);
    }
  }, 60_000);
});

describe('effects of rules', () => {
  const at = Date.parse('2026-11-22T12:00:00+08:00');
  const history = [
    { version: 2, at, rules: new Map([['spoof', 'a']]) },
    { version: 1, at: at - 100 * HOUR_MS, rules: new Map<string, string>() },
  ];

  it('compares the same hours before and after, and names what took its place', async () => {
    await traffic([48, 8 * 24], 100, 20);
    await traffic([0, 48], 10, 90);
    const effects = createRuleEffects({
      setting: file.effect,
      history: async () => history,
      fold: book.fold,
    });
    const { items } = await effects.list(ctx, {});
    expect(items).toMatchObject([
      {
        rule: 'spoof',
        change: 'added',
        version: 2,
        hours: 48,
        targets: [{ pattern: 'mobile-abroad' }],
        replacements: [{ pattern: 'foreign' }],
      },
    ]);
    const [target] = items[0]?.targets ?? [];
    expect(target?.change?.high).toBeLessThan(0.2);
    expect((await effects.list(ctx, { rule: 'other' })).items).toEqual([]);
  });

  it('says what each version changed, over hours of the day that can be compared', () => {
    expect(ruleChanges(history)).toEqual([{ rule: 'spoof', change: 'added', version: 2, at }]);
    const removed = [{ version: 3, at: at + 1, rules: new Map<string, string>() }, ...history];
    expect(ruleChanges(removed)[0]).toMatchObject({ rule: 'spoof', change: 'removed', version: 3 });
    expect(effectPeriod(at, at + HOUR_MS / 2, HOUR_MS, 100 * HOUR_MS)).toBeUndefined();
    expect(effectPeriod(at, at + 5 * HOUR_MS, HOUR_MS, 100 * HOUR_MS)).toEqual({
      beforeFrom: at - 24 * HOUR_MS,
      lengthMs: 5 * HOUR_MS,
    });
    expect(effectPeriod(at, at + 50 * HOUR_MS, HOUR_MS, 100 * HOUR_MS)?.lengthMs).toBe(48 * HOUR_MS);
    expect(rateRatio(0, 5, [])).toBeNull();
    const ratio = rateRatio(100, 50, []);
    // Normal interval of the logarithm with half a call added: 0.5025 · exp(±1.96 · sqrt(1/50.5 + 1/100.5)).
    expect(ratio?.low).toBeCloseTo(0.358, 2);
    expect(ratio?.high).toBeCloseTo(0.705, 2);
  });
});
