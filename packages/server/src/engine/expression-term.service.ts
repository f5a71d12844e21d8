import type { ASTNode } from '@marcbachmann/cel-js';
import { callText } from './expression-counter.service.ts';
import type {
  BinarySign,
  Quantifier,
  Term,
  TermType,
  TextChange,
  TextTest,
} from './expression-term.model.ts';
import { dottedName } from './expression-tree.model.ts';
import type { FactDeclaration } from './signal.model.ts';
import { isCounterFunction } from './window/counter.model.ts';

/** What an expression may read. */
interface Declared {
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  /** Facts that hold counters, by the text of the call. */
  readonly counters: ReadonlyMap<string, string>;
  /** Names that the macros around bind, outermost first. */
  readonly bound: readonly string[];
}

const SIGNS: Readonly<Record<string, BinarySign>> = {
  '==': '===',
  '!=': '!==',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '%': '%',
  '&&': '&&',
  '||': '||',
};

const ARITHMETIC: ReadonlySet<BinarySign> = new Set(['+', '-', '*', '/', '%']);

/** Text functions of CEL by their names in JavaScript. */
const TEXT_TESTS: Readonly<Record<string, TextTest>> = {
  contains: 'includes',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
};

const TEXT_CHANGES: Readonly<Record<string, TextChange>> = {
  lowerAscii: 'toLowerCase',
  upperAscii: 'toUpperCase',
  trim: 'trim',
};

const QUANTIFIERS: ReadonlySet<string> = new Set<Quantifier>(['exists', 'all', 'exists_one']);

/** Beyond it, sums of sizes and constants could leave the whole numbers that a double holds exactly. */
const MAX_INT = 2 ** 31;

/** The expression holds something that a term cannot say. */
class Unsaid extends Error {}

/**
 * The term of a type-checked expression, read from its syntax tree. Undefined where the tree holds an operation that
 * may fail or that JavaScript has no equal of, such as the division of two sizes: the library's evaluator runs it.
 */
export function termOf(
  ast: ASTNode,
  facts: Readonly<Record<string, FactDeclaration>>,
  counters: ReadonlyMap<string, string>,
): Term | undefined {
  try {
    return read(ast, { facts, counters, bound: [] });
  } catch (error) {
    if (error instanceof Unsaid) return undefined;
    throw error;
  }
}

function read(node: ASTNode, declared: Declared): Term {
  const named = itemTerm(node, declared) ?? factTerm(node, declared);
  if (named) return named;
  switch (node.op) {
    case 'value':
      return constant(node.args);
    case '!_':
      return { op: 'not', type: 'bool', of: read(node.args, declared) };
    case '-_': {
      const of = read(node.args, declared);
      return { op: 'negative', type: numeric(of), of };
    }
    case '?:': {
      const [when, yes, no] = node.args.map((part) => read(part, declared)) as [Term, Term, Term];
      if (yes.type !== no.type) throw new Unsaid();
      return { op: 'choice', type: yes.type, when, yes, no };
    }
    case 'list': {
      const items = node.args.map((part) => read(part, declared));
      if (items.some(({ type }) => type !== 'string')) throw new Unsaid();
      return { op: 'list', type: 'list', items };
    }
    case 'in':
      return membership(node.args[0], node.args[1], declared);
    case 'call':
      return call(node.args[0], node.args[1], declared);
    case 'rcall':
      return (
        macro(node.args[0], node.args[1], node.args[2], declared) ??
        call(node.args[0], [node.args[1], ...node.args[2]], declared)
      );
    default:
      return binary(node, declared);
  }
}

function itemTerm(node: ASTNode, { bound }: Declared): Term | undefined {
  if (node.op !== 'id') return undefined;
  const depth = bound.lastIndexOf(node.args);
  return depth === -1 ? undefined : { op: 'item', type: 'string', depth };
}

function factTerm(node: ASTNode, { facts, bound }: Declared): Term | undefined {
  const name = dottedName(node);
  if (name === undefined || !Object.hasOwn(facts, name)) return undefined;
  if (bound.includes(name.split('.')[0] ?? '')) return undefined;
  const { type, constant: value } = facts[name] ?? { type: 'string' };
  if (Array.isArray(value)) {
    const items = value.map((item): Term => ({ op: 'constant', type: 'string', value: item }));
    return { op: 'list', type: 'list', items };
  }
  if (value !== undefined) return constant(value);
  return { op: 'fact', type: type === 'list<string>' ? 'list' : type, name };
}

function constant(value: unknown): Term {
  if (typeof value === 'string') return { op: 'constant', type: 'string', value };
  if (typeof value === 'boolean') return { op: 'constant', type: 'bool', value };
  if (typeof value === 'number' && Number.isFinite(value)) return { op: 'constant', type: 'double', value };
  if (typeof value === 'bigint' && value < MAX_INT && value > -MAX_INT) {
    return { op: 'constant', type: 'int', value: Number(value) };
  }
  throw new Unsaid();
}

