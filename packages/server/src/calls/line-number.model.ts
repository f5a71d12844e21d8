/** Reads a presented number into its canonical form. */
export type Canonical = (presented: string) => string | undefined;

/** A registered number, or all from the first to the last; canonical and of one length. */
export interface NumberSpan {
  readonly first: string;
  readonly last: string;
}

const BETWEEN = '..';
/** Below what can be split into digits without an end. */
const LONGEST = 24;

/** `first..last` or one number, in any form. A text instead of a span says what is wrong with it, as an English clause. */
export function readSpan(written: string, canonical: Canonical): NumberSpan | SpanFault {
  const [from = '', to, more] = written.split(BETWEEN);
  if (more !== undefined) return 'not-a-number';
  const first = canonical(from);
  const last = to === undefined ? first : canonical(to);
  if (first === undefined || last === undefined || last.length > LONGEST) return 'not-a-number';
  if (first.length !== last.length || first.startsWith('+') !== last.startsWith('+')) return 'lengths-differ';
  return first <= last ? { first, last } : 'upside-down';
}

export type SpanFault = 'not-a-number' | 'lengths-differ' | 'upside-down';

/** As it is kept: one number, or `first..last`. */
export function writeSpan({ first, last }: NumberSpan): string {
  return first === last ? first : `${first}${BETWEEN}${last}`;
}

/** A span as it is kept, which needs no reading. */
export function keptSpan(kept: string): NumberSpan {
  const [first = '', last = first] = kept.split(BETWEEN);
  return { first, last };
}

/** The fewest beginnings that all numbers of a span have and no other of their length has. */
export function prefixesOf({ first, last }: NumberSpan): string[] {
  const found: string[] = [];
  cover('', first, last, found);
  return found;
}

function cover(prefix: string, low: string, high: string, found: string[]): void {
  const at = prefix.length;
  if (/^0*$/.test(low.slice(at)) && /^9*$/.test(high.slice(at))) {
    found.push(prefix);
    return;
  }
  const [from, to] = [low.charAt(at), high.charAt(at)];
  if (from === to) {
    cover(prefix + from, low, high, found);
    return;
  }
  const rest = low.length - at - 1;
  for (let digit = Number(from); digit <= Number(to); digit++) {
    const next = `${prefix}${digit}`;
    const least = digit === Number(from) ? low : next + '0'.repeat(rest);
    const most = digit === Number(to) ? high : next + '9'.repeat(rest);
    cover(next, least, most, found);
  }
}

interface Node<T> {
  readonly next: Map<number, Node<T>>;
  /** Things by the length of the numbers that they are for. */
  things: { readonly length: number; readonly thing: T }[];
}

const NOTHING: readonly never[] = [];

/** Things by numbers and spans of numbers. A look-up of a number that nobody registered makes nothing. */
export class NumberDirectory<T> {
  readonly #single = new Map<string, readonly T[]>();
  readonly #root: Node<T> = { next: new Map(), things: [] };

  add(span: NumberSpan, thing: T): void {
    if (span.first === span.last) {
      this.#single.set(span.first, [...(this.#single.get(span.first) ?? []), thing]);
      return;
    }
    for (const prefix of prefixesOf(span)) {
      this.#node(prefix).things.push({ length: span.first.length, thing });
    }
  }

  remove(span: NumberSpan, thing: T): void {
    if (span.first !== span.last) {
      for (const prefix of prefixesOf(span)) {
        const node = this.#node(prefix);
        node.things = node.things.filter((kept) => kept.thing !== thing);
      }
      return;
    }
    const left = (this.#single.get(span.first) ?? []).filter((kept) => kept !== thing);
    if (left.length === 0) this.#single.delete(span.first);
    else this.#single.set(span.first, left);
  }

  /** Everything that a canonical number belongs to. */
  find(number: string): readonly T[] {
    const single = this.#single.get(number) ?? NOTHING;
    let found: T[] | undefined;
    let node: Node<T> | undefined = this.#root;
    for (let at = 0; node !== undefined; at++) {
      for (const { length, thing } of node.things) {
        if (length !== number.length) continue;
        found ??= [...single];
        found.push(thing);
      }
      if (at >= number.length || node.next.size === 0) break;
      node = node.next.get(number.charCodeAt(at));
    }
    return found ?? single;
  }

  #node(prefix: string): Node<T> {
    let node = this.#root;
    for (let at = 0; at < prefix.length; at++) {
      const char = prefix.charCodeAt(at);
      let next = node.next.get(char);
      if (next === undefined) {
        next = { next: new Map(), things: [] };
        node.next.set(char, next);
      }
      node = next;
    }
    return node;
  }
}
