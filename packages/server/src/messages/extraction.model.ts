import { type Handle, handleFinder } from './handle.model.ts';
import { findLinks, type Link } from './link.model.ts';
import { findPhones, type PhoneMention } from './phone.model.ts';
import type { MessageWords } from './words.model.ts';

export interface Email {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What a message offers or refers to. Offsets are into the folded text. */
export interface Extraction {
  readonly links: readonly Link[];
  readonly phones: readonly PhoneMention[];
  readonly handles: readonly Handle[];
  readonly emails: readonly Email[];
  /** Text of 【...】 at the start or end. */
  readonly signature?: string;
  /** A one-time code, when the message carries one. */
  readonly code?: string;
  /** Last digits of a card or account that the message names. */
  readonly cardTail?: string;
}

/** Most of each kind that one message is credited with: a hostile text must not make a long answer. */
const MAX_EACH = 20;
const EMAIL = /(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/gi;
const SIGNATURE_FIRST = /^[\s"“]*[【[]([^【】[\]]{2,30})[】\]]/;
const SIGNATURE_LAST = /【([^【】]{2,30})】[\s。.!！"”]*$/;

function alternatives(words: readonly string[]): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => {
      const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      return /^[a-z]/i.test(word) ? `(?<![a-z])${escaped}(?![a-z])` : escaped;
    })
    .join('|');
}

function codeFinder(words: readonly string[]): (text: string) => string | undefined {
  const word = alternatives(words);
  const code = '(?<code>(?:[a-z]-)?[0-9]{4,8}|[0-9]{3}[ -][0-9]{3}|(?=[a-z]{0,7}[0-9])[a-z0-9]{6,8})';
  const after = new RegExp(
    `(?:${word})[^0-9a-z]{0,8}(?:(?:is|为|是)[^0-9a-z]{0,4})?${code}(?![0-9a-z])`,
    'i',
  );
  const before = new RegExp(
    `(?<![0-9a-z+.])${code}[^0-9a-z。；;]{0,10}(?:(?:is|as)\\s(?:your|the)\\s(?:[a-z]{1,20}\\s){0,3})?(?:${word})`,
    'i',
  );
  return (text) => {
    const found = after.exec(text)?.groups?.code ?? before.exec(text)?.groups?.code;
    return found?.replace(/[ -](?=[0-9])/g, '').replace(/^[a-z](?=[0-9]{4,8}$)/i, '');
  };
}

function tailFinder(words: readonly string[]): (text: string) => string | undefined {
  const pattern = new RegExp(`(?:${alternatives(words)})[\\s:：(（*x【\\[]{0,6}([0-9]{3,4})(?![0-9])`, 'i');
  const starred = /(?:card|account|a\/c|acct|卡|账户|帐户)[^0-9]{0,12}[*x]{2,12} ?([0-9]{3,4})(?![0-9])/i;
  return (text) => (pattern.exec(text) ?? starred.exec(text))?.[1];
}

function findEmails(text: string): Email[] {
  return [...text.matchAll(EMAIL)].map((match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function outside<S extends Span>(spans: readonly S[], taken: readonly Span[]): S[] {
  return spans.filter((span) => taken.every(({ start, end }) => span.end <= start || span.start >= end));
}

export type Extractor = (folded: string) => Extraction;

/** Compiles the extractor once from the pack's words; the function it returns is pure and linear in the text. */
export function createExtractor(words: MessageWords): Extractor {
  const findHandles = handleFinder(words);
  const findCode = codeFinder(words.codeWords);
  const findTail = tailFinder(words.tailWords);
  return (folded) => {
    const emails = findEmails(folded).slice(0, MAX_EACH);
    const links = outside(findLinks(folded), emails).slice(0, MAX_EACH);
    const handles = outside(findHandles(folded), [...links, ...emails]).slice(0, MAX_EACH);
    const phones = outside(findPhones(folded), [...links, ...emails, ...handles]).slice(0, MAX_EACH);
    const signature = (SIGNATURE_FIRST.exec(folded) ?? SIGNATURE_LAST.exec(folded))?.[1]?.trim();
    const code = findCode(folded);
    const cardTail = findTail(folded);
    return {
      links,
      phones: code === undefined ? phones : phones.filter(({ digits }) => digits !== code),
      handles,
      emails,
      ...(signature ? { signature } : {}),
      ...(code === undefined ? {} : { code }),
      ...(cardTail === undefined ? {} : { cardTail }),
    };
  };
}
