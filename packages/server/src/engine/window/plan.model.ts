import type { CounterSpec } from './counter.model.ts';
import { NEVER_SECONDS } from './counter.model.ts';
import { type Group, type Mark, sourcesOf } from './group.model.ts';
import { type Layout, layoutOf, readDouble } from './layout.model.ts';
import { newReading, type Reading } from './reading.model.ts';

/** Names that events bring, in the order in which they were first needed. */
export interface InputNames {
  readonly subjects: string[];
  readonly numbers: string[];
  readonly flags: string[];
}

/** When a base or mark of a group applies to an event. */
export interface Condition {
  readonly index: number;
  readonly flags: readonly number[];
  /** Subjects that must be there, for a distinct base; input of the number that must be, for a sum or a `last` (-1: none). */
  readonly subjects: readonly number[];
  readonly number: number;
}

/** What applies to a kind of event. */
interface KindPlan {
  readonly bases: readonly Condition[];
  readonly marks: readonly Condition[];
}

/** A group made ready to run: indices instead of names, and room for what it reads. */
export interface GroupPlan {
  readonly layout: Layout;
  readonly reading: Reading;
  /** Of each mark: time of first sight, seconds since the event, or last value. */
  readonly marks: Float64Array;
  /** False when the arrays above are at their values for an unknown subject. */
  dirty: boolean;
  readonly by: readonly number[];
  readonly columns: readonly (readonly number[])[];
  readonly numbers: readonly number[];
  /** Input of the number of each mark (-1: none). */
  readonly markNumbers: readonly number[];
  readonly sighting: {
    at: number;
    bits: number;
    readonly hashes: Uint32Array;
    readonly numbers: Float64Array;
  };
  readonly kinds: Map<string, KindPlan>;
  /** The kind last asked for: events of a kind come in runs. */
  lastKind: string;
  lastKindPlan: KindPlan;
  readonly inputs: InputNames;
}

export function planGroup(group: Group, id: number, inputs: InputNames): GroupPlan {
  const layout = layoutOf(group, id);
  const subjects = (names: readonly string[]) => names.map((name) => place(inputs.subjects, name));
  for (const { where } of [...group.bases, ...group.marks]) {
    for (const flag of where) place(inputs.flags, flag);
  }
  const plan: GroupPlan = {
    layout,
    reading: newReading(layout),
    marks: new Float64Array(group.marks.length),
    dirty: true,
    by: subjects(group.by),
    columns: layout.columns.map(subjects),
    numbers: layout.numbers.map((name) => place(inputs.numbers, name)),
    markNumbers: group.marks.map(({ feature }) => (feature === '' ? -1 : place(inputs.numbers, feature))),
    sighting: {
      at: 0,
      bits: 0,
      hashes: new Uint32Array(layout.columns.length),
      numbers: new Float64Array(layout.numbers.length),
    },
    kinds: new Map(),
    lastKind: '',
    lastKindPlan: { bases: [], marks: [] },
    inputs,
  };
  clearPlan(plan);
  return plan;
}

/** The same group read for other names of the event than those it is counted by. */
function planAsked(plan: GroupPlan, id: number, asked: readonly string[]): GroupPlan {
  const { layout, inputs } = plan;
  return { ...planGroup(layout.group, id, inputs), by: asked.map((name) => place(inputs.subjects, name)) };
}

/** Sets a plan to what is read for a subject that is not known. */
export function clearPlan(plan: GroupPlan): void {
  if (!plan.dirty) return;
  plan.reading.counts.fill(0);
  plan.reading.sums.fill(0);
  const { marks } = plan.layout.group;
  for (let index = 0; index < marks.length; index++) {
    plan.marks[index] = marks[index]?.mark === 'since' ? NEVER_SECONDS : 0;
  }
  plan.dirty = false;
}

/** What applies to a kind of event; worked out once a kind. */
export function kindPlan(plan: GroupPlan, kind: string): KindPlan {
  if (kind === plan.lastKind && kind !== '') return plan.lastKindPlan;
  const known = plan.kinds.get(kind) ?? planKind(plan, kind);
  plan.lastKind = kind;
  plan.lastKindPlan = known;
  return known;
}

