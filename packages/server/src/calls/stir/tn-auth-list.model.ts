import { DER, type DerElement, DerFault, expectTag, readElements, readOne, readWhole } from './der.model.ts';

/** What a certificate may sign for: the TNAuthList of RFC 8226 §9. */
export interface NumberAuthority {
  /** Service provider codes: they stand for whatever numbers that provider serves. */
  readonly providers: readonly string[];
  readonly ranges: readonly { readonly start: string; readonly count: number }[];
  readonly numbers: readonly string[];
}

const MAX_ENTRIES = 10_000;
const TN = /^[0-9#*]{1,15}$/;
const SPC = /^[\x21-\x7e]{1,64}$/;
/** Explicit tags [0], [1], [2] of the choice. */
const CHOICE = { provider: 0xa0, range: 0xa1, number: 0xa2 } as const;

/** Reads the value of extension 1.3.6.1.5.5.7.1.26. Throws DerFault. */
export function readNumberAuthority(value: Buffer): NumberAuthority {
  const entries = readElements(readOne(value, DER.sequence).content);
  if (entries.length === 0 || entries.length > MAX_ENTRIES) throw new DerFault('number of entries');
  const providers: string[] = [];
  const ranges: { start: string; count: number }[] = [];
  const numbers: string[] = [];
  for (const { tag, content } of entries) {
    if (tag === CHOICE.provider) providers.push(ia5(readOne(content, DER.ia5String), SPC));
    else if (tag === CHOICE.number) numbers.push(ia5(readOne(content, DER.ia5String), TN));
    else if (tag === CHOICE.range) ranges.push(readRange(content));
    else throw new DerFault('unknown entry');
  }
  return { providers, ranges, numbers };
}

function readRange(content: Buffer): { start: string; count: number } {
  const [first, second, more] = readElements(readOne(content, DER.sequence).content);
  const start = ia5(expectTag(first, DER.ia5String), TN);
  const count = readWhole(second);
  if (count < 2 || more !== undefined) throw new DerFault('range');
  return { start, count };
}

function ia5({ content }: DerElement, form: RegExp): string {
  const text = content.toString('latin1');
  if (!form.test(text)) throw new DerFault('characters');
  return text;
}

/**
 * Whether a number (digits without `+`) may be signed for. A service provider code covers every number: which ones the
 * provider serves no certificate says.
 */
export function authorises(authority: NumberAuthority, number: string): boolean {
  if (authority.providers.length > 0 || authority.numbers.includes(number)) return true;
  return authority.ranges.some(({ start, count }) => inRange(number, start, count));
}

/** Numbers of a range have the length of its first one, up to which they count on (RFC 8226 §9). */
function inRange(number: string, start: string, count: number): boolean {
  if (number.length !== start.length || !/^\d+$/.test(number + start)) return false;
  const distance = Number(number) - Number(start);
  return distance >= 0 && distance < count;
}
