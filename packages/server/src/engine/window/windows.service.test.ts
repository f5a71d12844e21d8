import { describe, expect, it } from 'vitest';
import { describeWindowStore, eventFor, LATENESS_MS } from './conformance.fixture.ts';
import { type CounterSpec, counterIdentity, parseCounter } from './counter.model.ts';
import { EXACT_UP_TO, EXACT_VALUES } from './layout.model.ts';
import { type WindowOptions, WindowSnapshotError, type WindowStore } from './windows.model.ts';
import { createWindows } from './windows.service.ts';

const START = Date.UTC(2026, 10, 23, 2);
const seed = Uint8Array.from({ length: 16 }, (_, index) => index * 37);
const MB = 1024 * 1024;

function make(specs: readonly CounterSpec[], options: Partial<WindowOptions> = {}): WindowStore {
  return createWindows({
    specs,
    budgetBytes: 8 * MB,
    latenessMs: LATENESS_MS,
    seed,
    startedAt: START - 1,
    ...options,
  });
}

describeWindowStore('memory', EXACT_UP_TO, (specs, budgetBytes = 8 * MB) => make(specs, { budgetBytes }));

/** A generator of numbers in [0, 1) that is the same every time (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Drawn {
  readonly at: number;
  readonly callee: number;
  readonly seconds: number;
  readonly answered: boolean;
}

/** Arrivals at a mean rate, with their truth over a window counted by hand. */
function meanErrors(
  specs: readonly CounterSpec[],
  perSecond: number,
  count: number,
  callees: number,
  run = 0,
): number[] {
  const random = seededRandom(7 + Math.round(perSecond * 1000));
  const store = make(specs, { seed: seed.map((byte) => byte + run) });
  const drawn: Drawn[] = [];
  const errors = specs.map(() => ({ sum: 0, values: 0 }));
  let at = START;
  for (let index = 0; index < count; index++) {
    at += (-Math.log(1 - random()) / perSecond) * 1000;
    const one = {
      at: Math.floor(at),
      callee: Math.floor(random() * callees),
      seconds: random() * 100,
      answered: random() < 0.3,
    };
    drawn.push(one);
    const values = store.observe(
      eventFor(store, {
        kind: 'call.end',
        at: one.at,
        subjects: { caller: 'a', callee: `c${one.callee}` },
        numbers: { 'call.seconds': one.seconds },
        flags: { 'call.answered': one.answered },
      }),
    );
    if (index % 37 !== 0) continue;
    for (const [place, spec] of specs.entries()) {
      const inside = drawn.filter((other) => other.at > one.at - spec.windowMs);
      const truth = truthOf(spec, inside);
      const value = values[store.slots.get(counterIdentity(spec)) ?? -1] ?? 0;
      if (inside.length <= EXACT_UP_TO) expect(value).toBeCloseTo(truth, 6);
      else if (spec.fn === 'distinct' && truth <= EXACT_VALUES) expect(value).toBe(truth);
      else {
        const error = errors[place] ?? { sum: 0, values: 0 };
        error.sum += Math.abs(value - truth) / truth;
        error.values++;
      }
    }
  }
  return errors.map(({ sum, values }) => (values === 0 ? 0 : sum / values));
}

function truthOf(spec: CounterSpec, inside: readonly Drawn[]): number {
  const sum = inside.reduce((total, { seconds }) => total + seconds, 0);
  if (spec.fn === 'distinct') return new Set(inside.map(({ callee }) => callee)).size;
  if (spec.fn === 'sum') return sum;
  if (spec.fn === 'mean') return sum / inside.length;
  if (spec.fn === 'share') return inside.filter(({ answered }) => answered).length / inside.length;
  return inside.length;
}

