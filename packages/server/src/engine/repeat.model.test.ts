import { describe, expect, it } from 'vitest';
import { RepeatIndex } from './repeat.model.ts';

describe('the index of repeats', () => {
  it('knows at least the newest it promised and holds at most twice as many', () => {
    const index = new RepeatIndex(1000);
    for (let position = 0; position < 12_345; position++) {
      index.add(`event ${position}`, position + 1);
      expect(index.size).toBeLessThanOrEqual(2000);
    }
    for (let position = 11_345; position < 12_345; position++) {
      expect(index.positionOf(`event ${position}`)).toBe(position + 1);
    }
    expect(index.positionOf('event 0')).toBeUndefined();
  });
});

describe('keys that are alike', () => {
  it('are told apart', () => {
    const index = new RepeatIndex(200_000, 7);
    const keys = ['ab', 'ba', 'a', 'aa', 'aaa', ''];
    for (let number = 0; number < 100_000; number++) keys.push(`call.attempt ${number}`);
    keys.forEach((key, place) => {
      index.add(key, place + 1);
    });
    expect(index.size).toBe(keys.length);
    expect(keys.every((key, place) => index.positionOf(key) === place + 1)).toBe(true);
    for (let number = 0; number < 100_000; number++)
      expect(index.positionOf(`sms.submit ${number}`)).toBeUndefined();
  });
});
