import { parseCounter } from '../packages/server/src/engine/window/counter.model.ts';
import type { WindowEvent, WindowStore } from '../packages/server/src/engine/window/windows.model.ts';
import { createWindows } from '../packages/server/src/engine/window/windows.service.ts';
import { BenchRedis } from './redis.ts';
import type { Bench, BenchResult } from './result.ts';

const START = Date.UTC(2026, 10, 23);
const WINDOWS = ['1m', '10m', '1h', '1d'] as const;
const WINDOW_MS = [60_000, 600_000, 3_600_000, 86_400_000];
const KEYS = 200_000;
const EVENTS = 2_000_000;
/** Event time that passes between two events: 20,000 events a second. */
const STEP_MS = 0.05;
const GIB = 2 ** 30;
const seed = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

const COUNTS = WINDOWS.map((window) => parseCounter('count', ['caller', window]));
/** The engine's target: 3 subjects with 4 windows each, and 2 distinct counts. */
const ENGINE = [
  ...['caller', 'callee', 'trunk'].flatMap((by) =>
    WINDOWS.map((window) => parseCounter('count', [by, window])),
  ),
  parseCounter('distinct', ['callee', 'caller', '10m']),
  parseCounter('distinct', ['callee', 'caller', '1d']),
];

/** Windows beside what one might use instead, their memory, and how far they are from the truth. */
export const windowsBench: Bench = async function* (say) {
  const numbers = Array.from({ length: KEYS }, (_, key) => `+8613${String(key).padStart(9, '0')}`);
  const drawn = drawKeys(KEYS, EVENTS);
  const ours = median(3, () => counts(numbers, drawn));
  yield { name: 'windows: ours, count, 4 windows', value: ours, unit: 'ops/s' };
  const map = median(3, () => plainMap(numbers, drawn));
  yield { name: 'windows: plain Map, lifetime count', value: map, unit: 'ops/s', ratio: map / ours };
  yield* redis(numbers, drawn, ours, say);
  yield* engine(numbers, drawn);
  yield* memory();
  yield* errors();
};

/** Zipf-like: how often a key is drawn falls as its rank rises. */
function drawKeys(keys: number, events: number): Uint32Array {
  const random = seededRandom(1);
  return Uint32Array.from({ length: events }, () => Math.floor(keys ** random()) % keys);
}

function counts(numbers: readonly string[], drawn: Uint32Array): number {
  const store = createWindows({ specs: COUNTS, budgetBytes: GIB, seed });
  const event = eventOf(store);
  return rate(drawn.length, (index) => {
    event.subjects[0] = numbers[drawn[index] as number];
    event.at = START + index * STEP_MS;
    store.observe(event);
  });
}

function plainMap(numbers: readonly string[], drawn: Uint32Array): number {
  const map = new Map<string, number>();
  return rate(drawn.length, (index) => {
    const key = numbers[drawn[index] as number] ?? '';
    map.set(key, (map.get(key) ?? 0) + 1);
  });
}

const SORTED_SET = `
local at = tonumber(ARGV[1])
redis.call('ZADD', KEYS[1], at, ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at - ${WINDOW_MS[3]})
redis.call('EXPIRE', KEYS[1], ${(WINDOW_MS[3] ?? 0) / 1000})
local counts = {}
for index, window in ipairs({${WINDOW_MS.join(',')}}) do
  counts[index] = redis.call('ZCOUNT', KEYS[1], '(' .. (at - window), '+inf')
end
return table.concat(counts, ' ')`;

async function* redis(
  numbers: readonly string[],
  drawn: Uint32Array,
  ours: number,
  say: (line: string) => void,
): AsyncGenerator<BenchResult> {
  const client = await BenchRedis.start();
  if (client === undefined) {
    say('left out: Redis (no redis-server on this machine)');
    return;
  }
  try {
    const [, sha = ''] = await client.pipeline([['SCRIPT', 'LOAD', SORTED_SET]]);
    const events = 200_000;
    const batch = 100;
    const began = performance.now();
    for (let from = 0; from < events; from += batch) {
      await client.pipeline(
        Array.from({ length: batch }, (_, index) => {
          const at = from + index;
          return ['EVALSHA', sha, 1, numbers[drawn[at] as number] ?? '', START + at * STEP_MS, at];
        }),
      );
    }
    const value = perSecond(events, began);
    yield {
      name: 'windows: Redis Lua sorted set, 100 a pipeline',
      value,
      unit: 'ops/s',
      ratio: value / ours,
    };
  } finally {
    await client.stop();
  }
}

function* engine(numbers: readonly string[], drawn: Uint32Array): Generator<BenchResult> {
  const store = createWindows({ specs: ENGINE, budgetBytes: GIB, seed });
  const event = eventOf(store);
  const random = seededRandom(2);
  const callees = Uint32Array.from({ length: drawn.length }, () => Math.floor(random() * KEYS));
  const micros = new Float64Array(drawn.length);
  const place = ['caller', 'callee', 'trunk'].map((name) => store.inputs.subjects.indexOf(name));
  const trunks = Array.from({ length: 200 }, (_, index) => `trunk-${index}`);
  const value = rate(drawn.length, (index) => {
    const began = performance.now();
    event.subjects[place[0] ?? 0] = numbers[drawn[index] as number];
    event.subjects[place[1] ?? 0] = numbers[callees[index] as number];
    event.subjects[place[2] ?? 0] = trunks[(drawn[index] as number) % 200];
    event.at = START + index * STEP_MS;
    store.observe(event);
    micros[index] = (performance.now() - began) * 1000;
  });
  const name = 'windows: 3 subjects x 4 windows + 2 distinct';
  yield { name, value, unit: 'events/s' };
  micros.sort();
  for (const [label, part] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
    ['max', 1],
  ] as const) {
    const at = Math.min(micros.length - 1, Math.floor(micros.length * part));
    yield { name: `${name}, ${label}`, value: micros[at] ?? 0, unit: 'us' };
  }
}