function planKind(plan: GroupPlan, kind: string): KindPlan {
  const { layout, inputs } = plan;
  const applies = ({ kinds }: { kinds: readonly string[] }) => kinds.length === 0 || kinds.includes(kind);
  const flags = (where: readonly string[]) => where.map((flag) => inputs.flags.indexOf(flag));
  const made: KindPlan = {
    bases: layout.bases.flatMap((base, index) => {
      const column = layout.columnOf[index] ?? -1;
      const number = layout.numberOf[index] ?? -1;
      return applies(base)
        ? [
            {
              index,
              flags: flags(base.where),
              subjects: plan.columns[column] ?? [],
              number: plan.numbers[number] ?? -1,
            },
          ]
        : [];
    }),
    marks: layout.group.marks.flatMap((mark, index) =>
      applies(mark)
        ? [
            {
              index,
              flags: flags(mark.where),
              subjects: [],
              number: plan.markNumbers[index] ?? -1,
            },
          ]
        : [],
    ),
  };
  plan.kinds.set(kind, made);
  return made;
}

/** How one slot of the answer is made from what the groups read. */
export interface Output {
  readonly from: Float64Array;
  readonly at: number;
  /** Divisor of a mean or ratio. */
  readonly over?: Float64Array;
  readonly overAt: number;
}

function outputOf(spec: CounterSpec, groups: readonly Group[], planOf: (group: number) => GroupPlan): Output {
  const cells = (sourcesOf(groups, spec) ?? []).map((source) => {
    const plan = planOf(source.group);
    const window = plan.layout.windows.indexOf(source.windowMs);
    return { plan, index: source.index, at: window * plan.layout.bases.length + source.index };
  });
  const [first, second] = cells;
  if (first === undefined) throw new RangeError('counter was not planned');
  const { counts, sums } = first.plan.reading;
  switch (spec.fn) {
    case 'sum':
      return { from: sums, at: first.at, overAt: 0 };
    case 'mean':
      return { from: sums, at: first.at, over: counts, overAt: first.at };
    case 'ratio':
    case 'share':
      return {
        from: counts,
        at: first.at,
        ...(second === undefined ? {} : { over: second.plan.reading.counts }),
        overAt: second?.at ?? 0,
      };
    case 'first_seen':
    case 'last':
    case 'since':
      return { from: first.plan.marks, at: first.index, overAt: 0 };
    default:
      return { from: counts, at: first.at, overAt: 0 };
  }
}

function place(names: string[], name: string): number {
  const at = names.indexOf(name);
  return at === -1 ? names.push(name) - 1 : at;
}

/** What a place in the values holds whose counter was forgotten. */
const NOTHING: Output = { from: new Float64Array(1), at: 0, overAt: 0 };

/** How every slot is made, and the groups that are read for other subjects than those they count. */
export function planOutputs(
  specs: readonly (CounterSpec | undefined)[],
  groups: readonly Group[],
  plans: readonly GroupPlan[],
): { readonly outputs: readonly Output[]; readonly asked: readonly GroupPlan[] } {
  const asked = new Map<string, GroupPlan>();
  const planFor = (id: number, names: readonly string[] | undefined): GroupPlan => {
    const own = plans[id] as GroupPlan;
    if (names === undefined) return own;
    const key = `${id} ${names.join('+')}`;
    const plan = asked.get(key) ?? planAsked(own, id, names);
    asked.set(key, plan);
    return plan;
  };
  const outputs = specs.map((spec) =>
    spec === undefined ? NOTHING : outputOf(spec, groups, (id) => planFor(id, spec.asked)),
  );
  return { outputs, asked: [...asked.values()] };
}

/** Makes the values from what the groups have read. */
export function answer(outputs: readonly Output[], values: Float64Array): void {
  for (let slot = 0; slot < values.length; slot++) {
    const { from, at, over, overAt } = outputs[slot] as Output;
    const value = from[at] as number;
    if (over === undefined) values[slot] = value;
    else {
      const divisor = over[overAt] as number;
      values[slot] = divisor === 0 ? 0 : value / divisor;
    }
  }
}

/** Seconds since the first sight or the last such event, or the last value. */
export function readMark(
  kind: Mark['mark'] | undefined,
  heap: Uint32Array,
  offset: number,
  at: number,
): number {
  if (kind === 'last') return readDouble(heap, offset + 2);
  const time = readDouble(heap, offset);
  if (time === 0) return kind === 'since' ? NEVER_SECONDS : 0;
  return Math.max(0, at - time) / 1000;
}
