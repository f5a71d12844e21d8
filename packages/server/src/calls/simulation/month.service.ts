import type { Pack } from '../../platform/index.ts';
import { readPopulation } from '../call.traffic.ts';
import { settle } from './census.traffic.ts';
import { liveThrough } from './life.traffic.ts';

/** What of a caller can be held against the columns of a subscriber's monthly summary. */
export interface CallerMonth {
  readonly profile: string;
  readonly made: number;
  readonly got: number;
  /** Days on which it called. */
  readonly days: number;
  /** Hours of the day in which it called or was called. */
  readonly hours: number;
  /** People in its calls, either way. */
  readonly people: number;
  readonly callees: number;
  readonly devices: number;
  /** Seconds of its answered calls, either way; 0 where there are none. */
  readonly talkMean: number;
  readonly talkMedian: number;
}

interface Habit {
  readonly profile: string;
  made: number;
  got: number;
  readonly days: Set<string>;
  readonly hours: Set<string>;
  readonly people: Set<string>;
  readonly callees: Set<string>;
  readonly devices: Set<string>;
  readonly talks: number[];
}

/** Simulated callers over some days from an instant on, as a subscriber's summary tells of them. */
export function monthsOf(
  pack: Pack,
  options: {
    readonly seed: number;
    readonly callers: number;
    readonly fraudulent: number;
    readonly days: number;
    readonly from: number;
  },
): CallerMonth[] {
  const { world, agents } = settle({ ...readPopulation(pack), ...options });
  const habits = new Map<string, Habit>();
  for (const { numbers, profile } of agents) {
    for (const number of numbers) habits.set(number, newHabit(profile.id));
  }
  const open = new Map<string, readonly [string, string]>();
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone: pack.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  for (const { event } of liveThrough({ world, agents, quietDays: 0, idPrefix: 'month', ...options })) {
    if (event.kind === 'call.attempt') {
      open.set(event.id, [event.from, event.to]);
      const [day = '', hour = ''] = local.format(Date.parse(event.at)).split(/[ :]/);
      note(habits.get(event.from), event.to, [day, hour], event.device);
      note(habits.get(event.to), event.from, ['', hour]);
    } else if (event.kind === 'call.end') {
      const parties = open.get(event.attempt) ?? [];
      open.delete(event.attempt);
      if (event.answered) for (const party of parties) habits.get(party)?.talks.push(event.talkSeconds);
    }
  }
  return [...habits.values()].map(summed);
}

function newHabit(profile: string): Habit {
  const sets = { days: new Set<string>(), hours: new Set<string>(), people: new Set<string>() };
  return { profile, made: 0, got: 0, ...sets, callees: new Set(), devices: new Set(), talks: [] };
}

/** A call of somebody: made where its day is told. */
function note(
  habit: Habit | undefined,
  other: string,
  [day, hour]: readonly [string, string],
  device?: string,
): void {
  if (!habit) return;
  habit.people.add(other);
  habit.hours.add(hour);
  if (day === '') {
    habit.got++;
    return;
  }
  habit.made++;
  habit.callees.add(other);
  habit.days.add(day);
  if (device !== undefined) habit.devices.add(device);
}

function summed({ profile, made, got, talks, ...sets }: Habit): CallerMonth {
  const sorted = talks.toSorted((a, b) => a - b);
  return {
    profile,
    made,
    got,
    days: sets.days.size,
    hours: sets.hours.size,
    people: sets.people.size,
    callees: sets.callees.size,
    devices: sets.devices.size,
    talkMean: talks.length === 0 ? 0 : talks.reduce((sum, talk) => sum + talk, 0) / talks.length,
    talkMedian: sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
}
