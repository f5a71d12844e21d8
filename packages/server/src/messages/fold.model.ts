import { simplifiedHan } from '@fanzha/vocabulary';

/** Longest text that is looked at, in UTF-16 units: NFKC may expand a hostile text up to eighteen-fold. */
const MAX_FOLDED = 40_000;

/** Class tokens: one private-use character each, so that an n-gram counts them as one symbol. */
export const TOKENS = {
  link: '\ue000',
  phone: '\ue001',
  number: '\ue002',
  money: '\ue003',
  handle: '\ue004',
  email: '\ue005',
  person: '\ue006',
  place: '\ue007',
  shortNumber: '\ue008',
} as const;
export type TokenName = keyof typeof TOKENS;

const PRIVATE_USE = /[\ue000-\uf8ff]/g;
/** Characters that show nothing: format, variation selectors, blank fillers, enclosing and combining marks. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Mn}\p{Me}\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;
const CONTROL = /\p{Cc}/gu;
const HAN = /\p{Script=Han}/u;

/** Placeholders that research data put for contacts and names; `URL` takes the random path letters glued to it. */
const PLACEHOLDER = /URL[a-z0-9]*|CELLPHONE|HOTLINE|PHONE|WECHAT|DIGIT|PLACE|NAME|BANK/g;
const PLACEHOLDER_TOKEN: Readonly<Record<string, string>> = {
  CELLPHONE: TOKENS.phone,
  HOTLINE: TOKENS.phone,
  PHONE: TOKENS.phone,
  WECHAT: TOKENS.handle,
  DIGIT: TOKENS.number,
  PLACE: TOKENS.place,
  NAME: TOKENS.person,
  BANK: '银行',
};

/** Signs that NFKC leaves alone but a reader takes for a letter or digit: first sign, and what the run stands for. */
const SIGN_RUNS: readonly (readonly [first: number, run: string])[] = [
  [0x2776, '123456789'],
  [0x2780, '123456789'],
  [0x278a, '123456789'],
  [0x1f150, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [0x1f170, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [0x1f1e6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
];
const SIGNS = new Map<number, string>([
  [0x277f, '10'],
  [0x2789, '10'],
  [0x2793, '10'],
  [0x24ff, '0'],
  [0x1f51f, '10'],
  [0x1f10b, '0'],
  [0x1f10c, '0'],
  [0x2795, '+'],
  ...SIGN_RUNS.flatMap(([first, run]) =>
    [...run].map((sign, index): [number, string] => [first + index, sign]),
  ),
]);

/** Letters of other scripts that look like Latin ones; used only inside words that also have Latin letters. */
const LOOK_ALIKE = new Map<string, string>(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    һ: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    н: 'h',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    ѕ: 's',
    т: 't',
    у: 'y',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    А: 'A',
    В: 'B',
    С: 'C',
    Е: 'E',
    Н: 'H',
    І: 'I',
    Ј: 'J',
    К: 'K',
    М: 'M',
    О: 'O',
    Р: 'P',
    Ѕ: 'S',
    Т: 'T',
    У: 'Y',
    Х: 'X',
    α: 'a',
    β: 'b',
    ε: 'e',
    η: 'n',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    ω: 'w',
    Α: 'A',
    Β: 'B',
    Ε: 'E',
    Ζ: 'Z',
    Η: 'H',
    Ι: 'I',
    Κ: 'K',
    Μ: 'M',
    Ν: 'N',
    Ο: 'O',
    Ρ: 'P',
    Τ: 'T',
    Υ: 'Y',
    Χ: 'X',
    օ: 'o',
    ո: 'n',
    ս: 'u',
    ɑ: 'a',
    ɡ: 'g',
    ı: 'i',
    ɩ: 'i',
  }),
);
const OTHER_SCRIPT = /[\u0370-\u058f\u0251\u0261\u0131\u0269]/;
const WORD = /[\p{L}\p{N}]+/gu;
const LATIN = /[a-zA-Z]/;

const HAN_DIGITS = new Map<string, string>(
  Object.entries({
    零: '0',
    〇: '0',
    一: '1',
    二: '2',
    三: '3',
    四: '4',
    五: '5',
    六: '6',
    七: '7',
    八: '8',
    九: '9',
    幺: '1',
    两: '2',
    壹: '1',
    贰: '2',
    叁: '3',
    肆: '4',
    伍: '5',
    陆: '6',
    柒: '7',
    捌: '8',
    玖: '9',
  }),
);
/** Seven or more digits in a row, some of them Han: no ordinary sentence has that without 十, 百, 千, 万. */
const HAN_DIGIT_RUN = /[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖0-9]{7,}/g;
/** A long number in which O stands for 0 and I or l for 1. */
const LETTER_DIGIT_RUN = /(?<![a-zA-Z0-9])[0-9OoIl]{9,15}(?![a-zA-Z0-9])/g;

function unmaskLookAlikes(word: string): string {
  if (!OTHER_SCRIPT.test(word) || !LATIN.test(word)) return word;
  return Array.from(word, (letter) => LOOK_ALIKE.get(letter) ?? letter).join('');
}

function lettersToDigits(run: string): string {
  if (run.replace(/\D/g, '').length < 4) return run;
  return run.replace(/[Oo]/g, '0').replace(/[Il]/g, '1');
}

function foldCharacters(text: string): string {
  let folded = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    folded += code < 0x2000 ? character : (simplifiedHan(code) ?? SIGNS.get(code) ?? character);
  }
  return folded;
}

export function hasHan(text: string): boolean {
  return HAN.test(text);
}

/**
 * A text as a person reads it, with the usual disguises taken off: NFKC, invisible characters dropped, traditional
 * characters simplified, sign digits and Han digit runs as digits, look-alike letters folded in mixed-script words
 * only (a plain fold wrecks Russian and Greek). Letter case, blanks and punctuation stay: addresses need them.
 * Placeholders of research data become class tokens. Output is bounded to 40,000 units; time is linear.
 */
export function foldText(text: string): string {
  const plain = text.replace(PRIVATE_USE, ' ').normalize('NFKC').slice(0, MAX_FOLDED);
  const visible = plain.replace(INVISIBLE, '').replace(/\s+/g, ' ').replace(CONTROL, '').trim();
  const han = hasHan(visible);
  const marked = han
    ? visible.replace(PLACEHOLDER, (word) => PLACEHOLDER_TOKEN[word] ?? TOKENS.link)
    : visible;
  const folded = foldCharacters(marked);
  const latin = OTHER_SCRIPT.test(folded) ? folded.replace(WORD, unmaskLookAlikes) : folded;
  const digits = han
    ? latin.replace(HAN_DIGIT_RUN, (run) => Array.from(run, (sign) => HAN_DIGITS.get(sign) ?? sign).join(''))
    : latin;
  return digits.replace(LETTER_DIGIT_RUN, lettersToDigits);
}
