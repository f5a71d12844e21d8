import { describe, expect, it } from 'vitest';
import {
  createRandom,
  drawnOnce,
  fillTemplate,
  generateTraffic,
  type Scenario,
  type TrafficOptions,
} from './simulation.model.ts';

const UNTIL = Date.parse('2026-11-23T12:00:00Z');
const DAY = 24 * 3_600_000;

const text: Scenario = {
  id: 'text',
  fraud: false,
  weight: 3,
  draw: (random, newId) => [
    {
      after: 0,
      event: {
        kind: 'sms.submit',
        id: newId(),
        sender: '10690000',
        to: fillTemplate('1380000{d4}', {}, random),
        text: 'hello',
        channel: 'smpp',
      },
    },
  ],
};
const call: Scenario = {
  id: 'call',
  fraud: true,
  weight: 1,
  draw: (random, newId) => {
    const attempt = newId();
    return [
      { after: 0, event: { kind: 'call.attempt', id: attempt, from: '1', to: '2', ingress: 'access' } },
      {
        after: random.between(1, 7200),
        event: { kind: 'call.end', id: newId(), attempt, ringSeconds: 1, talkSeconds: 0, answered: false },
      },
    ];
  },
};

function options(more: Partial<TrafficOptions> = {}): TrafficOptions {
  return {
    sources: [{ kind: 'messages', scenarios: [text, call] }],
    seed: 1,
    events: 2000,
    until: UNTIL,
    timeZone: 'Asia/Shanghai',
    idPrefix: 'sim-1',
    ...more,
  };
}

describe('simulated traffic', () => {
  it('is the same for the same seed and another for another', () => {
    const first = [...generateTraffic(options())];
    expect([...generateTraffic(options())]).toEqual(first);
    expect([...generateTraffic(options({ seed: 2 }))]).not.toEqual(first);
  });

  it('is all marked, in the order of time, within the 24 hours before its end, each id once', () => {
    const events = [...generateTraffic(options())].map(({ event }) => event);
    const times = events.map((event) => Date.parse(event.at));
    expect(events).toHaveLength(2000);
    expect(events.every((event) => event.simulated === true)).toBe(true);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((time) => time >= UNTIL - DAY && time <= UNTIL)).toBe(true);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2000);
  });

  it('ends a call only after it has begun', () => {
    const seen = new Set<string>();
    for (const { event } of generateTraffic(options())) {
      seen.add(event.id);
      if (event.kind === 'call.end') expect(seen).toContain(event.attempt);
    }
  });

  it('follows day and night of the zone', () => {
    const hours = [...generateTraffic(options({ events: 5000 }))].map(
      ({ event }) => (Number(event.at.slice(11, 13)) + 8) % 24,
    );
    const between = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    expect(between(9, 12)).toBeGreaterThan(10 * between(2, 5));
  });

  it('fills slots, keeps what is drawn once, and names a word that is missing', () => {
    const random = createRandom(7);
    const words = { host: ['a{d4}.example'], inner: ['{host}'], circle: ['{circle}'] };
    expect(fillTemplate('{n3-3} {d2}', words, random)).toMatch(/^3 \d\d$/);
    const fixed = drawnOnce(['host']);
    const first = fillTemplate('{inner}', words, random, fixed);
    expect(first).toMatch(/^a\d{4}\.example$/);
    expect(fillTemplate('{host}', words, random, fixed)).toBe(first);
    expect(() => fillTemplate('{nobody}', words, random)).toThrow('no words for {nobody}');
    expect(() => fillTemplate('{circle}', words, random)).toThrow('circle');
  });

  it('draws evenly enough from the generator', () => {
    const random = createRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index += 1)
      counts[random.between(0, 9)] = (counts[random.between(0, 9)] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
  });
});
