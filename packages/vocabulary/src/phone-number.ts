import type { NumberPlan, PlanReader } from './number-plan.ts';
import { readNumberPlan } from './number-plan.ts';
import { createDisplay } from './phone-number-display.ts';
import { createForeignReader } from './phone-number-foreign.ts';
import { NationalReader } from './phone-number-national.ts';
import { unwrap } from './phone-number-presented.ts';
import type { NumberForm, PhoneNumber, Reading } from './phone-number-reading.ts';
import { remembered } from './remembered.ts';

export interface Numbering {
  /**
   * Reads a number in any form, by the plan as it was in force at an instant (ms since the epoch), or on the plan's own
   * day. Never throws; time and memory are bounded whatever comes in.
   */
  parse(presented: string, at?: number): PhoneNumber;
  /** A canonical number as people in the pack's country write it; what is not canonical comes back as it is. */
  display(canonical: string): string;
}

/** Longest presented form that is looked at. A SIP URI with parameters is rarely above 150. */
const MAX_PRESENTED = 200;
/** A number of ITU-T E.164 has at most 15 digits, national service ports up to 20, plus prefixes. */
const MAX_DIGITS = 28;
/** Numbers from abroad and odd forms take some microseconds to read, and busy ones come again: at most 4 MB. */
const REMEMBERED = 4096;
const REMEMBERED_SHOWN = 512;
/** Fewer digits behind `+` or `00` are not even a country code with a digit. */
const MIN_GLOBAL = 3;

/** Digits without any prefix that begin with no area there is: they may as well be a foreign number without its `+`. */
function isNoArea({ kind, form, area }: Reading): boolean {
  return kind === 'fixed' && form === 'bare' && area === undefined;
}

/** Builds the parser for one day of a numbering plan: the national plan first, libphonenumber for the rest of the world. */
function createParser(plan: NumberPlan): (presented: string) => PhoneNumber {
  const national = new NationalReader(plan);
  const foreign = createForeignReader(plan, national);
  const { callingCode, internationalPrefix } = plan.national;

  const unreadable = (presented: string): PhoneNumber => ({
    presented,
    kind: 'unknown',
    validity: 'malformed',
    form: 'none',
    domestic: false,
  });
  const global = (presented: string, digits: string, form: NumberForm): PhoneNumber => {
    if (digits.length < MIN_GLOBAL) return unreadable(presented);
    return digits.startsWith(callingCode)
      ? { presented, ...national.behindCountryCode(digits.slice(callingCode.length), form) }
      : { presented, ...foreign.read(digits, form) };
  };

  const read = (input: string): PhoneNumber => {
    const presented = input.slice(0, MAX_PRESENTED);
    const seen = unwrap(presented);
    if (seen.hidden) {
      return { presented, kind: 'hidden', validity: 'withheld', form: 'none', domestic: false };
    }
    const { digits, plus } = seen;
    if (digits === '' || digits.length > MAX_DIGITS) return unreadable(presented);
    if (plus) return global(presented, digits, 'plus');
    if (digits.startsWith(internationalPrefix)) {
      return global(presented, digits.slice(internationalPrefix.length), 'international');
    }
    const own = national.written(digits);
    const fits = own.validity === 'valid' || (own.validity === 'unassigned' && !isNoArea(own));
    return { presented, ...((fits ? undefined : foreign.withoutPrefix(digits)) ?? own) };
  };
  const another = remembered(read, REMEMBERED);
  return (presented) => national.plain(presented) ?? another(presented);
}

/** Days between which a plan stays as it is; the first holds also before its day. */
interface Period {
  readonly day: string;
  readonly from: number;
  until: number;
  parse?: (presented: string) => PhoneNumber;
}

function periodsOf({ national }: NumberPlan): [Period, ...Period[]] {
  const changes = national.ranges.flatMap(({ from, until }) =>
    until === undefined ? [from] : [from, until],
  );
  const days = [...new Set(changes)].sort();
  const start = (day: string): number => Date.parse(`${day}T00:00:00${national.utcOffset}`);
  const [first = national.asOf, ...later] = days;
  const periods: [Period, ...Period[]] = [
    { day: first, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY },
  ];
  for (const day of later) {
    const last = periods.at(-1);
    if (last) last.until = start(day);
    periods.push({ day, from: start(day), until: Number.POSITIVE_INFINITY });
  }
  return periods;
}

/** Builds the parser for a numbering plan. Of the days on which the plan changed, those are built that are asked for. */
export function createNumbering(plan: NumberPlan): Numbering {
  const periods = periodsOf(plan);
  const own = createParser(plan);
  let last = periods[0];
  const parse = (presented: string, at?: number): PhoneNumber => {
    if (at === undefined) return own(presented);
    if (!(last.from <= at && at < last.until)) {
      last = periods.find(({ from, until }) => from <= at && at < until) ?? periods[0];
    }
    last.parse ??= createParser({ ...plan, national: { ...plan.national, asOf: last.day } });
    return last.parse(presented);
  };
  return { parse, display: remembered(createDisplay(plan, own), REMEMBERED_SHOWN) };
}

/** The parser of a policy pack. */
export function openNumbering(pack: PlanReader): Numbering {
  return createNumbering(readNumberPlan(pack));
}
