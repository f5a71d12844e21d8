import type { Locale } from '@fanzha/vocabulary';
import { useMemo } from 'react';
import { useLocale } from './locale.ts';

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How numbers, times and places are written in one language, times in the reader's own zone. */
export interface Format {
  number(value: number, digits?: number): string;
  /** 0.123 → 12.3% */
  percent(share: number): string;
  /** Date, time to the second and zone. */
  exact(instant: string): string;
  /** Date and time to the minute. */
  dateTime(instant: string): string;
  /** Time of day, to the second unless told. */
  clock(instant: string, seconds?: boolean): string;
  day(instant: string): string;
  /** `3 minutes ago`; below ten seconds `now`. */
  relative(instant: string, now: number): string;
  /** ISO 3166-1 alpha-2 → name; unknown codes come back as they are. */
  country(code: string): string;
  /** Microseconds as µs, ms or s. */
  duration(micros: number): string;
}

export function makeFormat(locale: Locale): Format {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const exact = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  const dateTime = new Intl.DateTimeFormat(locale, {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const minutes = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = new Intl.DateTimeFormat(locale, { month: '2-digit', day: '2-digit' });
  const places = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  const number = (value: number, digits = 0): string =>
    value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    number,
    percent: (share) => `${number(share * 100, share > 0 && share < 0.1 ? 1 : 0)}%`,
    exact: (instant) => exact.format(new Date(instant)),
    dateTime: (instant) => dateTime.format(new Date(instant)),
    clock: (instant, seconds = true) => (seconds ? clock : minutes).format(new Date(instant)),
    day: (instant) => day.format(new Date(instant)),
    relative: (instant, now) => {
      const seconds = Math.round((Date.parse(instant) - now) / 1000);
      if (Math.abs(seconds) < 10) return relative.format(0, 'second');
      const [unit, size] =
        UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
      return relative.format(Math.trunc(seconds / size), unit);
    },
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (places.of(code) ?? code) : code),
    duration: (micros) => {
      if (micros < 1000) return `${number(micros)} µs`;
      if (micros < 1_000_000) return `${number(micros / 1000, 1)} ms`;
      return `${number(micros / 1_000_000, 1)} s`;
    },
  };
}

export function useFormat(): Format {
  const locale = useLocale();
  return useMemo(() => makeFormat(locale), [locale]);
}
