import type { FanzhaEvent } from '@fanzha/contract';
import { createRandom } from '../../engine/index.ts';
import type { Agent, World } from './agent.traffic.ts';
import { AgentCalls, type Flow, type LifeStep } from './agent-calls.traffic.ts';
import { mixed, shareOf } from './numbers.traffic.ts';
import type { CallerProfile } from './population.model.ts';

const HOUR_MS = 3_600_000;
const HOUR_SECONDS = 3600;
const DAY_HOURS = 24;
const [QUIET, LIFE, TURN] = [11, 12, 13];

/** An event of the simulation and the truth about it. */
export interface LifeEvent {
  readonly event: FanzhaEvent;
  readonly agent: Agent;
  readonly flow: Flow;
  readonly isCaller: boolean;
}

export interface LifeOptions {
  readonly world: World;
  readonly agents: readonly Agent[];
  /** Midnight at which it begins, ms since the epoch. */
  readonly from: number;
  readonly days: number;
  /** Days before anybody defrauds or is new: numbers with a past are ordinary people's until then. */
  readonly quietDays: number;
  readonly idPrefix: string;
}

interface Timed {
  readonly at: number;
  readonly order: number;
  readonly step: LifeStep;
}

/**
 * The calls of a population in the order of time, every event marked `simulated`; the same options give the same events.
 * What is held is an hour's calls and those that follow from them.
 */
export function* liveThrough({
  world,
  agents,
  from,
  days,
  quietDays,
  idPrefix,
}: LifeOptions): Generator<LifeEvent> {
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `${idPrefix}-${ids}`;
  };
  const hours = days * DAY_HOURS;
  const waiting = new Map<number, Timed[]>();
  let order = 0;
  for (let hour = 0; hour < hours; hour++) {
    for (const agent of agents) {
      for (const step of hourOf(world, agent, hour, quietDays, newId)) {
        const at = from + hour * HOUR_MS + Math.floor(step.after * 1000);
        const slot = Math.floor((at - from) / HOUR_MS);
        if (slot >= hours) continue;
        const timed = { at, order: order++, step };
        const list = waiting.get(slot);
        if (list) list.push(timed);
        else waiting.set(slot, [timed]);
      }
    }
    const due = waiting.get(hour) ?? [];
    waiting.delete(hour);
    due.sort((a, b) => a.at - b.at || a.order - b.order);
    for (const { at, step } of due) {
      const { agent, flow, isCaller } = step;
      const event = { ...step.event, at: new Date(at).toISOString(), simulated: true } as FanzhaEvent;
      yield { event, agent, flow, isCaller };
    }
  }
}

const NOTHING: readonly LifeStep[] = [];

function hourOf(
  world: World,
  agent: Agent,
  hour: number,
  quietDays: number,
  newId: () => string,
): readonly LifeStep[] {
  const { profile, serial } = agent;
  const day = Math.floor(hour / DAY_HOURS);
  const isQuiet = profile.fraud && day < quietDays;
  if ((isQuiet && !agent.aged) || (agent.isNew && day < quietDays)) return NOTHING;
  if (day >= quietDays + (profile.lastsDays ?? Number.POSITIVE_INFINITY)) return NOTHING;
  const living = isQuiet ? asBefore(world, agent) : agent;
  const expected = living.callsPerDay * weightOf(living.profile, serial, day, hour % DAY_HOURS, world.seed);
  // Most hours of most people are silent, and then nothing more is drawn.
  if (expected === 0 || shareOf(world.seed, serial, hour, QUIET) < Math.exp(-expected)) return NOTHING;
  const random = createRandom(mixed(world.seed, serial, hour, LIFE));
  const seconds = times(expected, () => random.next()).map((share) => share * HOUR_SECONDS);
  return new AgentCalls(world, living, random, hour % DAY_HOURS, newId).make(seconds);
}

/** A number that is misused later, while it was somebody's own. */
function asBefore(world: World, agent: Agent): Agent {
  const { callees, callsPerDay, hours, answered, talk, ring, callBack } = world.ordinary;
  const { victims: _, activeHours: __, sharesDevice: ___, ...own } = agent.profile;
  const profile = { ...own, callees, callsPerDay, hours, answered, talk, ring, callBack };
  return { ...agent, profile, callsPerDay: callsPerDay.median };
}

/** The part of a day's calls that falls into an hour. */
function weightOf(
  { hours, activeHours = DAY_HOURS }: CallerProfile,
  serial: number,
  day: number,
  hour: number,
  seed: number,
): number {
  if (activeHours === DAY_HOURS) return (hours[hour] ?? 0) / sum(hours);
  const open = hours.flatMap((weight, at) => (weight > 0 ? [at] : []));
  const begins = mixed(seed, serial, day, TURN) % Math.max(1, open.length - activeHours + 1);
  return open.slice(begins, begins + activeHours).includes(hour) ? 1 / activeHours : 0;
}

/** Moments of a Poisson process in order, as shares of the hour; at least one. */
function times(expected: number, next: () => number): number[] {
  const limit = Math.exp(-expected);
  let count = 1;
  // Knuth's method, given that there is a call at all.
  let product = limit + next() * (1 - limit);
  while (product > limit && count < MAX_AN_HOUR) {
    product *= next();
    if (product > limit) count++;
  }
  return Array.from({ length: count }, next).sort((a, b) => a - b);
}

/** Beyond it the logarithm of a silent hour is lost in rounding. */
const MAX_AN_HOUR = 700;

function sum(hours: readonly number[]): number {
  let total = 0;
  for (const weight of hours) total += weight;
  return total;
}
