import { Converter } from 'opencc-js/t2cn';

const FIRST_HAN = 0x3400;
const LAST_HAN = 0x9fff;

/**
 * Simplified form of every Han character that has another one, by code point, taken once from OpenCC's tables. Phrase
 * tables are left out on purpose: a normal form has to send equal characters to equal characters wherever they stand.
 */
function characterTable(): ReadonlyMap<number, string> {
  const convert = Converter({ from: 't', to: 'cn' });
  const table = new Map<number, string>();
  for (let code = FIRST_HAN; code <= LAST_HAN; code++) {
    const character = String.fromCharCode(code);
    const simplified = convert(character);
    if (simplified !== character) table.set(code, simplified);
  }
  return table;
}

let table: ReadonlyMap<number, string> | undefined;

/** Simplified form of one Han character (by code point), or undefined when it is its own. */
export function simplifiedHan(codePoint: number): string | undefined {
  if (codePoint < FIRST_HAN || codePoint > LAST_HAN) return undefined;
  table ??= characterTable();
  return table.get(codePoint);
}