function* memory(): Generator<BenchResult> {
  const once = createWindows({ specs: ENGINE, budgetBytes: GIB, seed });
  const event = eventOf(once);
  const caller = once.inputs.subjects.indexOf('caller');
  const callee = once.inputs.subjects.indexOf('callee');
  const keys = 1_000_000;
  event.subjects[callee] = undefined;
  for (let index = 0; index < keys; index++) {
    event.subjects[caller] = `+86139${index}`;
    event.at = START + index * STEP_MS;
    once.record(event);
  }
  yield {
    name: 'windows: memory, 1 M callers seen once',
    value: once.stats().usedBytes / keys,
    unit: 'B/key',
  };
  const hot = createWindows({ specs: COUNTS, budgetBytes: GIB, seed });
  const call = eventOf(hot);
  for (let index = 0; index < 2_000_000; index++) {
    call.subjects[0] = `+86139${index % 10_000}`;
    call.at = START + index * STEP_MS;
    hot.record(call);
  }
  yield {
    name: 'windows: memory, callers seen 200 times',
    value: hot.stats().usedBytes / 10_000,
    unit: 'B/key',
  };
  yield* crowd(once.inputs.subjects.length);
}

/** Ten million subjects that come once, in a budget for a tenth of them. */
function* crowd(subjects: number): Generator<BenchResult> {
  const store = createWindows({ specs: COUNTS, budgetBytes: GIB / 32, seed });
  const event = { ...eventOf(store), subjects: Array.from({ length: subjects }, () => '') };
  const micros = new Float64Array(10_000_000);
  const value = rate(micros.length, (index) => {
    const began = performance.now();
    event.subjects[0] = `+86${index}`;
    event.at = START + index * STEP_MS;
    store.observe(event);
    micros[index] = (performance.now() - began) * 1000;
  });
  micros.sort();
  const { usedBytes, budgetBytes } = store.stats();
  yield { name: 'windows: 10 M callers once each, budget 32 MiB', value, unit: 'ops/s' };
  yield { name: 'windows: same, p99.9', value: micros[9_990_000] ?? 0, unit: 'us' };
  yield {
    name: 'windows: same, memory used of the budget',
    value: (100 * usedBytes) / budgetBytes,
    unit: '%',
  };
}

/** Mean error against the exact count, over subjects of many rates. */
function* errors(): Generator<BenchResult> {
  const specs = [...COUNTS.slice(1, 3), parseCounter('distinct', ['callee', 'caller', '1h'])];
  const sums = { exact: 0, count: 0, counts: 0, distinct: 0, distincts: 0 };
  for (let run = 0; run < 20; run++) {
    const random = seededRandom(run);
    const store = createWindows({ specs, budgetBytes: GIB / 16, seed: seed.map((byte) => byte + run) });
    const event = eventOf(store);
    const perMs = (0.02 * 2 ** (run / 3)) / 1000;
    const times: number[] = [];
    let at = START;
    for (let index = 0; index < 8000; index++) {
      at += -Math.log(1 - random()) / perMs;
      times.push(Math.floor(at));
      event.subjects = store.inputs.subjects.map((name) => (name === 'caller' ? 'a' : `${index}`));
      event.at = at;
      const values = store.observe(event);
      if (index % 50 === 0) judge(sums, times, values);
    }
  }
  yield { name: 'windows: error of counts up to 31', value: 100 * sums.exact, unit: '%' };
  yield { name: 'windows: mean error of counts beyond', value: (100 * sums.count) / sums.counts, unit: '%' };
  yield {
    name: 'windows: mean error of distinct beyond 512',
    value: (100 * sums.distinct) / sums.distincts,
    unit: '%',
  };
}

function judge(
  sums: { exact: number; count: number; counts: number; distinct: number; distincts: number },
  times: readonly number[],
  values: Float64Array,
): void {
  const newest = times.at(-1) ?? 0;
  const inside = (windowMs: number) => times.filter((time) => time > newest - windowMs).length;
  const truths = [inside(600_000), inside(3_600_000), inside(3_600_000)];
  for (const [place, truth] of truths.entries()) {
    const error = Math.abs((values[place] ?? 0) - truth) / truth;
    if (place === 2 && truth > 512) {
      sums.distinct += error;
      sums.distincts++;
    } else if (place < 2 && truth > 31) {
      sums.count += error;
      sums.counts++;
    } else sums.exact += error;
  }
}

interface MutableEvent extends WindowEvent {
  at: number;
  subjects: (string | undefined)[];
}

function eventOf(store: WindowStore): MutableEvent {
  return {
    kind: 'call.attempt',
    at: START,
    subjects: store.inputs.subjects.map(() => ''),
    numbers: [],
    flags: [],
  };
}

function rate(events: number, act: (index: number) => void): number {
  const began = performance.now();
  for (let index = 0; index < events; index++) act(index);
  return perSecond(events, began);
}

function perSecond(events: number, began: number): number {
  return events / ((performance.now() - began) / 1000);
}

function median(runs: number, measure: () => number): number {
  return Array.from({ length: runs }, measure).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}

/** Numbers in [0, 1), the same every time (mulberry32). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
