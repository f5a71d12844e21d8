import { describe, expect, it } from 'vitest';
import { RepeatIndex } from './repeat.model.ts';

const MINUTE = 60_000;
const AT = Date.UTC(2026, 10, 23);

describe('the index of repeats', () => {
  it('knows a day of events while there is memory', () => {
    const index = new RepeatIndex({ seed: 7 });
    for (let event = 0; event < 14_400; event++) index.add(`event ${event}`, AT + event * 6000, 1e15 + event);
    expect(index.size).toBe(14_400);
    for (const event of [0, 77, 14_399]) {
      expect(index.positionOf(`event ${event}`, AT + event * 6000)).toBe(1e15 + event);
    }
    expect(index.since).toBe(AT);
    index.forgetBefore(AT + 720 * MINUTE, 1e9);
    expect(index.size).toBe(7200);
    expect(index.positionOf('event 0', AT)).toBeUndefined();
  });

  it('forgets the oldest time first when there is too little, never the newest', () => {
    const index = new RepeatIndex({ budgetBytes: 1024 * 1024, seed: 7 });
    for (let event = 0; event < 300_000; event++) {
      index.add(`event ${event}`, AT + Math.floor(event / 1000) * MINUTE, event + 1);
      if (event % 10_000 === 0) expect(index.bytes).toBeLessThan(1024 * 1024 + 300_000);
    }
    expect(index.forgotten).toBeGreaterThan(0);
    expect(index.forgotten + index.size).toBe(300_000);
    expect(index.positionOf('event 0', AT)).toBeUndefined();
    for (let event = 295_000; event < 300_000; event++) {
      expect(index.positionOf(`event ${event}`, AT + Math.floor(event / 1000) * MINUTE)).toBe(event + 1);
    }
  });

  it('keeps the memory it uses small for each event', () => {
    const index = new RepeatIndex({ budgetBytes: 2 ** 40, seed: 7 });
    for (let event = 0; event < 1_000_000; event++) index.add(`call.attempt e-${event}`, AT, event + 1);
    expect(index.bytes / index.size).toBeLessThan(22);
  });

  it('finds what came hours late, far from where its time began', () => {
    const index = new RepeatIndex({ seed: 7 });
    index.add('on time', AT, 5);
    index.add('late', AT, 5 + 2 ** 40);
    expect(index.positionOf('late', AT)).toBe(5 + 2 ** 40);
    expect(index.positionOf('on time', AT)).toBe(5);
  });
});

describe('keys that are alike', () => {
  it('are told apart', () => {
    const index = new RepeatIndex({ budgetBytes: 2 ** 30, seed: 7 });
    const keys = ['ab', 'ba', 'a', 'aa', 'aaa', ''];
    for (let number = 0; number < 100_000; number++) keys.push(`call.attempt ${number}`);
    keys.forEach((key, place) => {
      index.add(key, AT, place + 1);
    });
    expect(index.size).toBe(keys.length);
    expect(keys.every((key, place) => index.positionOf(key, AT) === place + 1)).toBe(true);
    for (let number = 0; number < 100_000; number++)
      expect(index.positionOf(`sms.submit ${number}`, AT)).toBeUndefined();
  });
});
