import { type FlowCounts, findDisplacements, type TailsOf } from './displacement.model.ts';
import type { DisplacementSetting } from './pattern.model.ts';

/** A network that is simulated to measure the watch over displacement. */
export interface TrialOptions {
  readonly seed: number;
  readonly trunks: number;
  /** Months of 30 days that are watched, beside the history that comes first. */
  readonly months: number;
  /** Displacements that are played, each in a fresh network. */
  readonly moves: number;
}

export interface TrialReport {
  readonly trunks: number;
  readonly months: number;
  readonly falseAlarms: number;
  readonly falseAlarmsPerMonth: number;
  /** By the calls an hour that move, and the hours over which they do. */
  readonly moves: readonly {
    readonly callsPerHour: number;
    readonly overHours: number;
    readonly played: number;
    readonly found: number;
    /** Minutes from the first call that moved until the alarm; null where none was found. */
    readonly medianMinutes: number | null;
    readonly p90Minutes: number | null;
  }[];
}

const STEPS_OF_DAY = 144;
const STEPS_OF_HOUR = 6;
const WEEKEND = 0.75;
/** Calls an hour of each flow at an ordinary hour; dispersion as a factor of the variance, and whether it is blocked. */
const FLOWS = [
  { flow: 'mobile-abroad', level: 120, wander: 0.15, blocked: true },
  { flow: 'fixed-abroad', level: 40, wander: 0.2, blocked: true },
  { flow: 'disguised-code', level: 25, wander: 0.4, blocked: true },
  { flow: 'hidden-abroad', level: 30, wander: 0.2, blocked: false },
  { flow: 'mobile-roaming', level: 200, wander: 0.1, blocked: false },
  { flow: 'foreign:JP', level: 300, wander: 0.1, blocked: false },
  { flow: 'foreign:US', level: 400, wander: 0.1, blocked: false },
  { flow: 'foreign:KH', level: 20, wander: 0.3, blocked: false },
  { flow: 'foreign:GB', level: 60, wander: 0.2, blocked: false },
] as const;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function poisson(mean: number, random: () => number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/**
 * Ten-minute counts of a flow: day and night, weekends, rates that wander from hour to hour; now and then a burst of a
 * few hours, an outage of the trunk (given), or a level that is another for good.
 */
function counts(
  flow: (typeof FLOWS)[number],
  days: number,
  outages: ReadonlySet<number>,
  random: () => number,
): Float64Array {
  const { level, wander } = flow;
  const series = new Float64Array(days * STEPS_OF_DAY);
  let hourly = 1;
  let own = 0.4 + 1.2 * random();
  let burstUntil = -1;
  for (let step = 0; step < series.length; step++) {
    const hour = Math.floor(step / STEPS_OF_HOUR);
    if (step % STEPS_OF_HOUR === 0) {
      hourly = Math.exp(wander * normal(random));
      if (random() < 0.0008) burstUntil = hour + 1 + Math.floor(4 * random());
      if (random() < 0.0002) own *= 0.5 + random();
    }
    const day = Math.floor(step / STEPS_OF_DAY);
    const weekend = day % 7 >= 5 ? WEEKEND : 1;
    const daily = 1 + 0.7 * Math.sin((2 * Math.PI * (step % STEPS_OF_DAY)) / STEPS_OF_DAY - 1.8);
    const burst = hour < burstUntil ? 3 : 1;
    const rate = (level / STEPS_OF_HOUR) * own * weekend * daily * hourly * burst;
    series[step] = outages.has(hour) ? 0 : poisson(rate, random);
  }
  return series;
}

type Trunk = ReadonlyMap<string, Float64Array>;

function trunkOf(days: number, random: () => number): Trunk {
  const outages = new Set<number>();
  for (let hour = 0; hour < days * 24; hour++) {
    if (random() < 0.0006) for (let more = 0; more < 3; more++) outages.add(hour + more);
  }
  return new Map(FLOWS.map((flow) => [flow.flow, counts(flow, days, outages, random)]));
}

/** What the watch would be shown at a step: sums of hours back from it, today and on the days before. */
function shown(trunks: readonly Trunk[], step: number, setting: DisplacementSetting): FlowCounts[] {
  const hours = Math.max(...setting.windowHours);
  const flows = trunks.flatMap((trunk, index) =>
    FLOWS.map(({ flow, blocked }): FlowCounts => {
      const series = trunk.get(flow) ?? new Float64Array();
      const days = Array.from({ length: setting.historyDays + 1 }, (_, day) =>
        Array.from({ length: hours }, (__, hour) => {
          const end = step - day * STEPS_OF_DAY - hour * STEPS_OF_HOUR;
          let total = 0;
          for (let at = end - STEPS_OF_HOUR; at < end; at++) total += series[at] ?? 0;
          return total;
        }),
      );
      return { scope: `trunk-${index}`, flow, blocked, days };
    }),
  );
  return [...flows, ...wholeOf(flows)];
}

/** The same flows of all scopes together. */
export function wholeOf(flows: readonly FlowCounts[]): FlowCounts[] {
  return [...Map.groupBy(flows, ({ flow }) => flow)].map(([flow, parts]) => ({
    scope: '',
    flow,
    blocked: parts.some(({ blocked }) => blocked),
    days: (parts[0]?.days ?? []).map((day, index) =>
      day.map((_, hour) => parts.reduce((sum, { days }) => sum + (days[index]?.[hour] ?? 0), 0)),
    ),
  }));
}

/** Alarms of a network in which nothing moves; the same scope within the quiet time is one alarm. */
function quietMonths(
  { seed, trunks, months }: TrialOptions,
  setting: DisplacementSetting,
  tails: TailsOf,
): number {
  const random = seeded(seed);
  const history = setting.historyDays + 1;
  const days = history + months * 30;
  const network = Array.from({ length: trunks }, () => trunkOf(days, random));
  const lastOf = new Map<string, number>();
  let alarms = 0;
  for (let step = history * STEPS_OF_DAY; step < days * STEPS_OF_DAY; step++) {
    for (const { scope } of findDisplacements(shown(network, step, setting), setting, tails)) {
      const last = lastOf.get(scope);
      lastOf.set(scope, step);
      if (last === undefined || step - last > setting.overHours * STEPS_OF_HOUR) alarms += 1;
    }
  }
  return alarms;
}

const GOES_TO = ['foreign:KH', 'hidden-abroad', 'foreign:GB'] as const;

/** Minutes until a displacement is found; undefined when it is not within a day. */
function delayOf(
  callsPerHour: number,
  overHours: number,
  setting: DisplacementSetting,
  tails: TailsOf,
  random: () => number,
): number | undefined {
  const history = setting.historyDays + 1;
  const trunk = trunkOf(history + 2, random);
  const from = trunk.get('mobile-abroad') ?? new Float64Array();
  const to = trunk.get(GOES_TO[Math.floor(random() * GOES_TO.length)] ?? 'foreign:KH') ?? new Float64Array();
  const moving = from.map(() => poisson(callsPerHour / STEPS_OF_HOUR, random));
  const begins = history * STEPS_OF_DAY + Math.floor(random() * STEPS_OF_DAY);
  for (let step = 0; step < from.length; step++) {
    const share = Math.min(1, Math.max(0, (step - begins + 1) / (overHours * STEPS_OF_HOUR)));
    const moved = Math.round((moving[step] ?? 0) * share);
    from[step] = (moving[step] ?? 0) - moved;
    to[step] = (to[step] ?? 0) + moved;
  }
  for (let step = begins + 1; step <= begins + STEPS_OF_DAY; step++) {
    const found = findDisplacements(shown([trunk], step, setting), setting, tails);
    if (found.some(({ left }) => left.some(({ flow }) => flow === 'mobile-abroad')))
      return (step - begins) * 10;
  }
  return undefined;
}

const MOVES = [
  { callsPerHour: 30, overHours: 1 },
  { callsPerHour: 120, overHours: 1 },
  { callsPerHour: 120, overHours: 6 },
  { callsPerHour: 600, overHours: 1 },
] as const;

/** Measures the watch on simulated traffic: false alarms a month where nothing moves, and the delay where it does. */
export function tryDisplacement(
  options: TrialOptions,
  setting: DisplacementSetting,
  tails: TailsOf,
): TrialReport {
  const { trunks, months, moves: played, seed } = options;
  const falseAlarms = quietMonths(options, setting, tails);
  const moves = MOVES.map(({ callsPerHour, overHours }, index) => {
    const random = seeded(seed + 1 + index);
    const delays = Array.from({ length: played }, () =>
      delayOf(callsPerHour, overHours, setting, tails, random),
    )
      .filter((delay) => delay !== undefined)
      .sort((a, b) => a - b);
    const at = (share: number): number | null => delays[Math.floor((delays.length - 1) * share)] ?? null;
    return {
      callsPerHour,
      overHours,
      played,
      found: delays.length,
      medianMinutes: at(0.5),
      p90Minutes: at(0.9),
    };
  });
  const perMonth = Math.round((falseAlarms / months) * 100) / 100;
  return { trunks, months, falseAlarms, falseAlarmsPerMonth: perMonth, moves };
}
