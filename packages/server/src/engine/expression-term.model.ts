import type { Facts } from './signal.model.ts';

/** Types that a term can have; a list holds texts. `int` is only ever a size. */
export type TermType = 'bool' | 'int' | 'double' | 'string' | 'list';

export type TextTest = 'includes' | 'startsWith' | 'endsWith';

/** Operators that CEL and JavaScript agree on over finite numbers, texts, true and false of known types. */
export type BinarySign = '===' | '!==' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '&&' | '||';

/**
 * What a checked expression means, in operations that never fail: then evaluating less or more of `a || b` cannot be
 * told apart, and JavaScript's own operators may run it. Made by `expression-term.service.ts`.
 */
export type Term =
  | { readonly op: 'fact'; readonly type: TermType; readonly name: string }
  | { readonly op: 'constant'; readonly type: TermType; readonly value: string | number | boolean }
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
      return [];
    case 'not':
    case 'negative':
    case 'size':
      return [term.of];
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

/** JavaScript text of a term. `slot` names the local variable that holds a fact; `sizeOf` must be in scope. */
export function codeOf(term: Term, slot: (fact: string) => string): string {
  const code = (part: Term): string => codeOf(part, slot);
  switch (term.op) {
    case 'fact':
      return slot(term.name);
    case 'constant':
      return typeof term.value === 'number' ? `(${term.value})` : JSON.stringify(term.value);
    case 'not':
      return `!${code(term.of)}`;
    case 'negative':
      // A size that is zero has no negative zero.
      return term.type === 'int' ? `(0-${code(term.of)})` : `(-${code(term.of)})`;
    case 'choice':
      return `(${code(term.when)}?${code(term.yes)}:${code(term.no)})`;
    case 'size':
      return term.of.type === 'list' ? `${code(term.of)}.length` : `sizeOf(${code(term.of)})`;
    case 'text':
      return `${code(term.of)}.${term.test}(${code(term.part)})`;
    case 'member':
      return `${code(term.list)}.includes(${code(term.item)})`;
    case 'one-of':
      return `(${term.options.map((option) => `${code(term.item)}===${code(option)}`).join('||') || 'false'})`;
    case 'binary':
      return `(${code(term.left)}${term.sign}${code(term.right)})`;
  }
}

type Ask<T> = (facts: Facts) => T;
type Value = string | number | boolean | readonly string[];

/** A term as a tree of functions, for where code may not be generated. */
export function closureOf(term: Term): Ask<Value> {
  switch (term.op) {
    case 'fact': {
      const { name } = term;
      return (facts) => facts[name] as Value;
    }
    case 'constant': {
      const { value } = term;
      return () => value;
    }
    case 'not': {
      const of = closureOf(term.of);
      return (facts) => !of(facts);
    }
    case 'negative': {
      const of = closureOf(term.of) as Ask<number>;
      return term.type === 'int' ? (facts) => 0 - of(facts) : (facts) => -of(facts);
    }
    case 'choice': {
      const [when, yes, no] = [closureOf(term.when), closureOf(term.yes), closureOf(term.no)];
      return (facts) => (when(facts) ? yes(facts) : no(facts));
    }
    case 'size': {
      const of = closureOf(term.of) as Ask<string | readonly string[]>;
      return (facts) => sizeOf(of(facts));
    }
    case 'text':
      return textClosure(term.test, closureOf(term.of) as Ask<string>, closureOf(term.part) as Ask<string>);
    case 'member': {
      const [item, list] = [closureOf(term.item) as Ask<string>, closureOf(term.list) as Ask<string[]>];
      return (facts) => list(facts).includes(item(facts));
    }
    case 'one-of': {
      const item = closureOf(term.item);
      if (term.options.every((option) => option.op === 'constant')) {
        const constants = term.options.map((option) => option.value);
        return (facts) => constants.includes(item(facts) as string);
      }
      const options = term.options.map(closureOf);
      return (facts) => options.some((option) => option(facts) === item(facts));
    }
    case 'binary':
      return binaryClosure(
        term.sign,
        closureOf(term.left) as Ask<number>,
        closureOf(term.right) as Ask<number>,
      );
  }
}

function textClosure(test: TextTest, of: Ask<string>, part: Ask<string>): Ask<boolean> {
  if (test === 'includes') return (facts) => of(facts).includes(part(facts));
  if (test === 'startsWith') return (facts) => of(facts).startsWith(part(facts));
  return (facts) => of(facts).endsWith(part(facts));
}

/** Texts and truth values pass as numbers here: the operators mean the same for all of them. */
function binaryClosure(sign: BinarySign, left: Ask<number>, right: Ask<number>): Ask<Value> {
  const made: Readonly<Record<BinarySign, Ask<Value>>> = {
    '===': (facts) => left(facts) === right(facts),
    '!==': (facts) => left(facts) !== right(facts),
    '<': (facts) => left(facts) < right(facts),
    '<=': (facts) => left(facts) <= right(facts),
    '>': (facts) => left(facts) > right(facts),
    '>=': (facts) => left(facts) >= right(facts),
    '+': (facts) => left(facts) + right(facts),
    '-': (facts) => left(facts) - right(facts),
    '*': (facts) => left(facts) * right(facts),
    '/': (facts) => left(facts) / right(facts),
    '&&': (facts) => left(facts) && right(facts),
    '||': (facts) => left(facts) || right(facts),
  };
  return made[sign];
}
