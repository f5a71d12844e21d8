import { type PhoneNumber as LibraryNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { NumberPlan } from './number-plan.ts';
import type { NationalReader } from './phone-number-national.ts';
import type { NumberForm, Reading } from './phone-number-reading.ts';

type CountryCode = NumberPlan['countryCodes'][number];

/** Reads numbers of other countries. */
export interface ForeignReader {
  /** Digits that begin with a country code. */
  read(digits: string, form: NumberForm): Reading;
  /** Digits without any prefix, when they are a valid foreign number all the same; else undefined. */
  withoutPrefix(digits: string): Reading | undefined;
}

/** ITU-T E.164 section 6.1: at most 15 digits with the country code. */
const MAX_E164 = 15;
/** A `+` in front of a short code makes it look international; with more digits it is a number of its own. */
const MAX_DISGUISED = 8;
/** Shorter than any foreign number that a network would show: below this, digits are not guessed to be one. */
const MIN_UNPREFIXED = 9;

function ask(digits: string): LibraryNumber | undefined {
  return parsePhoneNumberFromString(`+${digits}`, { extract: false });
}

/** Builds the reader; `national` tells short codes of the own country that hide behind a `+`. */
export function createForeignReader(plan: NumberPlan, national: NationalReader): ForeignReader {
  const codes = new Map<string, CountryCode & { pattern?: RegExp }>(
    plan.countryCodes.map((entry) => [
      entry.code,
      entry.structure === undefined ? entry : { ...entry, pattern: new RegExp(entry.structure) },
    ]),
  );
  const codeOf = (digits: string) =>
    codes.get(digits.slice(0, 1)) ?? codes.get(digits.slice(0, 2)) ?? codes.get(digits.slice(0, 3));

  const abroad = (digits: string, form: NumberForm): Reading => {
    const canonical = `+${digits}`;
    const code = codeOf(digits);
    if (!code) return { canonical, kind: 'foreign', validity: 'no-such-country', form, domestic: false };
    const shared = { canonical, form, domestic: false, callingCode: code.code } as const;
    const rest = digits.slice(code.code.length);
    const impossible =
      digits.length > MAX_E164 ||
      rest.length < 3 ||
      code.lengths?.includes(rest.length) === false ||
      code.pattern?.test(rest) === false;
    if (code.use !== 'geographic') {
      return { ...shared, kind: 'network', validity: impossible ? 'malformed' : 'valid' };
    }
    // A code with a title of its own belongs to several states: without a number in their plans none can be named.
    const main = code.title ? undefined : code.countries?.[0];
    const number = impossible ? undefined : ask(digits);
    const country = number?.country ?? main;
    const where = country === undefined ? {} : { country };
    // The library takes a trunk prefix off (+44 (0)20...): right for valid numbers only, else it takes one each time.
    if (number?.isValid())
      return { ...shared, canonical: number.number, ...where, kind: 'foreign', validity: 'valid' };
    const validity = number?.isPossible() ? 'unassigned' : 'malformed';
    return { ...shared, ...where, kind: 'foreign', validity };
  };
  return {
    read: (digits, form) => {
      const found = abroad(digits, form);
      const code = digits.length > MAX_DISGUISED ? undefined : national.shortCode(digits);
      if (!code || found.validity === 'valid' || found.validity === 'unassigned') return found;
      const { country, callingCode } = plan.national;
      return {
        canonical: `+${digits}`,
        kind: code.kind,
        validity: 'malformed',
        form,
        domestic: true,
        country,
        callingCode,
        disguise: { target: digits, how: 'plus' },
      };
    },
    withoutPrefix: (digits) => {
      const own = [plan.national.callingCode, ...plan.national.ownPrefixes];
      if (digits.length < MIN_UNPREFIXED || own.some((prefix) => digits.startsWith(prefix))) return undefined;
      const found = abroad(digits, 'bare');
      return found.validity === 'valid' && found.kind === 'foreign' ? found : undefined;
    },
  };
}
