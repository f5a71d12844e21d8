import type { LineHours } from '@fanzha/contract';

const MINUTE_MS = 60_000;
const DAY = 1440;
const WEEK = 7 * DAY;
/** The epoch began on a Thursday: days from the Monday before. */
const EPOCH_WEEKDAY = 3;

/** Minutes of the week from Monday 00:00, `until` exclusive; one that ends after Sunday goes on at Monday. */
export type WeekSpan = readonly [from: number, until: number];

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Declared hours as spans of the week. */
export function weekSpans(hours: readonly LineHours[]): WeekSpan[] {
  return hours.flatMap(({ days, from, until }) => {
    const [start, end] = [minutesOf(from), minutesOf(until)];
    const length = end > start ? end - start : end + DAY - start;
    return days.map((day): WeekSpan => {
      const begin = (day - 1) * DAY + start;
      return [begin, begin + length];
    });
  });
}

/** Whether an instant (ms since the epoch) lies in spans of the local week; `offset` is what the zone is ahead, in ms. */
export function isWithin(spans: readonly WeekSpan[], at: number, offset: number): boolean {
  const minutes = Math.floor((at + offset) / MINUTE_MS) + EPOCH_WEEKDAY * DAY;
  const minute = ((minutes % WEEK) + WEEK) % WEEK;
  return spans.some(
    ([from, until]) => (from <= minute && minute < until) || (until > WEEK && minute < until - WEEK),
  );
}
