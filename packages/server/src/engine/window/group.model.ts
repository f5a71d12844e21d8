import type { CounterSpec } from './counter.model.ts';

/** Something measured over windows: several counters may rest on one base. */
export interface Base {
  readonly measure: 'count' | 'distinct' | 'sum';
  /** Names whose joined value is counted for `distinct`, the number for `sum`; empty for `count`. */
  readonly of: readonly string[];
  readonly where: readonly string[];
  readonly kinds: readonly string[];
  /** Milliseconds, ascending. */
  readonly windows: readonly number[];
}

/** Something remembered for as long as the subject is: when it was first seen, the last value, the last such event. */
export interface Mark {
  readonly mark: 'first' | 'last' | 'since';
  readonly feature: string;
  readonly where: readonly string[];
  readonly kinds: readonly string[];
}

/** All that is kept together for one subject or pair: found with one look-up an event. Written into snapshots. */
export interface Group {
  readonly by: readonly string[];
  readonly bases: readonly Base[];
  readonly marks: readonly Mark[];
  /** Milliseconds since the epoch from which it counts. */
  readonly startedAt: number;
}

/** In the place of a group that was forgotten: its number may still be on entries, or is free to be given again. */
export const FORGOTTEN: Group = { by: [], bases: [], marks: [], startedAt: 0 };
export const FREE: Group = { by: [], bases: [], marks: [], startedAt: 0 };
export const isForgotten = (group: Group): boolean => group === FORGOTTEN || group === FREE;

/** Where the value of a counter comes from: indices into the groups' bases or marks. */
export interface Source {
  readonly group: number;
  readonly index: number;
  readonly windowMs: number;
}

/** Bits of one word say which bases or marks an event counts for. */
const MAX_IN_GROUP = 32;
/** The number of a group is a byte of every key. */
export const MAX_GROUPS = 256;

/**
 * Adds groups for what `specs` need and `groups` do not have. Existing groups stay as they are: their state was laid
 * out for them, and new counters have no history to share. Throws RangeError past 256 groups.
 */
export function planGroups(
  groups: readonly Group[],
  specs: readonly CounterSpec[],
  startedAt: number,
): Group[] {
  const planned = [...groups];
  const missing = specs.filter((spec) => sourcesOf(planned, spec) === undefined);
  for (const by of new Set(missing.map((spec) => spec.by.join('+')))) {
    const own = missing.filter((spec) => spec.by.join('+') === by);
    const bases = mergeBases(own.flatMap(basesOf));
    const marks = mergeMarks(own.flatMap(markOf));
    for (let from = 0; from < Math.max(bases.length, marks.length); from += MAX_IN_GROUP) {
      const free = planned.indexOf(FREE);
      planned[free === -1 ? planned.length : free] = {
        by: by.split('+'),
        bases: bases.slice(from, from + MAX_IN_GROUP),
        marks: marks.slice(from, from + MAX_IN_GROUP),
        startedAt,
      };
    }
  }
  if (planned.length > MAX_GROUPS) {
    throw new RangeError(
      `counters need ${planned.length} groups of subjects; at most ${MAX_GROUPS} are possible`,
    );
  }
  return planned;
}

/** Where a counter reads: numerator and, for a ratio, denominator. Undefined when some group does not have it. */
export function sourcesOf(groups: readonly Group[], spec: CounterSpec): Source[] | undefined {
  const sources = [
    ...basesOf(spec).map((base) =>
      find(groups, spec, (group) =>
        group.bases.findIndex((one) => baseKey(one) === baseKey(base) && one.windows.includes(spec.windowMs)),
      ),
    ),
    ...markOf(spec).map((mark) =>
      find(groups, spec, (group) => group.marks.findIndex((one) => markKey(one) === markKey(mark))),
    ),
  ];
  return sources.every((source) => source !== undefined) ? sources : undefined;
}

function find(
  groups: readonly Group[],
  spec: CounterSpec,
  indexIn: (group: Group) => number,
): Source | undefined {
  const by = spec.by.join('+');
  for (const [group, candidate] of groups.entries()) {
    const index = candidate.by.join('+') === by ? indexIn(candidate) : -1;
    if (index !== -1) return { group, index, windowMs: spec.windowMs };
  }
  return undefined;
}

function basesOf(spec: CounterSpec): Base[] {
  const { kinds, where } = spec;
  const windows = [spec.windowMs];
  const base = (measure: Base['measure'], of: readonly string[], filter = where): Base => ({
    measure,
    of,
    where: filter,
    kinds,
    windows,
  });
  switch (spec.fn) {
    case 'count':
      return [base('count', [])];
    case 'distinct':
      return [base('distinct', spec.of ?? [])];
    case 'sum':
    case 'mean':
      return [base('sum', [spec.feature ?? ''])];
    case 'ratio':
    case 'share':
      return [base('count', []), base('count', [], spec.over)];
    default:
      return [];
  }
}

function markOf({ fn, feature = '', where, kinds }: CounterSpec): Mark[] {
  if (fn === 'first_seen') return [{ mark: 'first', feature: '', where, kinds }];
  if (fn === 'last') return [{ mark: 'last', feature, where, kinds }];
  return fn === 'since' ? [{ mark: 'since', feature: '', where, kinds }] : [];
}

function baseKey({ measure, of, where, kinds }: Base): string {
  return JSON.stringify([measure, of, where, kinds]);
}

function markKey({ mark, feature, where, kinds }: Mark): string {
  return JSON.stringify([mark, feature, where, kinds]);
}

function mergeBases(bases: readonly Base[]): Base[] {
  const merged = new Map<string, Base>();
  for (const base of bases) {
    const windows = new Set([...(merged.get(baseKey(base))?.windows ?? []), ...base.windows]);
    merged.set(baseKey(base), { ...base, windows: [...windows].sort((a, b) => a - b) });
  }
  return [...merged.values()];
}

function mergeMarks(marks: readonly Mark[]): Mark[] {
  return [...new Map(marks.map((mark) => [markKey(mark), mark])).values()];
}