function numeric({ type }: Term): 'int' | 'double' {
  return isNumber(type) ? type : unsaid();
}

function membership(what: ASTNode, where: ASTNode, declared: Declared): Term {
  const item = read(what, declared);
  if (where.op === 'list' && item.type !== 'string') {
    const options = where.args.map((option) => read(option, declared));
    return oneOf(item, options) ?? unsaid();
  }
  const list = read(where, declared);
  if (list.type !== 'list' || item.type !== 'string') throw new Unsaid();
  const short = list.op === 'list' ? oneOf(item, list.items) : undefined;
  return short ?? { op: 'member', type: 'bool', item, list };
}

/** A comparison with each option, where the item may be read again and again. */
function oneOf(item: Term, options: readonly Term[]): Term | undefined {
  const simple = item.op === 'fact' || item.op === 'constant' || item.op === 'item';
  if (!simple || item.type === 'list' || options.some(({ type }) => type !== item.type)) return undefined;
  return { op: 'one-of', type: 'bool', item, options };
}

function macro(name: string, over: ASTNode, args: readonly ASTNode[], declared: Declared): Term | undefined {
  const picks = name === 'filter' || name === 'map';
  if (!picks && !QUANTIFIERS.has(name)) return undefined;
  const list = read(over, declared);
  const [variable, ...rest] = args;
  if (list.type !== 'list' || variable?.op !== 'id') throw new Unsaid();
  const depth = declared.bound.length;
  const inner = { ...declared, bound: [...declared.bound, variable.args] };
  const parts = rest.map((part) => read(part, inner));
  const [first, second] = parts;
  if (first === undefined) throw new Unsaid();
  if (!picks) {
    const quantifier = name as Quantifier;
    return { op: 'quantifier', type: 'bool', quantifier, depth, list, test: typed(first, 'bool') };
  }
  if (name === 'filter') return { op: 'pick', type: 'list', depth, list, test: typed(first, 'bool') };
  if (second === undefined) return { op: 'pick', type: 'list', depth, list, to: typed(first, 'string') };
  const [test, to] = [typed(first, 'bool'), typed(second, 'string')];
  return { op: 'pick', type: 'list', depth, list, test, to };
}

function typed(term: Term, type: TermType): Term {
  return term.type === type ? term : unsaid();
}

function call(name: string, args: readonly ASTNode[], declared: Declared): Term {
  if (isCounterFunction(name)) return counterTerm(name, args, declared);
  const [of, part, ...more] = args.map((arg) => read(arg, declared));
  if (of === undefined || more.length > 0) throw new Unsaid();
  if (name === 'size' && part === undefined && (of.type === 'string' || of.type === 'list')) {
    return { op: 'size', type: 'int', of };
  }
  if (name === 'double' && part === undefined && of.type === 'double') return of;
  const change = Object.hasOwn(TEXT_CHANGES, name) ? TEXT_CHANGES[name] : undefined;
  if (change !== undefined && part === undefined && of.type === 'string') {
    return { op: 'change', type: 'string', change, of };
  }
  const test = Object.hasOwn(TEXT_TESTS, name) ? TEXT_TESTS[name] : undefined;
  if (test === undefined || of.type !== 'string' || part?.type !== 'string') throw new Unsaid();
  return { op: 'text', type: 'bool', test, of, part };
}

function counterTerm(fn: string, args: readonly ASTNode[], { counters }: Declared): Term {
  const literals = args.map((arg) => (arg.op === 'value' ? arg.args : unsaid()));
  return { op: 'fact', type: 'double', name: counters.get(callText(fn, literals)) ?? unsaid() };
}

function binary(node: ASTNode, declared: Declared): Term {
  const sign = Object.hasOwn(SIGNS, node.op) ? SIGNS[node.op] : undefined;
  if (sign === undefined) throw new Unsaid();
  const [left, right] = (node.args as [ASTNode, ASTNode]).map((part) => read(part, declared)) as [Term, Term];
  return { op: 'binary', type: resultOf(sign, left.type, right.type), sign, left, right };
}

function resultOf(sign: BinarySign, left: TermType, right: TermType): TermType {
  if (sign === '&&' || sign === '||') return left === 'bool' && right === 'bool' ? 'bool' : unsaid();
  if (ARITHMETIC.has(sign)) return sign === '+' && left === 'string' ? left : sumOf(sign, left, right);
  const comparable = left === right || (isNumber(left) && isNumber(right));
  return comparable && left !== 'list' ? 'bool' : unsaid();
}

/** Type of an arithmetic result. A product of sizes may overflow; their quotient is cut to a whole number or fails. */
function sumOf(sign: BinarySign, left: TermType, right: TermType): TermType {
  if (!isNumber(left) || !isNumber(right)) return unsaid();
  if (left === 'double' || right === 'double') return 'double';
  return sign === '+' || sign === '-' ? 'int' : unsaid();
}

const isNumber = (type: TermType): type is 'int' | 'double' => type === 'int' || type === 'double';

function unsaid(): never {
  throw new Unsaid();
}
