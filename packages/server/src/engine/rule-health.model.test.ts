import { describe, expect, it } from 'vitest';
import { openPack } from '../platform/index.ts';
import { engineSection } from './engine-setting.model.ts';
import { proportion } from './proportion.model.ts';
import { alwaysAgrees, type HourCount, RuleHealthSetting, unusualRate } from './rule-health.model.ts';
import { negativeBinomialTails } from './rule-rate.model.ts';

const pack = openPack(new URL('../../../../packs/cn', import.meta.url).pathname);
const setting = engineSection(pack, 'ruleHealth', RuleHealthSetting);
const HOURS = 7 * 24;

/** Numbers in [0, 1), the same every time (mulberry32). */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** An ordinary week and the hour after it: a day and night of its own, and rates that wander from hour to hour. */
function week(
  rate: number,
  volume: number,
  wander: number,
  random: () => number,
): { past: HourCount[]; newest: HourCount } {
  const at = (hoursBefore: number): HourCount => {
    const daily = 1 + 0.8 * Math.sin((2 * Math.PI * hoursBefore) / 24);
    const asked = poisson(volume * daily, random);
    const own = rate * (1 + 0.4 * Math.cos((2 * Math.PI * hoursBefore) / 24));
    return {
      hoursBefore,
      asked,
      hits: Math.min(asked, poisson(asked * own * Math.exp(wander * normal(random)), random)),
    };
  };
  return { past: Array.from({ length: HOURS }, (_, index) => at(index + 1)), newest: at(0) };
}

describe('unusual rates', () => {
  it('raises a false alarm less than once in ten thousand ordinary hours', () => {
    const random = seeded(42);
    let looked = 0;
    let alarms = 0;
    for (const rate of [0.0005, 0.005, 0.05, 0.4]) {
      for (const volume of [500, 5000, 50_000]) {
        for (const wander of [0, 0.1, 0.25]) {
          for (let run = 0; run < 600; run++) {
            const { past, newest } = week(rate, volume, wander, random);
            looked += 1;
            if (unusualRate(newest, past, setting)) alarms += 1;
          }
        }
      }
    }
    expect(looked).toBe(21_600);
    expect(alarms / looked).toBeLessThan(1e-4);
  });

  it('finds a tripled rate and a rule gone quiet nearly always', () => {
    const random = seeded(7);
    let high = 0;
    let low = 0;
    for (let run = 0; run < 300; run++) {
      const { past, newest } = week(0.02, 5000, 0.1, random);
      if (unusualRate({ ...newest, hits: newest.hits * 3 }, past, setting)?.kind === 'rate-high') high += 1;
      if (unusualRate({ ...newest, hits: 0 }, past, setting)?.kind === 'rate-low') low += 1;
    }
    expect(high / 300).toBeGreaterThan(0.97);
    expect(low / 300).toBeGreaterThan(0.97);
  });

  it('does not take an earlier alarm for the norm, and asks for a history first', () => {
    const past = Array.from({ length: HOURS }, (_, index) => ({
      hoursBefore: index + 1,
      asked: 1000,
      hits: index + 1 === 24 ? 900 : 20,
    }));
    expect(unusualRate({ asked: 1000, hits: 200 }, past, setting)?.kind).toBe('rate-high');
    expect(unusualRate({ asked: 1000, hits: 200 }, past.slice(0, 4), setting)).toBeUndefined();
  });

  it('speaks when a rule that never fired fires often', () => {
    const past = Array.from({ length: HOURS }, (_, index) => ({
      hoursBefore: index + 1,
      asked: 1000,
      hits: 0,
    }));
    expect(unusualRate({ asked: 1000, hits: 60 }, past, setting)?.kind).toBe('rate-high');
    expect(unusualRate({ asked: 1000, hits: 3 }, past, setting)).toBeUndefined();
  });
});

describe('figures behind alarms', () => {
  it('has the tails of Poisson and negative binomial counts', () => {
    // Poisson values as R gives them: ppois(3, 5), ppois(9, 5, lower = FALSE).
    expect(negativeBinomialTails(3, 5, 5).lower).toBeCloseTo(0.265026, 6);
    expect(negativeBinomialTails(10, 5, 5).upper).toBeCloseTo(0.031828, 6);
    const term = (k: number): number =>
      Array.from({ length: k }, (_, i) => ((4 + i) / (i + 1)) * (2 / 3)).reduce(
        (a, b) => a * b,
        (1 / 3) ** 4,
      );
    const upper = Array.from({ length: 300 }, (_, i) => term(20 + i)).reduce((a, b) => a + b, 0);
    expect(negativeBinomialTails(20, 8, 24).upper).toBeCloseTo(upper, 9);
  });

  it('gives Wilson intervals, and null of nothing', () => {
    expect(proportion(0, 0)).toBeNull();
    expect(proportion(8, 10)).toMatchObject({
      value: 0.8,
      low: expect.closeTo(0.4902, 4),
      high: expect.closeTo(0.9433, 4),
    });
    expect(proportion(10, 10)).toMatchObject({ low: expect.closeTo(0.7225, 4), high: 1 });
  });

  it('says which of two rules is contained in the other', () => {
    const hits = new Map([
      ['a', 500],
      ['b', 505],
      ['c', 5000],
    ]);
    expect(alwaysAgrees({ a: 'a', b: 'b', hits: 500 }, hits, setting)).toMatchObject({
      rule: 'a',
      other: 'b',
    });
    expect(alwaysAgrees({ a: 'a', b: 'c', hits: 500 }, hits, setting)).toBeUndefined();
    expect(alwaysAgrees({ a: 'a', b: 'b', hits: 20 }, hits, setting)).toBeUndefined();
  });
});
