import { describe, expect, it } from 'vitest';
import { LoadMeter } from './load.model.ts';

describe('the load meter', () => {
  it('tells rate and percentiles of the last minute and forgets older ones', () => {
    const meter = new LoadMeter(0);
    for (let second = 0; second < 60; second++) {
      for (let turn = 0; turn < 10; turn++) meter.note(second * 1000, turn === 9 ? 50_000 : 1000);
    }
    const { perSecond, p50Micros, p99Micros } = meter.figures(59_999);
    expect(perSecond).toBeCloseTo(10, 0);
    expect(p50Micros).toBeGreaterThanOrEqual(1000);
    expect(p50Micros).toBeLessThan(1300);
    expect(p99Micros).toBeGreaterThanOrEqual(50_000);
    expect(p99Micros).toBeLessThan(65_000);
    expect(meter.figures(200_000)).toEqual({ perSecond: 0, p50Micros: 0, p99Micros: 0, p999Micros: 0 });
  });
});
