const INSTANT = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s?([Zz]|[+-]\d\d:?\d\d)$/;
const LOCAL = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?$/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
const EPOCH = /^\d{10}(?:\.\d{1,6})?$|^\d{13}$|^\d{16}$/;

/** Whether the runtime knows the IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Reads times as record files write them and answers RFC 3339: an instant with its zone is kept, local time
 * (`2026-11-23 10:00:00`, `2026/11/23 10:00`, `20261123100000`) is taken in `zone`, and 10, 13 or 16 digits are seconds,
 * milliseconds or microseconds since 1970. Undefined when the text is none of these or names no real time.
 */
export function createTimeReader(zone: string): (text: string) => string | undefined {
  const offsetAt = offsets(zone);
  return (text) => {
    const trimmed = text.trim();
    if (trimmed.length > 40) return undefined;
    const instant = INSTANT.exec(trimmed);
    if (instant) return withZone(instant);
    if (EPOCH.test(trimmed)) return fromEpoch(trimmed);
    const local = LOCAL.exec(trimmed) ?? COMPACT.exec(trimmed);
    return local ? fromLocal(local, offsetAt) : undefined;
  };
}

function withZone([, date, time, fraction = '', zone = 'Z']: RegExpExecArray): string | undefined {
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const written = `${date}T${time}${fraction}${offset}`;
  return Number.isNaN(Date.parse(written)) ? undefined : written;
}

function fromEpoch(digits: string): string | undefined {
  const value = Number(digits);
  if (digits.length === 16) return iso(value / 1000);
  return iso(digits.length === 13 ? value : value * 1000);
}

function fromLocal(found: RegExpExecArray, offsetAt: (utc: number) => number): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const millis = Math.floor(Number(`0.${found[7] ?? 0}`) * 1000);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, millis);
  const read = new Date(wall);
  const exists = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24 && minute < 60;
  if (!exists || second > 59) return undefined;
  return iso(wall - offsetAt(wall - offsetAt(wall)));
}

function iso(millis: number): string | undefined {
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

const QUARTER_HOUR = 900_000;
const MAX_KNOWN_SLOTS = 10_000;

/** Milliseconds that the zone is ahead of UTC; kept for each quarter of an hour, since asking costs microseconds. */
function offsets(zone: string): (utc: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  const ask = (utc: number): number => {
    const name = format.formatToParts(utc).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  return (utc) => {
    const slot = Math.floor(utc / QUARTER_HOUR);
    let offset = known.get(slot);
    if (offset === undefined) {
      offset = ask(utc);
      if (known.size >= MAX_KNOWN_SLOTS) known.clear();
      known.set(slot, offset);
    }
    return offset;
  };
}
