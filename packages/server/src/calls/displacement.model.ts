import type { DisplacementSetting } from './pattern.model.ts';

/** Calls of one flow (a pattern, from one country where it is watched so) through one trunk or carrier. */
export interface FlowCounts {
  /** Trunk or carrier; '' for the whole network. */
  readonly scope: string;
  /** `pattern` or `pattern:COUNTRY`. */
  readonly flow: string;
  /** Most of its calls of late were not put through. */
  readonly blocked: boolean;
  /** `days[d][h]`: calls in the h-th hour back from now, d days ago; d = 0 is now. */
  readonly days: readonly (readonly number[])[];
}

/** A flow that is not what it usually is at this time. */
export interface Change {
  readonly flow: string;
  readonly calls: number;
  readonly expected: number;
  /** Of a count as far off, if nothing had changed. */
  readonly chance: number;
}

export interface DisplacementFinding {
  readonly scope: string;
  /** Scopes that show the same, where they were put together. */
  readonly sources: readonly string[];
  readonly windowHours: number;
  readonly left: readonly Change[];
  readonly joined: readonly Change[];
  /** Calls that joined for each that left. */
  readonly ratio: number;
}

/** Chances of at most and at least a count, by the mean and variance of a negative binomial. */
export type TailsOf = (
  count: number,
  mean: number,
  variance: number,
) => { readonly lower: number; readonly upper: number };

/** Makes the median of absolute deviations an estimate of the standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;
/** Days beyond so many robust deviations are no ordinary days: what is found must not become the norm at once. */
const OUTLIER = 4;

/**
 * Traffic of blocked flows that reappears as another flow.
 *
 * Method. For each window of the last 1, 3, 6 ... hours, and each flow of a trunk: the usual level is the median of the
 * same hours of the days before, taken again as a mean after days with a Pearson residual beyond four robust deviations
 * were left out; dispersion φ = max(1, (1.4826 · MAD of residuals)², mean square of the residuals that were kept). The
 * newest count is then taken as negative binomial with that mean and variance φ·μ·(1 + 1/days), Poisson where φ is 1. A
 * flow changed when the tail of what was seen is below `chance` / 2; a blocked one fell when it also lost `leastDrop`
 * calls and `dropShare` of its level. Of the flows that rose in the same scope, the largest are taken as long as
 * together they have not more than `matchHigh` times what left; they match when they reach `matchLow` times. Drop and
 * rise are independent if nothing moves, so that a pair has at most the product of both chances. False alarms and
 * delay are measured by `fanzha eval displacement`.
 */
export function findDisplacements(
  flows: readonly FlowCounts[],
  setting: DisplacementSetting,
  tails: TailsOf,
): DisplacementFinding[] {
  const scopes = Map.groupBy(flows, ({ scope }) => scope);
  const found = new Map<string, DisplacementFinding>();
  for (const windowHours of [...setting.windowHours].sort((a, b) => a - b)) {
    for (const [scope, own] of scopes) {
      if (found.has(scope)) continue;
      const match = matchIn(own, windowHours, setting, tails);
      if (match) found.set(scope, { scope, sources: [], windowHours, ...match });
    }
  }
  return merged([...found.values()], setting);
}

type Match = Pick<DisplacementFinding, 'left' | 'joined' | 'ratio'>;

function matchIn(
  flows: readonly FlowCounts[],
  hours: number,
  setting: DisplacementSetting,
  tails: TailsOf,
): Match | undefined {
  const fell: Change[] = [];
  const rose: Change[] = [];
  for (const flow of flows) {
    const change = changeOf(flow, hours, setting, tails);
    if (!change) continue;
    if (change.calls > change.expected) rose.push(change);
    else if (flow.blocked && isDrop(change, setting)) fell.push(change);
  }
  if (fell.length === 0 || rose.length === 0) return undefined;
  fell.sort((a, b) => lost(b) - lost(a));
  // Several blocked flows may have gone the same way; else each by itself.
  const groups = fell.length === 1 ? [fell] : [fell, ...fell.map((one) => [one])];
  for (const left of groups) {
    const match = matchOf(left, rose, setting);
    if (match) return match;
  }
  return undefined;
}

const lost = ({ calls, expected }: Change): number => expected - calls;

function isDrop(change: Change, { leastDrop, dropShare }: DisplacementSetting): boolean {
  return lost(change) >= leastDrop && lost(change) >= change.expected * dropShare;
}

