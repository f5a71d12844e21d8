/** Types that a term can have; a list holds texts. `int` is only ever a size. */
export type TermType = 'bool' | 'int' | 'double' | 'string' | 'list';

export type TextTest = 'includes' | 'startsWith' | 'endsWith';
export type TextChange = 'toLowerCase' | 'toUpperCase' | 'trim';
export type Quantifier = 'exists' | 'all' | 'exists_one';

/** Operators that CEL and JavaScript agree on over finite numbers, texts, true and false of known types. */
export type BinarySign = '===' | '!==' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | '&&' | '||';

/**
 * What a checked expression means, in operations that never fail: then evaluating less or more of `a || b` cannot be
 * told apart, and JavaScript's own operators may run it. Made by `expression-term.service.ts`.
 */
export type Term =
  | { readonly op: 'fact'; readonly type: TermType; readonly name: string }
  | { readonly op: 'constant'; readonly type: TermType; readonly value: string | number | boolean }
  /** Item of a list that a macro walks; `depth` counts the macros around it. */
  | { readonly op: 'item'; readonly type: 'string'; readonly depth: number }
  | { readonly op: 'list'; readonly type: 'list'; readonly items: readonly Term[] }
  | { readonly op: 'not'; readonly type: 'bool'; readonly of: Term }
  | { readonly op: 'negative'; readonly type: 'int' | 'double'; readonly of: Term }
  | {
      readonly op: 'choice';
      readonly type: TermType;
      readonly when: Term;
      readonly yes: Term;
      readonly no: Term;
    }
  | { readonly op: 'size'; readonly type: 'int'; readonly of: Term }
  | {
      readonly op: 'text';
      readonly type: 'bool';
      readonly test: TextTest;
      readonly of: Term;
      readonly part: Term;
    }
  | { readonly op: 'change'; readonly type: 'string'; readonly change: TextChange; readonly of: Term }
  /** `test` is asked of each item, which it reads as the item of this `depth`. */
  | {
      readonly op: 'quantifier';
      readonly type: 'bool';
      readonly quantifier: Quantifier;
      readonly depth: number;
      readonly list: Term;
      readonly test: Term;
    }
  /** `to` of each item for which `test` holds. */
  | {
      readonly op: 'pick';
      readonly type: 'list';
      readonly depth: number;
      readonly list: Term;
      readonly test?: Term;
      readonly to?: Term;
    }
  | { readonly op: 'member'; readonly type: 'bool'; readonly item: Term; readonly list: Term }
  /** `item` is a fact or a constant: it may be read again and again. */
  | { readonly op: 'one-of'; readonly type: 'bool'; readonly item: Term; readonly options: readonly Term[] }
  | {
      readonly op: 'binary';
      readonly type: TermType;
      readonly sign: BinarySign;
      readonly left: Term;
      readonly right: Term;
    };

/** CEL counts the code points of a text, JavaScript's `length` its UTF-16 units. */
export function sizeOf(value: string | readonly string[]): number {
  if (typeof value !== 'string') return value.length;
  let size = 0;
  for (const _ of value) size += 1;
  return size;
}

/** Names of the facts that a term reads, in the order of their first reading. */
export function factsOf(term: Term, into: Set<string> = new Set()): Set<string> {
  if (term.op === 'fact') into.add(term.name);
  for (const part of partsOf(term)) factsOf(part, into);
  return into;
}

function partsOf(term: Term): readonly Term[] {
  switch (term.op) {
    case 'fact':
    case 'constant':
    case 'item':
      return [];
    case 'list':
      return term.items;
    case 'not':
    case 'negative':
    case 'size':
    case 'change':
      return [term.of];
    case 'quantifier':
      return [term.list, term.test];
    case 'pick':
      return [term.list, ...(term.test ? [term.test] : []), ...(term.to ? [term.to] : [])];
    case 'choice':
      return [term.when, term.yes, term.no];
    case 'text':
      return [term.of, term.part];
    case 'member':
      return [term.item, term.list];
    case 'one-of':
      return [term.item, ...term.options];
    case 'binary':
      return [term.left, term.right];
  }
}
