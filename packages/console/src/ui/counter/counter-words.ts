/** A counter as rules write it, cut into its parts. */
export interface CounterWords {
  readonly code: string;
  readonly name: string;
  /** Texts of its arguments, in order; filters and other expressions as they are written. */
  readonly parts: readonly string[];
  /** Its window, e.g. `10m`, where it has one. */
  readonly window?: string;
}

const CALL = /^([a-z_]+)\((.*)\)$/s;
const WINDOW = /^\d+[smhd]$/;

/** Cuts arguments at commas outside of quotes and brackets. */
function argumentsOf(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let current = '';
  for (const letter of text) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if ('([{'.includes(letter)) depth += 1;
    else if (')]}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0 && quote === '') {
      parts.push(current);
      current = '';
    } else current += letter;
  }
  return [...parts, current].map((part) => part.trim()).filter((part) => part !== '');
}

/** Reads a counter such as `distinct("callee", "caller", "1h")`; what is none keeps its code as its name. */
export function counterWords(code: string): CounterWords {
  const [, name, inside = ''] = CALL.exec(code) ?? [];
  if (name === undefined) return { code, name: code, parts: [] };
  const parts = argumentsOf(inside).map((part) => part.replace(/^["'](.*)["']$/s, '$1'));
  const window = parts.find((part) => WINDOW.test(part));
  return {
    code,
    name,
    parts: parts.filter((part) => part !== window),
    ...(window === undefined ? {} : { window }),
  };
}
