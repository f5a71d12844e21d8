/** Source of time. All code asks it; only this folder may read the machine's clock. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The same instant as a Date. */
  date(): Date;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  date: () => new Date(),
};

/** Monotonic microseconds, for measuring how long something took. */
export function monotonicMicros(): number {
  return performance.now() * 1000;
}
