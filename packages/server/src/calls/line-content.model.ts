import type { LineContent } from '@fanzha/contract';
import type { Localized, Numbering } from '@fanzha/vocabulary';
import { readSpan, type SpanFault, writeSpan } from './line-number.model.ts';
import type { LineRegisterFile } from './line-setting.model.ts';

/** What is wrong with a field; JSON path in the content. */
export interface ContentFault {
  readonly field: string;
  readonly reason: Localized;
}

export interface ContentRules {
  readonly setting: LineRegisterFile;
  /** A number that can be registered, in canonical form. */
  readonly canonical: (presented: string) => string | undefined;
  readonly isTimeZone: (name: string) => boolean;
}

/** A number in canonical form; undefined for what no plan has, but for a short code in a form of its own. */
export function registrable({ parse }: Pick<Numbering, 'parse'>): ContentRules['canonical'] {
  return (presented) => {
    const { canonical, validity, disguise, kind } = parse(presented.trim());
    const isForeign = kind === 'foreign' && validity === 'unassigned';
    return validity === 'valid' || disguise !== undefined || isForeign ? canonical : undefined;
  };
}

const say = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });
const REASONS = {
  kind: say('不是可登记的类型', 'is not a kind of line'),
  use: say('不是可登记的用途', 'is not a declared use'),
  number: say('不是可登记的号码', 'is not a number that can be registered'),
  lengths: say('首尾号码的位数不同', 'begins and ends with numbers of different lengths'),
  upsideDown: say('首号大于尾号', 'ends before it begins'),
  prefix: say('不属于该类型的号码', 'is not a number of this kind'),
  needed: say('至少要有一个', 'needs at least one'),
  routes: say('必须写明中继或运营商', 'needs the trunks or carriers by which its calls come'),
  trunk: say('专用线路必须写明中继', 'needs a trunk, because the line is dedicated'),
  zone: say('不是时区', 'is not a time zone'),
  days: say('早于生效日期', 'is before the first day'),
} as const;
const SPAN_REASONS: Readonly<Record<SpanFault, Localized>> = {
  'not-a-number': REASONS.number,
  'lengths-differ': REASONS.lengths,
  'upside-down': REASONS.upsideDown,
};

/**
 * Content as it is kept: numbers canonical, each once and in order. With faults where it cannot be registered: an owner
 * shows numbers of the kind that is registered, and what lets calls in from abroad needs the routes that prove it.
 */
export function checkContent(
  content: LineContent,
  { setting, canonical, isTimeZone }: ContentRules,
): { readonly content: LineContent; readonly faults: readonly ContentFault[] } {
  const faults: ContentFault[] = [];
  const fault = (field: string, reason: Localized) => faults.push({ field, reason });
  const kind = setting.kinds.find(({ code }) => code === content.kind);
  if (!kind) fault('kind', REASONS.kind);
  if (!setting.uses.includes(content.use)) fault('use', REASONS.use);
  const numbers = content.numbers.flatMap((written, index): string[] => {
    const span = readSpan(written, canonical);
    const place = `numbers[${index}]`;
    if (typeof span === 'string') {
      fault(place, SPAN_REASONS[span]);
      return [];
    }
    const prefixes = kind?.prefixes ?? [];
    const fits = ({ first, last }: typeof span) =>
      prefixes.some((prefix) => first.startsWith(prefix) && last.startsWith(prefix));
    if (prefixes.length > 0 && !fits(span) && !isDisguised(span.first, prefixes))
      fault(place, REASONS.prefix);
    return [writeSpan(span)];
  });
  if (content.numbers.length === 0 && kind?.role !== 'return') fault('numbers', REASONS.needed);
  checkRoutes(content, kind?.role !== 'line', fault);
  if (content.timeZone !== undefined && !isTimeZone(content.timeZone)) fault('timeZone', REASONS.zone);
  if (content.validUntil !== undefined && content.validUntil < content.validFrom) {
    fault('validUntil', REASONS.days);
  }
  return { content: { ...content, numbers: [...new Set(numbers)].sort() }, faults };
}

/** Bodies show some short codes behind an area code: the form may be registered with the code's own kind. */
function isDisguised(number: string, prefixes: readonly string[]): boolean {
  return (
    number.startsWith('+') && prefixes.some((prefix) => !prefix.startsWith('+') && number.includes(prefix, 3))
  );
}

function checkRoutes(
  { routes, dedicated, abroad }: LineContent,
  proves: boolean,
  fault: (field: string, reason: Localized) => void,
): void {
  if ((abroad || proves) && routes.length === 0) fault('routes', REASONS.routes);
  if (!dedicated) return;
  if (routes.length === 0) fault('routes', REASONS.trunk);
  for (const [index, { trunk }] of routes.entries()) {
    if (trunk === undefined) fault(`routes[${index}].trunk`, REASONS.trunk);
  }
}
