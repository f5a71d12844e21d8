const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Zones change their offset on quarters of an hour of universal time. */
const STEP_MS = HOUR_MS / 4;
const KEPT = 512;

/** Hour, day and day of the week in a time zone. */
export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number;
  /** ISO 8601: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** ISO 8601: `2026-11-23`. */
  readonly date: string;
}

/** Milliseconds that a zone is ahead of universal time at an instant (ms since the epoch). */
export function offsetAt(at: number, timeZone: string): number {
  const zone = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(zone ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

/** First instant of a calendar day in a time zone, ms since the epoch. */
export function dayStart(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  return utc - offsetAt(utc, timeZone);
}

/** First instant after a calendar day: a rule's `until` is the last day that it is in force. */
export function dayEnd(date: string, timeZone: string): number {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS);
  return dayStart(next.toISOString().slice(0, 10), timeZone);
}

/** Reads local time by arithmetic; the zone is asked once a quarter of an hour. */
export function createLocalTime(timeZone: string): (at: number) => LocalTime {
  const known = new Map<number, LocalTime>();
  let lastStep = Number.NaN;
  let last: LocalTime = { hour: 0, weekday: 1, date: '' };
  return (at) => {
    const step = Math.floor(at / STEP_MS);
    if (step === lastStep) return last;
    let time = known.get(step);
    if (time === undefined) {
      const local = at + offsetAt(at, timeZone);
      const days = Math.floor(local / DAY_MS);
      // The epoch began on a Thursday.
      const weekday = ((((days + 3) % 7) + 7) % 7) + 1;
      const date = new Date(days * DAY_MS).toISOString().slice(0, 10);
      time = { hour: Math.floor((local - days * DAY_MS) / HOUR_MS), weekday, date };
      if (known.size >= KEPT) known.clear();
      known.set(step, time);
    }
    lastStep = step;
    last = time;
    return time;
  };
}