describe('beyond what is kept one by one', () => {
  const specs = [
    parseCounter('count', ['caller', '10m']),
    parseCounter('count', ['caller', '1h']),
    parseCounter('sum', ['call.seconds', 'caller', '10m']),
    parseCounter('mean', ['call.seconds', 'caller', '1h']),
    parseCounter('share', ['call.answered', 'caller', '1h']),
  ];

  it.each([0.02, 0.06, 0.2, 2])(
    'counts, sums, means and shares err by less than 2 % on average at %d/s',
    (perSecond) => {
      const errors = meanErrors(specs, perSecond, 6000, 10);
      for (const [place, error] of errors.entries()) {
        expect(error, counterIdentity(specs[place] as CounterSpec)).toBeLessThan(0.02);
      }
    },
  );

  it.each([
    [0.5, 1_000_000],
    [3, 3000],
    [20, 1_000_000],
  ])('different values err by less than 3 % on average at %d/s of %d values', (perSecond, callees) => {
    const distinct = [
      parseCounter('distinct', ['callee', 'caller', '10m']),
      parseCounter('distinct', ['callee', 'caller', '1h']),
    ];
    const runs = Array.from({ length: 8 }, (_, run) => meanErrors(distinct, perSecond, 5000, callees, run));
    for (const place of distinct.keys()) {
      expect(runs.reduce((sum, errors) => sum + (errors[place] ?? 0), 0) / runs.length).toBeLessThan(0.03);
    }
  });
});

describe('memory', () => {
  const specs = [
    parseCounter('count', ['caller', '1h']),
    parseCounter('distinct', ['callee', 'caller', '1h']),
  ];
  const call = (store: WindowStore, caller: string, at: number) =>
    store.observe(
      eventFor(store, { kind: 'call.attempt', at, subjects: { caller, callee: `${at % 7}` } }),
    )[0];

  it('stays within its budget and never forgets an active subject for an inactive one', () => {
    const store = make(specs, { budgetBytes: MB });
    const active = Array.from({ length: 100 }, (_, index) => `active ${index}`);
    let at = START;
    for (let round = 0; round < 3000; round++) {
      at += 10;
      for (let one = 0; one < 40; one++) call(store, `once ${round} ${one}`, at);
      call(store, active[round % 100] ?? '', at);
    }
    const { evictions, usedBytes, budgetBytes } = store.stats();
    expect(evictions).toBeGreaterThan(50_000);
    expect(usedBytes).toBeLessThanOrEqual(budgetBytes);
    for (const subject of active) expect(call(store, subject, at + 1)).toBe(31);
  });

  it('counts an active subject alike, however often memory is tidied up around it', () => {
    const tight = make(specs, { budgetBytes: MB });
    const roomy = make(specs, { budgetBytes: 64 * MB });
    const event = (store: WindowStore, caller: string, callee: string, at: number) =>
      eventFor(store, { kind: 'call.attempt', at, subjects: { caller, callee } });
    for (let index = 0; index < 20_000; index++) {
      const at = START + index * 200;
      for (const other of ['x', 'y', 'z']) {
        tight.record(event(tight, `${other} ${index}`, 'p', at));
      }
      const caller = `busy ${index % 5}`;
      const callee = `${(index * 7919) % 3000}`;
      const values = [...tight.observe(event(tight, caller, callee, at - (index % 3) * 1000))];
      expect(values).toEqual([...roomy.observe(event(roomy, caller, callee, at - (index % 3) * 1000))]);
    }
    expect(tight.stats().evictions).toBeGreaterThan(10_000);
  });

  it('drops without counting it an eviction what no window reaches any more', () => {
    let now = START;
    const store = make(specs, { budgetBytes: MB, now: () => now });
    for (let index = 0; index < 60_000; index++) {
      now += 1000;
      call(store, `once ${index}`, now);
    }
    expect(store.stats()).toMatchObject({ evictions: 0 });
    expect(store.stats().expired).toBeGreaterThan(40_000);
  });

  it('says which counters use it', () => {
    const store = make([...specs, parseCounter('count', ['callee', '1h'])]);
    for (let index = 0; index < 100; index++) call(store, `c${index}`, START + index);
    const [callers, callees] = store.statsByGroup();
    expect(callers).toMatchObject({ by: ['caller'], keys: 100, counters: specs.map(counterIdentity) });
    expect(callees).toMatchObject({ by: ['callee'], keys: 7 });
    expect((callers?.bytes ?? 0) / 100).toBeLessThan(60);
  });

  it('refuses a budget in which the counters do not fit', () => {
    expect(() => make(specs, { budgetBytes: 1000 })).toThrow(/budget of at least/);
    const store = make([parseCounter('count', ['caller', '1h'])], { budgetBytes: 256 * 1024 });
    const large = ['1m', '5m', '10m', '1h', '2h', '6h', '12h', '1d', '2d', '7d', '30d', '15d'];
    const many = large.map((window) => parseCounter('distinct', ['callee', 'caller', window]));
    expect(() => store.declare(many, START)).toThrow(/too much for the budget/);
  });
});

