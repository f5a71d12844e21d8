import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { psi, shareAbove, stepsOf, wilson } from './curve.model.ts';

describe('figures under the curves of a model', () => {
  it('gives the interval of a share as in the literature', () => {
    // Wilson (1927); 10 of 20 is the usual worked example.
    const [low, high] = wilson(10, 20);
    expect(low).toBeCloseTo(0.299, 3);
    expect(high).toBeCloseTo(0.701, 3);
  });

  it('keeps the share inside its interval, and the interval inside 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (positive, rest) => {
        const [low, high] = wilson(positive, positive + rest);
        const share = positive / Math.max(1, positive + rest);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(share + 1e-9).toBeGreaterThanOrEqual(low);
        expect(share - 1e-9).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('finds no shift in the same shape, and one where scores moved up', () => {
    expect(psi([10, 20, 30], [100, 200, 300])).toBeCloseTo(0, 9);
    expect(psi([60, 30, 10], [10, 30, 60])).toBeGreaterThan(0.25);
  });

  it('puts hours into steps and leaves no step out', () => {
    const steps = stepsOf(
      [
        { hour: '2026-11-23T01:00:00.000Z', bins: [1, 2] },
        { hour: '2026-11-23T02:00:00.000Z', bins: [3, 4] },
        { hour: '2026-11-23T13:00:00.000Z', bins: [5, 6] },
      ],
      6,
      4,
    );
    expect(steps.map(({ count }) => count)).toEqual([0, 10, 0, 11]);
  });

  it('counts as above only bins that lie wholly there', () => {
    expect(shareAbove([1, 1, 2], [0.5, 0.9, 1], 0.9)).toBe(0.5);
  });
});
