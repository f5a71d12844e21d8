import { describe, expect, it } from 'vitest';
import { decisionsIn, weekOf } from './week.model.ts';

describe('the week of a subject', () => {
  const busy = {
    at: '2026-11-23T08:00:00.000Z',
    verdicts: { allow: 3, label: 0, challenge: 0, hold: 0, limit: 0, block: 2 },
    counters: { x: 5 },
  };
  const week = weekOf([busy], '2026-11-23T10:20:00Z');

  it('has every hour of seven days, quiet ones too, the present one last', () => {
    expect(week).toHaveLength(168);
    expect(week.at(-1)?.at).toBe('2026-11-23T10:00:00.000Z');
    expect(week.at(-3)?.hour).toEqual(busy);
    expect(week.filter(({ hour }) => hour !== undefined)).toHaveLength(1);
  });

  it('counts decisions with and without those that were allowed', () => {
    expect(week.map((hour) => decisionsIn(hour, 'all')).filter((count) => count > 0)).toEqual([5]);
    expect(week.map((hour) => decisionsIn(hour, 'notAllowed')).filter((count) => count > 0)).toEqual([2]);
  });
});
