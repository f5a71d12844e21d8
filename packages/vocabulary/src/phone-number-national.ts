import type { NumberPlan, NumberRange } from './number-plan.ts';
import { RangeIndex } from './number-plan-index.ts';
import type { DisguiseHow, NumberForm, PhoneNumber, Reading } from './phone-number-reading.ts';

type Area = NumberPlan['areas'][number];
/** What a disguise is called when a short code stands right behind the prefix, or behind an area code. */
type Names = Readonly<Record<'whole' | 'area', DisguiseHow>>;

const BEHIND_CODE: Names = { whole: 'country-code', area: 'country-and-area-code' };
const BEHIND_TRUNK: Names = { whole: 'leading-zero', area: 'area-code' };
const BARE: Names = { whole: 'country-code', area: 'area-code' };

/** Digits of the codes that people know by heart: 95588, 10086, 12345. */
const SERVICE_CODE = 5;
const [PLUS, ZERO, NINE] = [43, 48, 57] as const;

function prefixOf(
  presented: string,
  plan: NumberPlan['national'],
): 'plus' | 'international' | 'trunk' | 'bare' {
  if (presented.charCodeAt(0) === PLUS) return 'plus';
  if (presented.startsWith(plan.internationalPrefix)) return 'international';
  return presented.startsWith(plan.trunkPrefix) ? 'trunk' : 'bare';
}

function isDigits(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char < ZERO || char > NINE) return false;
  }
  return true;
}

/** Reads numbers of the plan's own country. Ranges that are not in force on the plan's day are left out. */
export class NationalReader {
  private readonly plan: NumberPlan['national'];
  private readonly full: RangeIndex;
  private readonly short: RangeIndex;
  private readonly areas: ReadonlyMap<string, Area>;
  private readonly longestArea: number;
  private readonly plus: string;
  private readonly home: Pick<PhoneNumber, 'domestic' | 'country' | 'callingCode'>;

  constructor({ national, areas }: NumberPlan) {
    const inForce = national.ranges.filter(
      ({ from, until }) => from <= national.asOf && (until === undefined || national.asOf < until),
    );
    this.plan = national;
    this.full = new RangeIndex(inForce.filter(({ short }) => short !== true));
    this.short = new RangeIndex(inForce.filter(({ short }) => short === true));
    this.areas = new Map(areas.map((area) => [area.code, area]));
    this.longestArea = Math.max(...areas.map(({ code }) => code.length));
    this.plus = `+${national.callingCode}`;
    this.home = { domestic: true, country: national.country, callingCode: national.callingCode };
  }

  /**
   * A number that is nothing but the digits of a range in use, with or without the country code, as most numbers are:
   * read where it stands, without taking it apart. Undefined for all others, which go the long way; both say the same.
   */
  plain(presented: string): PhoneNumber | undefined {
    const form = prefixOf(presented, this.plan);
    if (form === 'trunk') return undefined;
    const from = form === 'bare' ? 0 : this.behindCode(presented, form);
    if (from === -1 || !isDigits(presented, from)) return undefined;
    const range =
      this.full.find(presented, from) ?? (form === 'bare' ? this.short.find(presented) : undefined);
    if (range === undefined || range.status === 'unassigned') return undefined;
    return this.inUse(presented, from, form, range);
  }

  /** Where the digits after the country code begin; -1 where they are another country's. */
  private behindCode(presented: string, form: 'plus' | 'international'): number {
    const { internationalPrefix, callingCode } = this.plan;
    const code = form === 'plus' ? 1 : internationalPrefix.length;
    return presented.startsWith(callingCode, code) ? code + callingCode.length : -1;
  }

  private inUse(presented: string, from: number, written: NumberForm, range: NumberRange): PhoneNumber {
    const { kind, operator, short } = range;
    const { country, callingCode } = this.plan;
    const form = short ? 'short' : written;
    const isCanonical = short || form === 'plus';
    const canonical = isCanonical ? presented : this.e164(from === 0 ? presented : presented.slice(from));
    const validity = 'valid';
    const domestic = true;
    // One literal with all fields, and one without operator: copies of parts of it would take longer than reading.
    return operator === undefined
      ? { presented, canonical, kind, validity, form, domestic, country, callingCode }
      : { presented, canonical, kind, validity, form, domestic, country, callingCode, operator };
  }

  /** Digits after `+86`, `0086` or a bare `86`. A valid number wins over a disguise that has the same digits. */
  behindCountryCode(digits: string, form: NumberForm): Reading {
    const range = this.full.find(digits);
    if (range) return this.fromRange(range, digits, form);
    const found =
      this.landline(digits, form) ??
      this.disguise(digits, form, BEHIND_CODE) ??
      this.afterCarrierSelect(digits, form);
    if (found) return found;
    const { trunkPrefix } = this.plan;
    if (!digits.startsWith(trunkPrefix)) return this.misfit(digits, form);
    return this.behindTrunk(digits.slice(trunkPrefix.length), form, BEHIND_CODE);
  }

  /** Digits as they are written inside the country: short codes, trunk prefix, bare, local. */
  written(digits: string): Reading {
    const { trunkPrefix } = this.plan;
    if (digits.startsWith(trunkPrefix)) {
      return this.behindTrunk(digits.slice(trunkPrefix.length), 'trunk', BEHIND_TRUNK);
    }
    const range = this.full.find(digits) ?? this.short.find(digits);
    if (range) return this.fromRange(range, digits, range.short ? 'short' : 'bare');
    return (
      this.afterCarrierSelect(digits, 'bare') ??
      this.afterBareCode(digits) ??
      this.landline(digits, 'bare') ??
      this.local(digits) ??
      this.disguise(digits, 'bare', BARE) ??
      this.misfit(digits, 'bare')
    );
  }

