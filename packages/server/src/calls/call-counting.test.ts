import { fileURLToPath } from 'node:url';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngineSignals } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { openPack } from '../platform/index.ts';
import { newCall } from './call.fixture.ts';
import { createCalls } from './index.ts';

const pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const START = Date.parse('2026-11-23T10:00:00+08:00');
const clock = { now: () => START, date: () => new Date(START) };
const calls = createCalls({ pack, numbering });
const decider = createDecider({
  pack,
  numbering,
  clock,
  kinds: calls.kinds,
  signals: [...createEngineSignals(pack), ...calls.signals, ...createIntel({ pack, numbering }).signals],
});

interface Habit {
  readonly from: string;
  readonly ingress: 'international' | 'access' | 'interconnect';
  readonly calls: number;
  readonly overMinutes: number;
  /** How many people are called, each as often as the others, one after the other. */
  readonly people: number;
}

/** The call at which a caller first gets a reason, counted from one; 0 when never. */
function foundAt(reason: string, { from, ingress, calls: total, overMinutes, people }: Habit): number {
  for (let index = 0; index < total; index++) {
    const at = new Date(START + (index / total) * overMinutes * 60_000).toISOString();
    const to = `139${String(Math.floor((index * people) / total)).padStart(8, '0')}`;
    const { reasons } = decider.decide(newCall({ id: `${from}-${index}`, from, ingress, at, to }));
    if (reasons.some(({ code }) => code === reason)) return index + 1;
  }
  return 0;
}

const domestic = (last: number) => `+86138123400${String(last).padStart(2, '0')}`;

describe('callers who call very many', () => {
  it('from abroad, to be called back, are limited at their 31st call within ten minutes', () => {
    const habit = { ingress: 'international', calls: 60, overMinutes: 9, people: 60 } as const;
    expect(foundAt('call.many-from-abroad', { ...habit, from: '+23276001234' })).toBe(31);
    const { verdict } = decider.decide(newCall({ from: '+23276001234', ingress: 'international' }));
    expect(verdict).toBe('limit');
    expect(foundAt('call.many-from-abroad', { ...habit, from: '+819012345678', overMinutes: 30 })).toBe(0);
  });

  it('at home, always somebody else, are labelled at their 61st number within the hour and no more', () => {
    const habit = { ingress: 'access', calls: 120, overMinutes: 55, people: 120 } as const;
    expect(foundAt('call.many-strangers', { ...habit, from: domestic(1) })).toBe(61);
    const { verdict } = decider.decide(
      newCall({ from: domestic(1), at: '2026-11-23T10:55:00+08:00', to: '13700000000' }),
    );
    expect(verdict).toBe('label');
  });

  it('are not ordinary people, couriers, switchboards that call the same again, or fixed lines', () => {
    const habits: Habit[] = [
      { from: domestic(2), ingress: 'access', calls: 30, overMinutes: 600, people: 8 },
      { from: domestic(3), ingress: 'access', calls: 40, overMinutes: 30, people: 40 },
      { from: domestic(4), ingress: 'access', calls: 200, overMinutes: 55, people: 120 },
      { from: domestic(5), ingress: 'interconnect', calls: 400, overMinutes: 480, people: 400 },
      { from: '+862161234567', ingress: 'interconnect', calls: 300, overMinutes: 50, people: 300 },
      { from: '95588', ingress: 'interconnect', calls: 300, overMinutes: 50, people: 300 },
    ];
    expect(habits.map((habit) => foundAt('call.many-strangers', habit))).toEqual(habits.map(() => 0));
  });
});
