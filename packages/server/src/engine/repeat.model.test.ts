import { describe, expect, it } from 'vitest';
import { RepeatIndex } from './repeat.model.ts';

describe('the index of repeats', () => {
  it('knows at least the newest it promised and holds at most twice as many', () => {
    const index = new RepeatIndex(1000);
    for (let position = 0; position < 12_345; position++) {
      index.add(`event ${position}`, position);
      expect(index.size).toBeLessThanOrEqual(2000);
    }
    for (let position = 11_345; position < 12_345; position++) {
      expect(index.positionOf(`event ${position}`)).toBe(position);
    }
    expect(index.positionOf('event 0')).toBeUndefined();
  });
});