function matchOf(
  left: readonly Change[],
  rose: readonly Change[],
  { matchLow, matchHigh }: DisplacementSetting,
): Match | undefined {
  const gone = left.reduce((sum, change) => sum + lost(change), 0);
  const joined: Change[] = [];
  let came = 0;
  for (const change of [...rose].sort((a, b) => lost(a) - lost(b))) {
    const more = -lost(change);
    if (came + more > gone * matchHigh) continue;
    joined.push(change);
    came += more;
  }
  const ratio = Math.round((came / gone) * 100) / 100;
  return came < gone * matchLow ? undefined : { left, joined, ratio };
}

function changeOf(
  { flow, days }: FlowCounts,
  hours: number,
  { chance: limit, leastDays }: DisplacementSetting,
  tails: TailsOf,
): Change | undefined {
  const [calls = 0, ...past] = days.map((day) => sum(day.slice(0, hours)));
  if (past.length < leastDays) return undefined;
  const { mean, dispersion } = usual(past);
  // Of a flow that never was, three calls over all those days is what their silence leaves possible.
  const level = calls > mean ? Math.max(mean, 3 / past.length) : mean;
  const variance = dispersion * level * (1 + 1 / past.length);
  const { lower, upper } = tails(calls, level, variance);
  const chance = calls > mean ? upper : lower;
  if (chance >= limit / 2) return undefined;
  return { flow, calls, expected: Math.round(mean * 10) / 10, chance };
}

function usual(past: readonly number[]): { mean: number; dispersion: number } {
  const middle = median(past) || sum(past) / past.length;
  const residuals = past.map((count) => residual(count, middle));
  const spread = Math.max(1, MAD_TO_SIGMA * median(residuals.map(Math.abs)));
  const ordinary = past.filter((_, index) => Math.abs(residuals[index] ?? 0) <= OUTLIER * spread);
  const kept = ordinary.length === 0 ? past : ordinary;
  const mean = sum(kept) / kept.length;
  const squares = sum(kept.map((count) => residual(count, mean) ** 2));
  return { mean, dispersion: Math.max(1, spread ** 2, squares / Math.max(1, kept.length - 1)) };
}

/** Pearson residual of a count under a mean. */
function residual(count: number, mean: number): number {
  if (mean > 0) return (count - mean) / Math.sqrt(mean);
  return count > 0 ? OUTLIER + 1 : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const keyOf = ({ left, joined }: DisplacementFinding): string =>
  [left, joined].map((changes) => changes.map(({ flow }) => flow).sort()).join(' > ');

/** The same in many trunks at once is one thing: a rule has gone live, and all go round it. */
function merged(
  findings: readonly DisplacementFinding[],
  { mergeAbove }: DisplacementSetting,
): DisplacementFinding[] {
  const own = findings.filter(({ scope }) => scope !== '');
  const whole = findings.find(({ scope }) => scope === '');
  const groups = [...Map.groupBy(own, keyOf).values()];
  const named = groups.flatMap((group) => (group.length > mergeAbove ? [together(group)] : group));
  // The whole network says nothing new where a trunk says it already.
  const known = new Set(named.flatMap(({ left }) => left.map(({ flow }) => flow)));
  const isNew = whole?.left.some(({ flow }) => !known.has(flow)) === true;
  return isNew && whole ? [...named, whole] : named;
}

function together(group: readonly DisplacementFinding[]): DisplacementFinding {
  const added = (side: 'left' | 'joined'): Change[] => {
    const changes = new Map<string, Change>();
    for (const change of group.flatMap((finding) => finding[side])) {
      const { flow, calls, expected, chance } = changes.get(change.flow) ?? {
        ...change,
        calls: 0,
        expected: 0,
      };
      changes.set(flow, {
        flow,
        calls: calls + change.calls,
        expected: expected + change.expected,
        chance: Math.min(chance, change.chance),
      });
    }
    return [...changes.values()];
  };
  const [left, joined] = [added('left'), added('joined')];
  const gone = sum(left.map(lost));
  return {
    scope: '',
    sources: group.map(({ scope }) => scope).sort(),
    windowHours: Math.max(...group.map(({ windowHours }) => windowHours)),
    left,
    joined,
    ratio: Math.round((-sum(joined.map(lost)) / gone) * 100) / 100,
  };
}