describe('time', () => {
  const count = parseCounter('count', ['caller', '1h']);
  const call = (at: number) => ({ kind: 'call.attempt', at, subjects: { caller: 'a' } });

  it('counts an event from the future as of now, and one that comes too late not at all', () => {
    const store = make([count], { now: () => START });
    store.record(eventFor(store, call(START + 86_400_000)));
    store.record(eventFor(store, call(START - LATENESS_MS)));
    store.record(eventFor(store, call(START - LATENESS_MS - 1)));
    expect(store.peek(eventFor(store, call(START)))[0]).toBe(2);
    expect(store.stats()).toMatchObject({ early: 1, late: 1 });
  });

  it('refuses a time that is none', () => {
    const store = make([count]);
    for (const at of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      expect(() => store.observe(eventFor(store, call(at)))).toThrow(RangeError);
    }
  });
});

describe('snapshots', () => {
  const calls = (store: WindowStore) => {
    for (let index = 0; index < 5000; index++) {
      const subjects = { caller: `c${index % 700}`, callee: `${index}` };
      store.record(eventFor(store, { kind: 'call.attempt', at: START + index * 50, subjects }, index));
    }
  };
  const specs = [
    parseCounter('count', ['caller', '1h']),
    parseCounter('distinct', ['callee', 'caller', '1h']),
  ];
  const asked = (store: WindowStore) => [
    ...store.peek(eventFor(store, { kind: 'call.attempt', at: START + 250_000, subjects: { caller: 'c3' } })),
  ];

  it('outlive a change of the budget and of the counters, whose kept part keeps its history', () => {
    const before = make(specs, { budgetBytes: 64 * MB });
    calls(before);
    const other = [parseCounter('count', ['caller', '10m']), ...specs];
    const after = make(other, { budgetBytes: 2 * MB, startedAt: START + 300_000 });
    expect(after.restore(before.snapshot()).replayAfter).toBe(4999);
    expect(asked(after)).toEqual([0, ...asked(before)]);
    expect(after.startedAt(other[0] as CounterSpec)).toBe(START + 300_000);
    expect(after.startedAt(other[1] as CounterSpec)).toBe(START - 1);
  });

  it('leave behind what no counter reads any more', () => {
    const before = make([...specs, parseCounter('count', ['callee', '1h'])]);
    calls(before);
    const after = make([parseCounter('sum', ['call.seconds', 'callee', '1h']), ...specs]);
    after.restore(before.snapshot());
    expect(after.stats().keys).toBe(700);
    expect(asked(after)).toEqual([0, ...asked(before).slice(0, 2)]);
  });

  it('are refused by another installation and by another version', () => {
    const store = make(specs);
    calls(store);
    const pieces = [...store.snapshot()];
    const stranger = make(specs, { seed: new Uint8Array(8) });
    expect(() => stranger.restore(pieces)).toThrow(/another secret/);
    expect(() => store.restore([...pieces, Uint8Array.of(1)])).toThrow(WindowSnapshotError);
    expect(() => store.restore([])).toThrow(/cut short/);
  });
});
