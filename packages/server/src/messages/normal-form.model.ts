import type { Extraction } from './extraction.model.ts';
import { hasHan, TOKENS, type TokenName } from './fold.model.ts';

/** A text as the models read it: lower case, contacts and figures as class tokens, disguises and noise gone. */
export interface NormalForm {
  /** Which features apply: `han` is read by character, `latin` by word and character; nothing else is modelled. */
  readonly script: 'han' | 'latin' | 'other';
  readonly text: string;
  /** Properties of the whole message that no n-gram shows, by readable name. */
  readonly marks: readonly string[];
}

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TOKENS).map(([name, token]) => [token, `‹${name}›`]),
);
const TOKEN = /[\ue000-\ue0ff]/g;
const TOKEN_NAME = new RegExp(`‹(${Object.keys(TOKENS).join('|')})›`, 'g');

/** A number written with crosses for digits, as published corpora mask them. */
const CROSSED = /(?<![a-z])x{2,20}(?![a-z])/g;
const NUMBER = /[0-9]+(?:[.,:/-][0-9]+)*%?/g;
/** The amount before a word is bounded: a text of nothing but digits would be tried from every one of them. */
const MONEY =
  /(?:[£$€¥₹\ufffd]|\b(?:rs|inr|usd|gbp|eur|php|sgd)\b\.?) ?[0-9][0-9.,]*(?:\s?(?:k|m|million|pounds?|dollars?))?|[0-9][0-9.,]{0,20} ?(?:pounds?|dollars?|quid|euros?|rupees|usd|gbp|p\b|pence|ppm)/g;
const CHINESE_PUNCTUATION = /[^\p{L}\p{Script=Han}\ue000-\ue0ff]+/gu;
const LATIN_NOISE = /[^\p{L}\p{N}'\ue000-\ue0ff!?*&@#]+/gu;
const LATIN_LETTER = /[a-z]/;

interface Masked {
  readonly start: number;
  readonly end: number;
  readonly token: string;
}

function spansOf(extraction: Extraction): Masked[] {
  const spans: Masked[] = [];
  const add = (found: readonly { readonly start: number; readonly end: number }[], name: TokenName): void => {
    for (const { start, end } of found) spans.push({ start, end, token: TOKENS[name] });
  };
  add(extraction.links, 'link');
  add(extraction.emails, 'email');
  add(extraction.handles, 'handle');
  add(extraction.phones, 'phone');
  return spans.sort((a, b) => a.start - b.start);
}

function mask(folded: string, extraction: Extraction): string {
  let masked = '';
  let from = 0;
  for (const { start, end, token } of spansOf(extraction)) {
    if (start < from) continue;
    masked += `${folded.slice(from, start)} ${token} `;
    from = end;
  }
  return (masked + folded.slice(from)).toLowerCase();
}

function digitsIn(text: string): number {
  return text.replace(/[^0-9]/g, '').length;
}

/** Between Han characters blanks and punctuation carry no meaning that survives a scammer; between Latin words one blank does. */
function readHan(masked: string): string {
  const numbered = masked
    .replace(CROSSED, (run) => (run.length >= 11 ? TOKENS.phone : TOKENS.number))
    .replace(NUMBER, (run) => (digitsIn(run) > 2 ? TOKENS.number : ' '));
  return numbered
    .replace(CHINESE_PUNCTUATION, ' ')
    .replace(/ +/g, (_blank, at: number, whole: string) =>
      LATIN_LETTER.test(whole.charAt(at - 1)) &&
      LATIN_LETTER.test(whole.charAt(whole.slice(at).search(/[^ ]/) + at))
        ? ' '
        : '',
    );
}

function readLatin(masked: string): string {
  return masked
    .replace(MONEY, ` ${TOKENS.money} `)
    .replace(NUMBER, (run) => {
      const digits = digitsIn(run);
      if (digits <= 1) return run;
      return digits === 5 || digits === 6 ? ` ${TOKENS.shortNumber} ` : ` ${TOKENS.number} `;
    })
    .replace(LATIN_NOISE, ' ')
    .replace(/([!?*&@#])\1*/g, ' $1 ')
    .replace(/ +/g, ' ')
    .trim();
}

function bucket(count: number): number {
  return Math.min(9, Math.floor(Math.log2(count + 1)));
}

/** In Han text the class tokens say all this already; Latin text has capitals, length and host endings besides. */
function marksOf(folded: string, extraction: Extraction): string[] {
  const marks: string[] = [];
  if (extraction.links.length > 0) marks.push('has link');
  if (extraction.phones.length > 0) marks.push('has number');
  if (extraction.handles.length > 0) marks.push('has handle');
  const letters = folded.replace(/[^a-zA-Z]/g, '').length;
  const capitals = folded.replace(/[^A-Z]/g, '').length;
  marks.push(`capitals ${Math.min(5, Math.floor((10 * capitals) / (letters + 1)))}`);
  marks.push(`length ${bucket(folded.length)}`, `digits ${bucket(digitsIn(folded))}`);
  for (const { digits } of extraction.phones)
    marks.push(`number ${digits.slice(0, 3)}`, `number of ${digits.length}`);
  for (const { host } of extraction.links)
    marks.push(`ending .${host.split('.').at(-1) ?? ''}`.replace(/[0-9]+$/, 'ip'));
  return marks;
}

/**
 * Normal form of a folded text. Segmented and unsegmented Chinese come out alike, and so do research placeholders and
 * real contacts. Linear in the length.
 */
export function normalForm(folded: string, extraction: Extraction): NormalForm {
  const script = hasHan(folded) ? 'han' : /[a-z]/i.test(folded) ? 'latin' : 'other';
  const masked = mask(folded, extraction);
  const text = script === 'han' ? readHan(masked) : readLatin(masked);
  return { script, text, marks: script === 'latin' ? marksOf(folded, extraction) : [] };
}

const CONTACTS = [TOKENS.link, TOKENS.phone, TOKENS.handle, TOKENS.email];

/** Whether the text gives a way to get in touch; placeholders of research data count like what they stand for. */
export function offersContact({ text }: NormalForm): boolean {
  return CONTACTS.some((token) => text.includes(token));
}

export function isToken(character: string): boolean {
  return character >= '\ue000' && character <= '\ue0ff';
}

/** An n-gram as a person can read it: class tokens by name. */
export function readable(gram: string): string {
  return gram.replace(TOKEN, (token) => NAMES[token] ?? '');
}

/** Class tokens written by name become the tokens: the inverse of `readable`. */
export function named(text: string): string {
  return text.replace(TOKEN_NAME, (whole, name: TokenName) => TOKENS[name] ?? whole);
}
