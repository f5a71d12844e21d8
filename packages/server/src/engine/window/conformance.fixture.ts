import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterSpec, counterIdentity, parseCounter } from './counter.model.ts';
import { type NamedEvent, ReferenceWindows } from './reference.fixture.ts';
import { type WindowEvent, WindowSnapshotError, type WindowStore } from './windows.model.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 2);
export const LATENESS_MS = 10 * MINUTE;

/** One counter of every function, over windows from a minute to a month, by one subject and by a pair. */
export const SPECS: readonly CounterSpec[] = [
  parseCounter('count', ['caller', '1m']),
  parseCounter('count', ['caller', '10m']),
  parseCounter('count', ['caller', '30d']),
  parseCounter('count', ['caller', '1h', 'call.answered']),
  parseCounter('count', ['callee.area+caller', '1h']),
  parseCounter('distinct', ['callee', 'caller', '10m']),
  parseCounter('distinct', ['callee', 'caller', '1d', 'call.answered']),
  parseCounter('sum', ['call.seconds', 'caller', '1h'], ['call.end']),
  parseCounter('mean', ['call.seconds', 'caller', '1d'], ['call.end']),
  parseCounter('ratio', ['call.answered', 'call.short', 'caller', '1h']),
  parseCounter('share', ['call.answered', 'caller', '1h'], ['call.end']),
  parseCounter('first_seen', ['caller']),
  parseCounter('last', ['call.seconds', 'caller']),
  parseCounter('since', ['call.answered', 'caller']),
];

/** An event in the order of a store's inputs. */
export function eventFor(store: WindowStore, event: NamedEvent, position?: number): WindowEvent {
  return {
    kind: event.kind,
    at: event.at,
    subjects: store.inputs.subjects.map((name) => event.subjects[name]),
    numbers: store.inputs.numbers.map((name) => event.numbers?.[name] ?? Number.NaN),
    flags: store.inputs.flags.map((name) => (event.flags?.[name] === true ? 1 : 0)),
    ...(position === undefined ? {} : { position }),
  };
}

/** A run of events in which time goes on, jumps, and sometimes steps back, now and then too far. */
export const events: fc.Arbitrary<NamedEvent[]> = fc
  .record({
    pace: fc.constantFrom(500, 10_000, 4 * MINUTE),
    steps: fc.array(
      fc.record({
        step: fc.integer({ min: 0, max: 100 }),
        jump: fc.oneof(
          { weight: 30, arbitrary: fc.constant(0) },
          { weight: 4, arbitrary: fc.integer({ min: -12 * MINUTE, max: 0 }) },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              61 * MINUTE,
              25 * 60 * MINUTE,
              33 * 24 * 60 * MINUTE,
              80 * 24 * 60 * MINUTE,
            ),
          },
        ),
        end: fc.boolean(),
        caller: fc.constantFrom('', 'a', 'a', 'a', 'a', 'b'),
        callee: fc.constantFrom('', 'p', 'q', 'r', 's', 't', 'u'),
        area: fc.constantFrom('', '010', '021'),
        seconds: fc.constantFrom(Number.NaN, 0, 3, 7.5, 60),
        answered: fc.boolean(),
        short: fc.boolean(),
      }),
      { minLength: 1, maxLength: 150, size: 'max' },
    ),
  })
  .map(({ pace, steps }) => {
    let now = START;
    return steps.map(({ step, jump, end, caller, callee, area, seconds, answered, short }) => {
      const at = now + Math.round((step * pace) / 50) + jump;
      now = Math.max(now, at);
      return {
        kind: end ? 'call.end' : 'call.attempt',
        at,
        subjects: { caller, callee, 'callee.area': area },
        numbers: { 'call.seconds': seconds },
        flags: { 'call.answered': answered, 'call.short': short },
      };
    });
  });

type Make = (specs: readonly CounterSpec[]) => WindowStore;
const RUNS = { numRuns: 150 };

/** The laws of a window store. `make` gives an empty one with a lateness of `LATENESS_MS` and room enough. */
export function describeWindowStore(name: string, exactEvents: number, make: Make): void {
  describe(`${name} keeps the laws of windows`, () => {
    it('equals the reference as long as few events lie in a window', () => {
      fc.assert(
        fc.property(events, (run) => equalsReference(make(SPECS), run, exactEvents)),
        RUNS,
      );
    });
    it('a preview says what observing would, and neither it nor a peek changes anything', () => {
      fc.assert(
        fc.property(events, (run) => readingChangesNothing(make(SPECS), run)),
        RUNS,
      );
    });
    it('a subject is counted alike, whoever else is seen in between', () => {
      fc.assert(
        fc.property(events, (run) => subjectsAreStrangers(make(SPECS), make(SPECS), run)),
        RUNS,
      );
    });
    it('restoring and replaying is as never having stopped, however often it is done', () => {
      const size = fc.integer({ min: 1, max: 5000 });
      fc.assert(
        fc.property(events, fc.nat(), fc.nat({ max: 2 }), size, (run, cut, lag, pieceSize) => {
          const stayed = make(SPECS);
          const pieces = stopMidway(stayed, run, cut % run.length, lag);
          const restored = make(SPECS);
          for (let time = 0; time < 2; time++) {
            restoreAndReplay(restored, resliced(pieces, pieceSize), run);
            for (const event of run.slice(-5)) expect(read(restored, event)).toEqual(read(stayed, event));
          }
        }),
        RUNS,
      );
    });
    it('a damaged snapshot is refused and leaves nothing behind', () => {
      fc.assert(
        fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), (run, where, change) =>
          refusesDamage(make(SPECS), make(SPECS), run, where, change),
        ),
        RUNS,
      );
    });
    it('counters declared later begin then; those before keep their history', () =>
      declaresLater(make(SPECS.slice(0, 2))));
    it('counters that are let go free their places, and start anew when they are asked for again', () =>
      letsGo(make(SPECS.slice(0, 2))));
  });
}

