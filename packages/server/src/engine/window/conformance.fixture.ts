import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterSpec, counterIdentity, parseCounter } from './counter.model.ts';
import { type NamedEvent, ReferenceWindows } from './reference.fixture.ts';
import {
  type GroupStats,
  type WindowEvent,
  type WindowInputs,
  WindowSnapshotError,
  type WindowStats,
  type WindowStore,
} from './windows.model.ts';

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
  parseCounter('distinct', ['caller', 'callee=caller', '1d']),
  parseCounter('count', ['caller=callee', '1h', 'call.answered']),
  parseCounter('since', ['call.answered', 'callee=caller+caller=callee']),
];

/** Counters that say nothing of what others did. */
const OF_ITS_OWN = SPECS.filter(({ asked }) => asked === undefined);

/** An event in the order of a store's inputs. */
export function eventFor(
  store: { readonly inputs: WindowInputs },
  event: NamedEvent,
  position?: number,
): WindowEvent {
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
        callee: fc.constantFrom('', 'a', 'b', 'r', 's', 't', 'u'),
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

type Awaitable<T> = T | Promise<T>;

/**
 * A window store as the laws see it: each answer may come later, as from another process or a server. `WindowStore` is
 * one as it stands. Calls take effect in the order in which they are made, also when nobody waits between them.
 */
export interface WindowPort {
  readonly inputs: Awaitable<WindowInputs>;
  readonly slots: Awaitable<ReadonlyMap<string, number>>;
  startedAt(spec: CounterSpec): Awaitable<number | undefined>;
  declare(specs: readonly CounterSpec[], at: number): Awaitable<void>;
  retain(specs: readonly CounterSpec[]): Awaitable<void>;
  observe(event: WindowEvent): Awaitable<Float64Array>;
  record(event: WindowEvent): Awaitable<void>;
  preview(event: WindowEvent): Awaitable<Float64Array>;
  peek(event: WindowEvent): Awaitable<Float64Array>;
  snapshot(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  restore(pieces: Iterable<Uint8Array>): Awaitable<ReturnType<WindowStore['restore']>>;
  stats(): Awaitable<WindowStats>;
  statsByGroup(): Awaitable<readonly GroupStats[]>;
}

/** An empty store with a lateness of `LATENESS_MS`, and 8 MiB unless told. */
type Make = (specs: readonly CounterSpec[], budgetBytes?: number) => Awaitable<WindowPort>;

const MIB = 1024 * 1024;

/** The laws of a window store. `exactEvents` in a window are counted without any error; `numRuns` is for slow ones fewer. */
export function describeWindowStore(name: string, exactEvents: number, make: Make, numRuns = 150): void {
  const holds = <T>(law: fc.IAsyncProperty<T>) => fc.assert(law, { numRuns });
  describe(`${name} keeps the laws of windows`, () => {
    it('equals the reference as long as few events lie in a window', () =>
      holds(fc.asyncProperty(events, async (run) => equalsReference(await make(SPECS), run, exactEvents))));
    it('a preview says what observing would, and neither it nor a peek changes anything', () =>
      holds(fc.asyncProperty(events, async (run) => readingChangesNothing(await make(SPECS), run))));
    it('a subject is counted alike, whoever else is seen in between', () =>
      holds(
        fc.asyncProperty(events, async (run) =>
          subjectsAreStrangers(await make(OF_ITS_OWN), await make(OF_ITS_OWN), run),
        ),
      ));
    it('calls take effect in their order, whether or not anybody waits between them', () =>
      holds(fc.asyncProperty(events, async (run) => keepsOrder(await make(SPECS), await make(SPECS), run))));
    it('restoring and replaying is as never having stopped, however often it is done', () => {
      const size = fc.integer({ min: 1, max: 5000 });
      return holds(
        fc.asyncProperty(events, fc.nat(), fc.nat({ max: 2 }), size, async (run, cut, lag, pieceSize) => {
          const stayed = await make(SPECS);
          const pieces = await stopMidway(stayed, run, cut % run.length, lag);
          const restored = await make(SPECS);
          for (let time = 0; time < 2; time++) {
            await restoreAndReplay(restored, resliced(pieces, pieceSize), run);
            for (const event of run.slice(-5)) {
              expect(await read(restored, event)).toEqual(await read(stayed, event));
            }
          }
        }),
      );
    });
    it('a damaged snapshot is refused and leaves nothing behind', () =>
      holds(
        fc.asyncProperty(events, fc.nat(), fc.integer({ min: 1, max: 255 }), async (run, where, change) =>
          refusesDamage(await make(SPECS), await make(SPECS), run, where, change),
        ),
      ));
    it('counters declared later begin then; those before keep their history', async () =>
      declaresLater(await make(SPECS.slice(0, 2))));
    it('counters that are let go free their places, and start anew when they are asked for again', async () =>
      letsGo(await make(SPECS.slice(0, 2))));
    it('memory stays within its budget, and who is active is not forgotten before who is not', async () =>
      staysWithin(await make(SPECS.slice(0, 3), MIB)));
  });
}

const identityOf = counterIdentity;
const seenBy = async (store: WindowPort, event: NamedEvent, position?: number) =>
  eventFor({ inputs: await store.inputs }, event, position);
const slotOf = async (store: WindowPort, spec: CounterSpec) =>
  (await store.slots).get(identityOf(spec)) ?? -1;
const observed = async (store: WindowPort, event: NamedEvent) => [
  ...(await store.observe(await seenBy(store, event))),
];
const read = async (store: WindowPort, event: NamedEvent) => [
  ...(await store.peek(await seenBy(store, event))),
];

async function equalsReference(
  store: WindowPort,
  run: readonly NamedEvent[],
  exactEvents: number,
): Promise<void> {
  const reference = new ReferenceWindows(SPECS, LATENESS_MS);
  const slots = await store.slots;
  for (const event of run) {
    const values = await observed(store, event);
    const truth = reference.observe(event);
    for (const spec of SPECS) {
      const identity = identityOf(spec);
      const { value, events: inside } = truth.get(identity) ?? { value: 0, events: 0 };
      const exact = inside <= exactEvents || spec.windowMs === 0 || spec.fn === 'distinct';
      if (exact) expect(values[slots.get(identity) ?? -1], identity).toBeCloseTo(value, 9);
    }
  }
}

async function readingChangesNothing(store: WindowPort, run: readonly NamedEvent[]): Promise<void> {
  for (const event of run) {
    const previewed = [...(await store.preview(await seenBy(store, event)))];
    await read(store, { ...event, at: event.at + 3 * 86_400_000 });
    expect(await observed(store, event)).toEqual(previewed);
  }
}

async function subjectsAreStrangers(
  together: WindowPort,
  alone: WindowPort,
  run: readonly NamedEvent[],
): Promise<void> {
  for (const event of run) {
    const values = await observed(together, event);
    if (event.subjects.caller === 'a') expect(await observed(alone, event)).toEqual(values);
  }
}

async function keepsOrder(
  waited: WindowPort,
  hurried: WindowPort,
  run: readonly NamedEvent[],
): Promise<void> {
  const inputs = await hurried.inputs;
  const answers = run.map(async (event) => {
    // A store in this process overwrites its answer at the next call.
    const answer = hurried.observe(eventFor({ inputs }, event));
    return answer instanceof Promise ? [...(await answer)] : [...answer];
  });
  const sequential: number[][] = [];
  for (const event of run) sequential.push(await observed(waited, event));
  expect(await Promise.all(answers)).toEqual(sequential);
}

/** Counts a run, taking a snapshot after `cut` events, with `lag` events counted between two of its pieces. */
async function stopMidway(
  store: WindowPort,
  run: readonly NamedEvent[],
  cut: number,
  lag: number,
): Promise<Uint8Array[]> {
  let position = 0;
  const count = async (until: number) => {
    for (; position < Math.min(until, run.length); position++) {
      await store.record(await seenBy(store, run[position] as NamedEvent, position));
    }
  };
  await count(cut);
  const pieces: Uint8Array[] = [];
  for await (const piece of store.snapshot()) {
    pieces.push(piece);
    await count(position + lag);
  }
  await count(run.length);
  return pieces;
}

async function restoreAndReplay(
  store: WindowPort,
  pieces: Iterable<Uint8Array>,
  run: readonly NamedEvent[],
): Promise<void> {
  const { replayAfter } = await store.restore(pieces);
  for (const [position, event] of run.entries()) {
    if (position > replayAfter) await store.record(await seenBy(store, event, position));
  }
}

async function refusesDamage(
  store: WindowPort,
  other: WindowPort,
  run: readonly NamedEvent[],
  where: number,
  change: number,
): Promise<void> {
  for (const event of run) await store.record(await seenBy(store, event));
  const pieces: Uint8Array[] = [];
  for await (const piece of store.snapshot()) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const at = where % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ change;
  await expect((async () => other.restore([bytes]))()).rejects.toThrow(WindowSnapshotError);
  await expect((async () => other.restore([bytes.subarray(0, at)]))()).rejects.toThrow(WindowSnapshotError);
  expect((await other.stats()).keys).toBe(0);
}

async function declaresLater(store: WindowPort): Promise<void> {
  const [, kept, added] = [SPECS[0], SPECS[1], SPECS[5]] as [CounterSpec, CounterSpec, CounterSpec];
  const seen = { kind: 'call.attempt', subjects: { caller: 'a', callee: 'p' } };
  await store.record(await seenBy(store, { ...seen, at: START }));
  await store.declare([kept, added], START + 1);
  const values = await observed(store, { ...seen, at: START + 2 });
  expect(values[await slotOf(store, kept)]).toBe(2);
  expect(values[await slotOf(store, added)]).toBe(1);
  expect(await store.startedAt(added)).toBe(START + 1);
  expect(await store.startedAt(kept)).toBeLessThan(START + 1);
}

async function letsGo(store: WindowPort): Promise<void> {
  const [kept, other] = [SPECS[0], SPECS[5]] as [CounterSpec, CounterSpec];
  const seen = { kind: 'call.attempt', subjects: { caller: 'a', callee: 'p' } };
  for (let time = 1; time <= 600; time++) {
    await store.declare([kept, other], START + time);
    const values = await observed(store, { ...seen, at: START + time });
    expect([values[await slotOf(store, kept)], values[await slotOf(store, other)]]).toEqual([time, 1]);
    expect(await store.startedAt(other)).toBe(START + time);
    await store.retain([kept]);
    expect(await store.startedAt(other)).toBeUndefined();
    expect((await store.slots).has(identityOf(other))).toBe(false);
  }
}

/** Many who come once, and one in between who comes again and again. */
async function staysWithin(store: WindowPort): Promise<void> {
  const spec = SPECS[2] as CounterSpec;
  let active = 0;
  for (let index = 0; index < 60_000; index++) {
    const at = START + index * 100;
    const call = { kind: 'call.attempt', subjects: { caller: `once ${index}`, callee: 'p' }, at };
    await store.record(await seenBy(store, call));
    if (index % 2000 !== 0) continue;
    active += 1;
    const values = await observed(store, { ...call, subjects: { caller: 'active', callee: 'p' } });
    expect(values[await slotOf(store, spec)]).toBe(active);
  }
  const { usedBytes, budgetBytes, evictions } = await store.stats();
  expect(usedBytes).toBeLessThanOrEqual(budgetBytes);
  expect(evictions).toBeGreaterThan(0);
}

function* resliced(pieces: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  const bytes = Buffer.concat(pieces);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
