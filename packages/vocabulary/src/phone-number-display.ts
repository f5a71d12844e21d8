import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { NumberPlan } from './number-plan.ts';
import type { PhoneNumber } from './phone-number-reading.ts';

/** Cuts digits into groups: `3 4 4` gives `138 1234 5678`, `3-3-4` gives `400-810-8888`. */
function group(digits: string, pattern: string): string {
  const separator = pattern.includes('-') ? '-' : ' ';
  const parts: string[] = [];
  let rest = digits;
  for (const size of pattern.split(separator).map(Number)) {
    parts.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...parts, rest].filter((part) => part !== '').join(separator);
}

function fitting(patterns: string, length: number): string | undefined {
  const total = (pattern: string) => pattern.split(/[ -]/).reduce((sum, size) => sum + Number(size), 0);
  return patterns.split('|').find((pattern) => total(pattern) === length);
}

/** Writer of canonical numbers in the country's own way. */
export function createDisplay(
  { national }: NumberPlan,
  parse: (presented: string) => PhoneNumber,
): (canonical: string) => string {
  const grouped = (digits: string, kind: string): string => {
    const pattern = fitting(national.formats[kind] ?? '', digits.length);
    return pattern === undefined ? digits : group(digits, pattern);
  };
  const code = `+${national.callingCode}`;
  const disguised = (canonical: string, { area, disguise }: PhoneNumber): string => {
    if (!canonical.startsWith(code)) return canonical;
    if (area === undefined || !disguise) return `${code} ${canonical.slice(code.length)}`;
    return `${code} ${area} ${disguise.target}`;
  };
  const domestic = (canonical: string, read: PhoneNumber): string => {
    if (read.disguise) return disguised(canonical, read);
    if (!canonical.startsWith(code)) return read.form === 'local' ? grouped(canonical, 'fixed') : canonical;
    const digits = canonical.slice(code.length);
    if (read.kind !== 'fixed') return grouped(digits, read.kind);
    if (read.area === undefined) return canonical;
    return `${national.trunkPrefix}${read.area}-${grouped(digits.slice(read.area.length), 'fixed')}`;
  };
  return (canonical) => {
    if (!/^\+?[0-9]{2,28}$/.test(canonical)) return canonical;
    const read = parse(canonical);
    if (read.domestic) return domestic(canonical, read);
    return parsePhoneNumberFromString(canonical)?.formatInternational() ?? canonical;
  };
}
