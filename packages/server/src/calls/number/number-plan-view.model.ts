import type { NumberPlanView } from '@fanzha/contract';
import type { Localized, NumberPlan, PhoneNumber } from '@fanzha/vocabulary';

type NumberRange = NumberPlan['national']['ranges'][number];

/** Words for the codes of the plan, and numbers as people write them. */
export interface PlanWords {
  label(group: string, code: string): Localized;
  displayNumber(canonical: string): string;
}

/**
 * The range of the plan that a canonical number falls into on a day (ISO 8601): the longest prefix that has numbers of
 * its length. Undefined for landlines, which are given by area, and for foreign numbers.
 */
export function rangeOf(
  { callingCode, ranges }: NumberPlan['national'],
  canonical: string,
  day: string,
): NumberRange | undefined {
  const home = `+${callingCode}`;
  const isShort = !canonical.startsWith('+');
  if (!isShort && !canonical.startsWith(home)) return undefined;
  const digits = isShort ? canonical : canonical.slice(home.length);
  return ranges
    .filter(
      ({ prefix, lengths, short = false, from, until }) =>
        short === isShort &&
        digits.startsWith(prefix) &&
        lengths.includes(digits.length) &&
        from <= day &&
        (until === undefined || day < until),
    )
    .reduce<NumberRange | undefined>(
      (longest, range) => (longest && longest.prefix.length >= range.prefix.length ? longest : range),
      undefined,
    );
}

/** What a number is in the plan, in words. `day` is today where the plan is from (ISO 8601). */
export function planView(
  number: PhoneNumber,
  { national }: Pick<NumberPlan, 'national'>,
  words: PlanWords,
  day: string,
): NumberPlanView {
  const { kind, validity, domestic, country, callingCode, area, operator, disguise, resembles } = number;
  const value = number.canonical ?? number.presented;
  const titled = (group: string, code: string) => ({ code, title: words.label(group, code) });
  const range = number.canonical === undefined ? undefined : rangeOf(national, number.canonical, day);
  return {
    value,
    display: words.displayNumber(value),
    kind: { code: kind, title: words.label('numberKind', kind) },
    validity: { code: validity, title: words.label('validity', validity) },
    domestic,
    ...(country === undefined ? {} : { country }),
    ...(callingCode === undefined ? {} : { callingCode }),
    ...(area === undefined ? {} : { area: titled('area', area) }),
    ...(operator === undefined ? {} : { operator: titled('operator', operator) }),
    ...(range === undefined ? {} : { range: rangeView(range, national) }),
    ...(disguise === undefined
      ? {}
      : {
          disguise: {
            how: disguise.how,
            title: words.label('disguise', disguise.how),
            target: words.displayNumber(disguise.target),
          },
        }),
    ...(resembles === undefined ? {} : { resembles }),
  };
}

function rangeView(
  { prefix, from, until, status, source, note }: NumberRange,
  { sources }: NumberPlan['national'],
): NonNullable<NumberPlanView['range']> {
  const named = sources[source];
  return {
    prefix,
    from,
    ...(until === undefined ? {} : { until }),
    assigned: status !== 'unassigned',
    source: named?.title ?? { 'zh-CN': source, en: source },
    sourceDate: named?.date ?? from,
    ...(note === undefined ? {} : { note }),
  };
}