const slotOf = (store: WindowStore, spec: CounterSpec) => store.slots.get(counterIdentity(spec)) ?? -1;
const read = (store: WindowStore, event: NamedEvent) => [...store.peek(eventFor(store, event))];

function equalsReference(store: WindowStore, run: readonly NamedEvent[], exactEvents: number): void {
  const reference = new ReferenceWindows(SPECS, LATENESS_MS);
  for (const event of run) {
    const values = store.observe(eventFor(store, event));
    const truth = reference.observe(event);
    for (const spec of SPECS) {
      const { value, events: inside } = truth.get(counterIdentity(spec)) ?? { value: 0, events: 0 };
      const exact = inside <= exactEvents || spec.windowMs === 0 || spec.fn === 'distinct';
      if (exact) expect(values[slotOf(store, spec)], counterIdentity(spec)).toBeCloseTo(value, 9);
    }
  }
}

function readingChangesNothing(store: WindowStore, run: readonly NamedEvent[]): void {
  for (const event of run) {
    const previewed = [...store.preview(eventFor(store, event))];
    read(store, { ...event, at: event.at + 3 * 86_400_000 });
    expect([...store.observe(eventFor(store, event))]).toEqual(previewed);
  }
}

function subjectsAreStrangers(together: WindowStore, alone: WindowStore, run: readonly NamedEvent[]): void {
  for (const event of run) {
    const values = [...together.observe(eventFor(together, event))];
    if (event.subjects.caller !== 'a') continue;
    expect([...alone.observe(eventFor(alone, event))]).toEqual(values);
  }
}

/** Counts a run, taking a snapshot after `cut` events, with `lag` events counted between two of its pieces. */
function stopMidway(store: WindowStore, run: readonly NamedEvent[], cut: number, lag: number): Uint8Array[] {
  let position = 0;
  const count = (until: number) => {
    for (; position < Math.min(until, run.length); position++) {
      store.record(eventFor(store, run[position] as NamedEvent, position));
    }
  };
  count(cut);
  const pieces: Uint8Array[] = [];
  for (const piece of store.snapshot()) {
    pieces.push(piece);
    count(position + lag);
  }
  count(run.length);
  return pieces;
}

function restoreAndReplay(
  store: WindowStore,
  pieces: Iterable<Uint8Array>,
  run: readonly NamedEvent[],
): void {
  const { replayAfter } = store.restore(pieces);
  for (const [position, event] of run.entries()) {
    if (position > replayAfter) store.record(eventFor(store, event, position));
  }
}

function refusesDamage(
  store: WindowStore,
  other: WindowStore,
  run: readonly NamedEvent[],
  where: number,
  change: number,
): void {
  for (const event of run) store.record(eventFor(store, event));
  const bytes = Buffer.concat([...store.snapshot()]);
  const at = where % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ change;
  expect(() => other.restore([bytes])).toThrow(WindowSnapshotError);
  expect(() => other.restore([bytes.subarray(0, at)])).toThrow(WindowSnapshotError);
  expect(other.stats().keys).toBe(0);
}

function declaresLater(store: WindowStore): void {
  const [, kept, added] = [SPECS[0], SPECS[1], SPECS[5]] as [CounterSpec, CounterSpec, CounterSpec];
  const seen = { kind: 'call.attempt', subjects: { caller: 'a', callee: 'p' } };
  store.record(eventFor(store, { ...seen, at: START }));
  store.declare([kept, added], START + 1);
  const values = store.observe(eventFor(store, { ...seen, at: START + 2 }));
  expect(values[slotOf(store, kept)]).toBe(2);
  expect(values[slotOf(store, added)]).toBe(1);
  expect(store.startedAt(added)).toBe(START + 1);
  expect(store.startedAt(kept)).toBeLessThan(START + 1);
}

function letsGo(store: WindowStore): void {
  const [kept, other] = [SPECS[0], SPECS[5]] as [CounterSpec, CounterSpec];
  const seen = { kind: 'call.attempt', subjects: { caller: 'a', callee: 'p' } };
  for (let time = 1; time <= 600; time++) {
    store.declare([kept, other], START + time);
    const values = store.observe(eventFor(store, { ...seen, at: START + time }));
    expect([values[slotOf(store, kept)], values[slotOf(store, other)]]).toEqual([time, 1]);
    expect(store.startedAt(other)).toBe(START + time);
    store.retain([kept]);
    expect(store.startedAt(other)).toBeUndefined();
    expect(store.slots.has(counterIdentity(other))).toBe(false);
  }
}

function* resliced(pieces: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  const bytes = Buffer.concat(pieces);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
