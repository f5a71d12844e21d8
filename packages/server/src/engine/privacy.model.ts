import type { FactValue } from '@fanzha/contract';
import type { Facts } from './signal.model.ts';

/** What is shown of a text that nobody has opened. */
export interface TextOutline {
  readonly characters: number;
  /** Writing that most of it is in: `Han`, `Latin` or `other`. */
  readonly script: string;
}

/** Fewer digits are a service or emergency number, not a person. */
const PERSON_DIGITS = 7;

/**
 * A number with its middle hidden: `138****5678`, `+819****5678`. Short codes (at most six digits) stay as they are;
 * what is no number at all is hidden whole.
 */
export function maskNumber(presented: string): string {
  const digits = presented.replace(/\D/g, '');
  if (digits.length === 0) return presented === '' ? '' : '****';
  if (digits.length < PERSON_DIGITS) return /\p{L}/u.test(presented) ? '****' : presented;
  const plus = presented.trimStart().startsWith('+') ? '+' : '';
  return `${plus}${digits.slice(0, 3)}****${digits.slice(digits.length >= 11 ? -4 : -2)}`;
}

/** Length and script of a text. */
export function outline(text: string): TextOutline {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  const script = han === 0 && latin === 0 ? 'other' : han * 3 >= latin ? 'Han' : 'Latin';
  return { characters: [...text].length, script };
}

const NUMBER_LIKE = /^(?:tel:|sips?:)?[+＋\d\s().\-–\uFF10-\uFF19]{1,40}(?:[;@].*)?$/i;

/** What is shown of a personal field: a number masked as people here write it, any other text as its outline. */
export function maskField(value: unknown, displayNumber: (canonical: string) => string): unknown {
  if (typeof value !== 'string') return value === undefined ? undefined : '****';
  if (value !== '' && !NUMBER_LIKE.test(value)) return outline(value);
  return maskNumber(displayNumber(value.replace(/^(?:tel|sips?):/i, '').split(/[;@]/)[0] ?? ''));
}

/** Replaces personal values wherever a fact repeats them, alone or in a list. */
export function maskFacts(facts: Facts, personal: ReadonlyMap<string, string>): Facts {
  if (personal.size === 0) return facts;
  const mask = (value: FactValue): FactValue => {
    if (typeof value === 'string') return personal.get(value) ?? value;
    return Array.isArray(value) ? value.map((item) => personal.get(item) ?? item) : value;
  };
  const masked: Facts = {};
  for (const name in facts) {
    const value = facts[name];
    if (value !== undefined) masked[name] = mask(value);
  }
  return masked;
}
