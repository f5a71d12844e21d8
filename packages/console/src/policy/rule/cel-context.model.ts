/** A piece of a condition's text; offsets are UTF-16 code units from 0. */
export interface CelToken {
  readonly kind: 'name' | 'string' | 'number' | 'sign' | 'comment';
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** A string whose closing quote is missing. */
  readonly open?: boolean;
}

const TOKEN =
  /(\/\/[^\n]*)|("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.?)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(&&|\|\||[=!<>]=|[^\s\w])/g;

const isOpen = (text: string): boolean => text.length < 2 || text.at(-1) !== text[0] || /\\.$/.test(text);

/** Cuts a condition into its pieces. Whatever is not known comes as a sign. */
export function tokensOf(text: string): CelToken[] {
  return [...text.matchAll(TOKEN)].map((match) => {
    const [whole, comment, string, name, number] = match;
    const from = match.index;
    const place = { from, to: from + whole.length, text: whole };
    if (comment !== undefined) return { kind: 'comment', ...place };
    if (string !== undefined) return { kind: 'string', ...place, open: isOpen(string) };
    if (name !== undefined) return { kind: 'name', ...place };
    return { kind: number === undefined ? 'sign' : 'number', ...place };
  });
}

/** A call around the cursor: of what, and which argument the cursor is in. */
export interface CallContext {
  readonly name: string;
  readonly index: number;
  readonly from: number;
}

/** What may be written at the cursor. `from` is where the piece begins that would be replaced. */
export type CelContext = { readonly call?: CallContext } & (
  | { readonly kind: 'name'; readonly from: number }
  | { readonly kind: 'method'; readonly from: number }
  /** A value of a fact; `quoted` when the cursor is within quotes already. */
  | { readonly kind: 'value'; readonly from: number; readonly of: string; readonly quoted: boolean }
  | { readonly kind: 'argument'; readonly from: number; readonly quoted: boolean }
  | { readonly kind: 'nothing' }
);

interface Around {
  readonly bracket?: { readonly before: CelToken | undefined; readonly beforeThat: CelToken | undefined };
  readonly call?: CallContext;
}

/** Where the innermost bracket that is still open stands, and how many commas stand in it since. */
function openBracket(tokens: readonly CelToken[]): { readonly at: number; readonly commas: number } {
  let depth = 0;
  let commas = 0;
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    const { kind, text } = tokens[at] ?? { kind: 'comment', text: '' };
    if (kind !== 'sign') continue;
    const opens = text === '(' || text === '[';
    if (opens && depth === 0) return { at, commas };
    if (opens) depth -= 1;
    else if (text === ')' || text === ']') depth += 1;
    else if (text === ',' && depth === 0) commas += 1;
  }
  return { at: -1, commas };
}

/** The innermost open bracket: a list, or a call. */
function around(tokens: readonly CelToken[]): Around {
  const { at, commas } = openBracket(tokens);
  const bracket = tokens[at];
  const before = tokens[at - 1];
  if (bracket?.text === '[') return { bracket: { before, beforeThat: tokens[at - 2] } };
  if (bracket === undefined || before?.kind !== 'name') return {};
  return { call: { name: before.text, index: commas, from: before.from } };
}

/** The fact that a value is compared with: before the cursor, or after it for `"a" in list`. */
function comparedWith(before: readonly CelToken[], { bracket }: Around, after: string): string | undefined {
  const sign = before.at(-1);
  if (sign?.text === '==' || sign?.text === '!=') {
    const left = before.at(-2);
    return left?.kind === 'name' ? left.text : undefined;
  }
  if (bracket?.before?.text === 'in') return bracket.beforeThat?.text;
  return /^[^"'\n]*["']?\s*in\s+([\w.]+)/.exec(after)?.[1];
}

/** What may be written at `position` of the text. */
export function contextAt(text: string, position: number): CelContext {
  const tokens = tokensOf(text.slice(0, position));
  const last = tokens.at(-1);
  if (last?.kind === 'comment') return { kind: 'nothing' };
  const typed = last !== undefined && last.to === position ? last : undefined;
  const before = typed === undefined || typed.kind === 'sign' ? tokens : tokens.slice(0, -1);
  const found = around(before);
  const shared = found.call === undefined ? {} : { call: found.call };
  const after = text.slice(position);
  if (typed?.kind === 'string') {
    if (!typed.open) return { kind: 'nothing', ...shared };
    const from = typed.from + 1 + Math.max(0, typed.text.slice(1).lastIndexOf('+') + 1);
    const of = comparedWith(before, found, after);
    if (of !== undefined) return { kind: 'value', from: typed.from + 1, of, quoted: true, ...shared };
    return shared.call === undefined
      ? { kind: 'nothing' }
      : { kind: 'argument', from, quoted: true, ...shared };
  }
  if (typed?.kind === 'number') return { kind: 'nothing', ...shared };
  if (typed?.kind === 'name') return { kind: 'name', from: typed.from, ...shared };
  if (typed?.text === '.') return { kind: 'method', from: position, ...shared };
  const of = comparedWith(before, found, '');
  if (of !== undefined) return { kind: 'value', from: position, of, quoted: false, ...shared };
  return { kind: 'name', from: position, ...shared };
}

/** The piece of text that a fault points at, from its first character (from 1), to be replaced by what was meant. */
export function pieceAt(text: string, position: number): CelToken | undefined {
  const offset = position - 1;
  return tokensOf(text).find(({ from, to }) => from <= offset && offset < to);
}

/** The text with the piece that a fault points at replaced by what was meant; a string keeps its quotes. */
export function corrected(
  text: string,
  position: number,
  meant: string,
): { readonly from: number; readonly to: number; readonly insert: string } | undefined {
  const piece = pieceAt(text, position);
  if (piece === undefined) return undefined;
  if (piece.kind === 'string') return { ...piece, insert: `"${meant}"` };
  // Of `caller.number.endsWith` only the part before the method is the fact.
  const parts = meant.split('.').length;
  const named = piece.kind === 'name' ? piece.text.split('.').slice(0, parts).join('.') : piece.text;
  return { from: piece.from, to: piece.from + named.length, insert: meant };
}
