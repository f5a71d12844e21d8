import { randomBytes } from 'node:crypto';
import type { EventKindName, FanzhaEvent } from '@fanzha/contract';
import type { Counting, ReadCounters } from './counting.model.ts';
import type { EventReading } from './event.model.ts';
import type { Facts } from './signal.model.ts';
import { type CounterSpec, counterIdentity, MAX_WINDOW_MS } from './window/counter.model.ts';
import type { WindowEvent } from './window/windows.model.ts';
import { createWindows } from './window/windows.service.ts';

/** Memory for the counters of all subjects: some five million that were seen once. Grows only as it is needed. */
const BUDGET_BYTES = 256 * 1024 * 1024;
const SEED_BYTES = 16;
const SIMULATED = 'simulated ';

interface Slot {
  readonly name: string;
  readonly slot: number;
}

/** Counters by the names of the facts that hold them; undefined when there are none, so that nothing is paid for. */
export function createCounting(
  counters: ReadonlyMap<string, CounterSpec>,
  kinds: readonly EventKindName[],
): Counting | undefined {
  if (counters.size === 0) return undefined;
  const specs = [...counters.values()];
  // Event time alone counts: the parser refuses the future, and `screen` decides files that are months old. The secret
  // need not outlive the process, since what was counted is read again from the journal.
  const store = createWindows({ specs, budgetBytes: BUDGET_BYTES, seed: randomBytes(SEED_BYTES) });
  const slots = new Map(kinds.map((kind) => [kind, slotsOf(kind, counters, store.slots)]));
  const counts = (kind: EventKindName) => (slots.get(kind)?.length ?? 0) > 0;
  const seen = (
    event: FanzhaEvent,
    { subjects }: EventReading,
    facts: Facts,
    position?: number,
  ): WindowEvent => ({
    ...(position === undefined ? {} : { position }),
    kind: event.kind,
    at: Date.parse(event.at),
    subjects: store.inputs.subjects.map((name) => {
      const fact = facts[name];
      const value = typeof fact === 'string' ? fact : subjects.find(({ role }) => role === name)?.value;
      // What never happened must not speak against anybody: simulated subjects are others than the real ones.
      return value !== undefined && event.simulated ? `${SIMULATED}${value}` : value;
    }),
    numbers: store.inputs.numbers.map((name) => (typeof facts[name] === 'number' ? facts[name] : Number.NaN)),
    flags: store.inputs.flags.map((name) => (facts[name] === true ? 1 : 0)),
  });
  const read =
    (way: 'observe' | 'preview' | 'peek'): ReadCounters =>
    (event, reading, facts, position) => {
      if (!counts(event.kind)) return;
      const values = store[way](seen(event, reading, facts, position));
      for (const { name, slot } of slots.get(event.kind) ?? []) facts[name] = values[slot] ?? 0;
    };
  return {
    longestMs: Math.max(...specs.map(({ windowMs }) => (windowMs === 0 ? MAX_WINDOW_MS : windowMs))),
    counts,
    observe: read('observe'),
    preview: read('preview'),
    peek: read('peek'),
  };
}

function slotsOf(
  kind: EventKindName,
  counters: ReadonlyMap<string, CounterSpec>,
  places: ReadonlyMap<string, number>,
): Slot[] {
  return [...counters]
    .filter(([, spec]) => spec.kinds.includes(kind))
    .map(([name, spec]) => ({ name, slot: places.get(counterIdentity(spec)) ?? -1 }));
}
