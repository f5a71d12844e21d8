import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { readPopulation } from '../call.traffic.ts';
import { settle } from './census.traffic.ts';
import { type LifeEvent, liveThrough } from './life.traffic.ts';

const { population, words } = readPopulation(
  openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url))),
);
const FROM = Date.parse('2026-11-23T00:00:00+08:00');
const HOUR = 3_600_000;

function lived(callers: number, seed = 1, days = 2, fraudulent = 2000): LifeEvent[] {
  const { world, agents } = settle({ population, words, seed, callers, fraudulent });
  return [...liveThrough({ world, agents, from: FROM, days, quietDays: 1, idPrefix: 'life' })];
}

const attempts = (events: readonly LifeEvent[]) =>
  events.flatMap(({ event, ...truth }) => (event.kind === 'call.attempt' ? [{ ...event, ...truth }] : []));
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('a simulated population', () => {
  const events = lived(2000);
  const calls = attempts(events);

  it('is the same for the same seed and another for another, in the order of time, all of it marked', () => {
    const few = lived(100);
    expect(lived(100)).toEqual(few);
    expect(lived(100, 2).map(({ event }) => event)).not.toEqual(few.map(({ event }) => event));
    const times = events.map(({ event }) => event.at);
    expect(times).toEqual(times.toSorted());
    expect(events.every(({ event }) => event.simulated === true)).toBe(true);
    expect(new Set(events.map(({ event }) => event.id)).size).toBe(events.length);
  });

  it('calls back: who is called by an ordinary caller mostly calls him too, who is called by a scam centre does not', () => {
    const month = attempts(lived(800, 3, 6));
    const pairs = new Set(month.map(({ from, to }) => `${from} ${to}`));
    const backOf = (profile: string): number => {
      const own = month.filter(({ agent, isCaller }) => agent.profile.id === profile && isCaller);
      return own.filter(({ from, to }) => pairs.has(`${to} ${from}`)).length / own.length;
    };
    expect(backOf('ordinary')).toBeGreaterThan(0.6);
    expect(backOf('courier')).toBeGreaterThan(0.1);
    expect(backOf('scam-centre')).toBeLessThan(backOf('courier') / 2);
  });

  it('lives as the Sichuan set does: so many calls a day, so long, outgoing and incoming alike', () => {
    const ordinary = calls.filter(({ agent }) => agent.profile.id === 'ordinary');
    const [made, got] = [new Map<string, number>(), new Map<string, number>()];
    for (const { from } of ordinary) made.set(from, (made.get(from) ?? 0) + 1);
    for (const { to } of calls) got.set(to, (got.get(to) ?? 0) + 1);
    const people = [...made.keys()];
    expect(median(people.map((one) => (made.get(one) ?? 0) / 2))).toBeGreaterThan(6);
    expect(median(people.map((one) => (made.get(one) ?? 0) / 2))).toBeLessThan(9);
    const outgoing = people.map((one) => (made.get(one) ?? 0) / ((made.get(one) ?? 0) + (got.get(one) ?? 0)));
    expect(median(outgoing)).toBeGreaterThan(0.4);
    expect(median(outgoing)).toBeLessThan(0.65);
    const talks = events.flatMap(({ event, agent }) =>
      event.kind === 'call.end' && event.answered && agent.profile.id === 'ordinary'
        ? [event.talkSeconds]
        : [],
    );
    expect(median(talks)).toBeGreaterThan(33);
    expect(median(talks)).toBeLessThan(41);
  });

  it('defrauds nobody before its day, and numbers with a past are called until then', () => {
    const fraud = calls.filter(({ agent }) => agent.profile.fraud);
    const before = fraud.filter(({ at }) => Date.parse(at) < FROM + 24 * HOUR);
    expect(before.every(({ agent, flow }) => agent.aged && flow !== 'bank')).toBe(true);
    expect(before.some(({ isCaller }) => !isCaller)).toBe(true);
    expect(fraud.length).toBeGreaterThan(before.length);
  });

  it('has SIM boxes on one device, gangs of one area, and wangiri that rings once', () => {
    const of = (profile: string) =>
      calls.filter(({ agent, flow }) => agent.profile.id === profile && flow === 'own');
    const boxes = of('sim-box').filter(({ at, isCaller }) => isCaller && Date.parse(at) > FROM + 24 * HOUR);
    expect(new Set(boxes.map(({ device }) => device)).size).toBe(
      new Set(boxes.map(({ agent }) => agent)).size,
    );
    expect(new Set(boxes.map(({ from }) => from)).size).toBeGreaterThan(8);
    const [gang] = of('gang');
    const areas = of('gang').flatMap(({ agent, calledArea }) => (agent === gang?.agent ? [calledArea] : []));
    expect(new Set(areas).size).toBe(1);
    const ends = events.filter(({ agent, flow }) => agent.profile.id === 'wangiri' && flow === 'own');
    expect(ends.every(({ event }) => event.kind !== 'call.end' || event.ringSeconds <= 3)).toBe(true);
  });
});
