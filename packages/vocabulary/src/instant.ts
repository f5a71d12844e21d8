const ZERO = 48;
const [DASH, COLON, DOT, PLUS, T, Z] = [45, 58, 46, 43, 84, 90] as const;
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from the start of an era of 400 years (1 March 0000) to 1 January 1970 (proleptic Gregorian calendar). */
const EPOCH_DAYS = 719_468;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Two digits as a number; above 99 where one of them is none. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const units = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : 100;
}

/** Days since the epoch of a date (Howard Hinnant, "chrono-compatible low-level date algorithms"); NaN for none. */
function daysOf(year: number, month: number, day: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month] ?? 0);
  if (day < 1 || day > last) return Number.NaN;
  // Years begin in March here, so that the leap day is their last.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - EPOCH_DAYS;
}

/** Minutes that a zone at the end of a text is ahead of universal time; NaN where something else stands there. */
function zoneAt(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (sign === Z) return at + 1 === text.length ? 0 : Number.NaN;
  if ((sign !== PLUS && sign !== DASH) || at + 6 !== text.length) return Number.NaN;
  const hours = two(text, at + 1);
  const minutes = two(text, at + 4);
  if (hours > 23 || minutes > 59 || text.charCodeAt(at + 3) !== COLON) return Number.NaN;
  return (sign === DASH ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Milliseconds since the epoch of a time in the usual form of RFC 3339, `2026-11-23T10:00:00.123+08:00`, with at most
 * three digits of a second's part. NaN for every other text, also where RFC 3339 has it (leap seconds, small letters):
 * `Date.parse` or a schema then has the word. Five times as fast as `Date.parse`, which a decision asks once.
 */
export function usualInstant(text: string): number {
  if (
    text.charCodeAt(4) !== DASH ||
    text.charCodeAt(7) !== DASH ||
    text.charCodeAt(10) !== T ||
    text.charCodeAt(13) !== COLON ||
    text.charCodeAt(16) !== COLON
  ) {
    return Number.NaN;
  }
  const century = two(text, 0);
  const years = two(text, 2);
  const hours = two(text, 11);
  const minutes = two(text, 14);
  const seconds = two(text, 17);
  if (century > 99 || years > 99 || hours > 23 || minutes > 59 || seconds > 59) return Number.NaN;
  const days = daysOf(century * 100 + years, two(text, 5), two(text, 8));
  let at = 19;
  let ms = 0;
  if (text.charCodeAt(at) === DOT) {
    for (let scale = 100; scale >= 1; scale /= 10) {
      const digit = text.charCodeAt(at + 1) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      ms += digit * scale;
      at++;
    }
    if (at === 19) return Number.NaN;
    at++;
  }
  const time = (hours * 3600 + minutes * 60 + seconds) * 1000 + ms;
  return days * DAY_MS + time - zoneAt(text, at) * MINUTE_MS;
}
