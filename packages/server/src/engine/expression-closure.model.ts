import { type BinarySign, sizeOf, type Term, type TextTest } from './expression-term.model.ts';
import type { Facts } from './signal.model.ts';

type Value = string | number | boolean | readonly string[];
type Ask<T> = (facts: Facts) => T;

type PickTerm = Extract<Term, { op: 'pick' }>;
type QuantifierTerm = Extract<Term, { op: 'quantifier' }>;

/** A term as a tree of functions, for where code may not be generated. */
export function closureOf(term: Term): Ask<Value> {
  return closure(term, []);
}

/** `items` holds what the macros around a term walk over just now, by depth: running is synchronous. */
function closure(term: Term, items: string[]): Ask<Value> {
  const of = <T extends Value>(part: Term): Ask<T> => closure(part, items) as Ask<T>;
  switch (term.op) {
    case 'fact': {
      const { name } = term;
      return (facts) => facts[name] as Value;
    }
    case 'constant': {
      const { value } = term;
      return () => value;
    }
    case 'item': {
      const { depth } = term;
      return () => items[depth] as string;
    }
    case 'list': {
      const asked = term.items.map((part) => of<string>(part));
      return (facts) => asked.map((ask) => ask(facts));
    }
    case 'not': {
      const asked = of(term.of);
      return (facts) => !asked(facts);
    }
    case 'negative': {
      const asked = of<number>(term.of);
      return term.type === 'int' ? (facts) => 0 - asked(facts) : (facts) => -asked(facts);
    }
    case 'choice': {
      const [when, yes, no] = [of(term.when), of(term.yes), of(term.no)];
      return (facts) => (when(facts) ? yes(facts) : no(facts));
    }
    case 'size': {
      const asked = of<string | readonly string[]>(term.of);
      return (facts) => sizeOf(asked(facts));
    }
    case 'text':
      return textClosure(term.test, of<string>(term.of), of<string>(term.part));
    case 'change': {
      const { change } = term;
      const asked = of<string>(term.of);
      return (facts) => asked(facts)[change]();
    }
    case 'quantifier':
      return quantifierClosure(term, items);
    case 'pick':
      return pickClosure(term, items);
    case 'member': {
      const [item, list] = [of<string>(term.item), of<readonly string[]>(term.list)];
      return (facts) => list(facts).includes(item(facts));
    }
    case 'one-of':
      return oneOfClosure(of(term.item), term.options, items);
    case 'binary':
      return binaryClosure(term.sign, of<number>(term.left), of<number>(term.right));
  }
}

function quantifierClosure({ quantifier, depth, list, test }: QuantifierTerm, items: string[]): Ask<boolean> {
  const [all, holds] = [closure(list, items) as Ask<readonly string[]>, closure(test, items)];
  const ask = (facts: Facts) => (item: string) => {
    items[depth] = item;
    return holds(facts) === true;
  };
  if (quantifier === 'exists') return (facts) => all(facts).some(ask(facts));
  if (quantifier === 'all') return (facts) => all(facts).every(ask(facts));
  return (facts) => all(facts).filter(ask(facts)).length === 1;
}

function pickClosure({ depth, list, test, to }: PickTerm, items: string[]): Ask<readonly string[]> {
  const all = closure(list, items) as Ask<readonly string[]>;
  const holds = test && closure(test, items);
  const made = to && (closure(to, items) as Ask<string>);
  return (facts) => {
    const picked: string[] = [];
    for (const item of all(facts)) {
      items[depth] = item;
      if (holds === undefined || holds(facts) === true) picked.push(made ? made(facts) : item);
    }
    return picked;
  };
}

function oneOfClosure(item: Ask<Value>, terms: readonly Term[], items: string[]): Ask<boolean> {
  if (terms.every((option) => option.op === 'constant')) {
    const constants: readonly Value[] = terms.map((option) => option.value);
    return (facts) => constants.includes(item(facts));
  }
  const options = terms.map((option) => closure(option, items));
  return (facts) => options.some((option) => option(facts) === item(facts));
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
    '%': (facts) => left(facts) % right(facts),
    '&&': (facts) => left(facts) && right(facts),
    '||': (facts) => left(facts) || right(facts),
  };
  return made[sign];
}
