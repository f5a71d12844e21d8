import type { Clock } from '../clock/clock.ts';

/** A clock that stands still until it is told to move. */
export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  set(iso: string): void;
}

/** A clock at an RFC 3339 instant. */
export function testClock(startIso = '2026-11-23T10:00:00+08:00'): TestClock {
  let now = Date.parse(startIso);
  return {
    now: () => now,
    date: () => new Date(now),
    advance: (milliseconds) => {
      now += milliseconds;
    },
    set: (iso) => {
      now = Date.parse(iso);
    },
  };
}
