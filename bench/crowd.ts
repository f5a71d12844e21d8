import { composeDecider } from '../packages/server/src/compose.ts';
import { engineSection } from '../packages/server/src/engine/engine-setting.model.ts';
import type { WindowEvent, WindowStore } from '../packages/server/src/engine/window/windows.model.ts';
import { createWindows } from '../packages/server/src/engine/window/windows.service.ts';
import { WindowSetting } from '../packages/server/src/engine/window-setting.model.ts';
import { openPack, systemClock } from '../packages/server/src/platform/index.ts';
import { percentiles, perSecond } from './figures.ts';
import type { Bench, BenchResult } from './result.ts';
import { PACK } from './traffic.ts';

const MILLION = 1_000_000;
const SUBJECTS = 10 * MILLION;
const START = Date.UTC(2026, 10, 23);
/** Event time between two calls: ten million in three and a half minutes, as 46,000 a second bring them. */
const STEP_MS = 1 / 46;
/** One call in so many comes from a caller that goes on calling: the counters must not forget it. */
const ACTIVE_EVERY = 1000;
const ACTIVE = 100;
const seed = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const MIB = 2 ** 20;

const residentMegabytes = (): number => process.memoryUsage.rss() / MIB;

/** Ten million different callers under the shipped counters and budget: rate, memory at each million, snapshot. */
export const crowdBench: Bench = function* () {
  const specs = [...composeDecider(PACK, systemClock).policy.counters.values()];
  const { budgetMegabytes } = engineSection(openPack(PACK), 'windows', WindowSetting);
  const options = { specs, budgetBytes: budgetMegabytes * MIB, seed };
  const store = createWindows(options);
  const event = {
    kind: 'call.attempt',
    at: START,
    subjects: store.inputs.subjects.map((): string => ''),
    numbers: [],
    flags: [],
    position: 0,
  };
  const places = ['caller', 'callee'].map((role) => store.inputs.subjects.indexOf(role));
  const see = (caller: string, index: number): Float64Array => {
    event.subjects[places[0] ?? -1] = caller;
    event.subjects[places[1] ?? -1] = `+8613${index % 7919}`;
    event.at = START + index * STEP_MS;
    event.position = index;
    return store.observe(event);
  };
  const count = store.slots.values().next().value ?? 0;
  let forgotten = 0;
  const lowest = new Float64Array(ACTIVE);
  const began = performance.now();
  for (let index = 0; index < SUBJECTS; index++) {
    see(`+86${index}`, index);
    if (index % ACTIVE_EVERY === 0) {
      const which = (index / ACTIVE_EVERY) % ACTIVE;
      const now = see(`active ${which}`, index)[count] as number;
      if (now <= (lowest[which] as number) && now < 2) forgotten += 1;
      lowest[which] = now;
    }
    if ((index + 1) % MILLION !== 0) continue;
    const name = `windows: resident memory after ${(index + 1) / MILLION} M subjects`;
    yield { name, value: residentMegabytes(), unit: 'MB' };
  }
  const { usedBytes, budgetBytes, evictions, keys } = store.stats();
  yield {
    name: 'windows: 10 M subjects, shipped counters',
    value: perSecond(SUBJECTS, began),
    unit: 'ops/s',
  };
  yield { name: 'windows: memory used of the budget', value: (100 * usedBytes) / budgetBytes, unit: '%' };
  yield { name: 'windows: subjects remembered', value: keys, unit: '' };
  yield { name: 'windows: subjects forgotten', value: evictions, unit: '' };
  yield { name: 'windows: active callers forgotten', value: forgotten, unit: '' };
  yield* snapshot(store, createWindows(options), event);
};

function* snapshot(store: WindowStore, other: WindowStore, event: WindowEvent): Generator<BenchResult> {
  const pieces: Uint8Array[] = [];
  const micros: number[] = [];
  let began = performance.now();
  for (let last = began, next = store.snapshot(), piece = next.next(); !piece.done; piece = next.next()) {
    pieces.push(piece.value);
    micros.push((performance.now() - last) * 1000);
    last = performance.now();
  }
  const taken = performance.now() - began;
  began = performance.now();
  other.restore(pieces);
  const restored = performance.now() - began;
  const isSame = other.peek(event).every((value, slot) => value === store.peek(event)[slot]);
  yield* results(pieces, taken, restored, isSame);
  yield* percentiles('windows: a piece of a snapshot', Float64Array.from(micros));
}

function* results(
  pieces: readonly Uint8Array[],
  taken: number,
  restored: number,
  isSame: boolean,
): Generator<BenchResult> {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  yield { name: 'windows: snapshot', value: bytes / MIB, unit: 'MB' };
  yield { name: 'windows: snapshot, time in all', value: taken, unit: 'ms' };
  yield { name: 'windows: snapshot, time to restore', value: restored, unit: 'ms' };
  yield { name: 'windows: restored counters equal', value: isSame ? 1 : 0, unit: '' };
}