  /** The short code that these digits are, if they are one that is in use. */
  shortCode(digits: string): NumberRange | undefined {
    const range = this.short.find(digits);
    return range && range.status !== 'unassigned' ? range : undefined;
  }

  private e164(digits: string): string {
    return this.plus + digits;
  }

  private fromRange(range: NumberRange, digits: string, form: NumberForm): Reading {
    return {
      canonical: range.short ? digits : this.e164(digits),
      kind: range.kind,
      validity: range.status === 'unassigned' ? 'unassigned' : 'valid',
      form,
      ...this.home,
      ...(range.operator === undefined ? {} : { operator: range.operator }),
    };
  }

  /** Splits digits into area and subscriber number; without a known area everything is the subscriber number. */
  private split(digits: string): { area?: Area; subscriber: string } {
    for (let size = Math.min(this.longestArea, digits.length); size > 0; size--) {
      const area = this.areas.get(digits.slice(0, size));
      if (area) return { area, subscriber: digits.slice(size) };
    }
    return { subscriber: digits };
  }

  private landline(digits: string, form: NumberForm): Reading | undefined {
    const { area, subscriber } = this.split(digits);
    if (!area?.lengths.includes(subscriber.length)) return undefined;
    if (!this.plan.subscriber.assigned.includes(subscriber.charAt(0))) return undefined;
    return {
      canonical: this.e164(digits),
      kind: 'fixed',
      validity: 'valid',
      form,
      ...this.home,
      area: area.code,
    };
  }

  /** A short code with nothing, or an area code, between it and what was put in front. */
  private disguise(digits: string, form: NumberForm, names: Names): Reading | undefined {
    const { area, subscriber } = this.split(digits);
    const whole = this.shortCode(digits);
    // A subscriber number of the area's own length is a malformed landline rather than a code with an extension.
    const inner = area?.lengths.includes(subscriber.length) ? undefined : this.shortCode(subscriber);
    const kind = (whole ?? (area && inner))?.kind;
    if (!kind) return undefined;
    return {
      canonical: this.e164(digits),
      kind,
      validity: 'malformed',
      form,
      ...this.home,
      ...(whole || !area ? {} : { area: area.code }),
      disguise: whole ? { target: digits, how: names.whole } : { target: subscriber, how: names.area },
    };
  }

  /** Nothing fits: says whether it is only unassigned, and what it pretends to be. */
  private misfit(digits: string, form: NumberForm): Reading {
    const { area, subscriber } = this.split(digits);
    const near = this.full.nearest(digits);
    const reserved =
      area?.lengths.includes(subscriber.length) === true &&
      this.plan.subscriber.unassigned.includes(subscriber.charAt(0));
    const noSuchArea = !area && !near && /^[2-9][0-9]{8,10}$/.test(digits);
    return {
      ...(/^[1-9]/.test(digits) ? { canonical: this.e164(digits) } : {}),
      kind: near?.kind ?? (area || noSuchArea ? 'fixed' : 'unknown'),
      validity: reserved || noSuchArea ? 'unassigned' : 'malformed',
      form,
      ...this.home,
      ...(area && !near ? { area: area.code } : {}),
    };
  }

  private behindTrunk(digits: string, form: NumberForm, names: Names): Reading {
    return (
      this.withTrunk(digits, form) ??
      this.landline(digits, form) ??
      this.disguise(digits, form, names) ??
      this.misfit(digits, form)
    );
  }

  private withTrunk(digits: string, form: NumberForm): Reading | undefined {
    const range = this.full.find(digits);
    return range && this.plan.trunkKinds.includes(range.kind)
      ? this.fromRange(range, digits, form)
      : undefined;
  }

  private afterCarrierSelect(digits: string, form: NumberForm): Reading | undefined {
    const { trunkPrefix } = this.plan;
    for (const { prefix, length } of this.plan.carrierSelect) {
      if (!digits.startsWith(prefix)) continue;
      const rest = digits.slice(length);
      const trunk = rest.startsWith(trunkPrefix);
      const number = trunk ? rest.slice(trunkPrefix.length) : rest;
      const found = this.withTrunk(number, form) ?? (trunk ? this.landline(number, form) : undefined);
      if (found) return found;
    }
    return undefined;
  }

  /** Country code without `+` or `00`: only where what follows is a whole number, since it may also be local. */
  private afterBareCode(digits: string): Reading | undefined {
    if (!digits.startsWith(this.plan.callingCode)) return undefined;
    if (this.plan.subscriber.lengths.includes(digits.length)) return undefined;
    const read = this.behindCountryCode(digits.slice(this.plan.callingCode.length), 'bare');
    return read.validity === 'malformed' && !read.disguise ? undefined : read;
  }

  private local(digits: string): Reading | undefined {
    const { lengths, assigned, unassigned } = this.plan.subscriber;
    const first = digits.charAt(0);
    const reserved = unassigned.includes(first);
    if (!lengths.includes(digits.length) || !(reserved || assigned.includes(first))) return undefined;
    const validity = reserved ? 'unassigned' : 'valid';
    const resembles = this.resembled(digits);
    return {
      canonical: digits,
      kind: 'fixed',
      validity,
      form: 'local',
      ...this.home,
      ...(resembles === undefined ? {} : { resembles }),
    };
  }

  /** The five-digit code that a local number shows behind what could be a country code or a two-digit area code. */
  private resembled(digits: string): string | undefined {
    const code = digits.slice(-SERVICE_CODE);
    const lead = digits.slice(0, -SERVICE_CODE);
    const looks = lead === this.plan.callingCode || this.areas.has(lead);
    return looks && this.shortCode(code) ? code : undefined;
  }
}
