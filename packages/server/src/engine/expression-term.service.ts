import type { ASTNode } from '@marcbachmann/cel-js';
import { callText } from './expression-counter.service.ts';
import type { BinarySign, Term, TermType, TextTest } from './expression-term.model.ts';
import type { FactDeclaration } from './signal.model.ts';
import { isCounterFunction } from './window/counter.model.ts';

/** What an expression may read. */
interface Declared {
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  /** Facts that hold counters, by the text of the call. */
  readonly counters: ReadonlyMap<string, string>;
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
  '&&': '&&',
  '||': '||',
};

const ARITHMETIC: ReadonlySet<BinarySign> = new Set(['+', '-', '*', '/']);

/** Text functions of CEL by their names in JavaScript. */
const TEXT_TESTS: Readonly<Record<string, TextTest>> = {
  contains: 'includes',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
};

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
    return read(ast, { facts, counters });
  } catch (error) {
    if (error instanceof Unsaid) return undefined;
    throw error;
  }
}

function read(node: ASTNode, declared: Declared): Term {
  const fact = factTerm(node, declared);
  if (fact) return fact;
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
    case 'in':
      return membership(node.args[0], node.args[1], declared);
    case 'call':
      return call(node.args[0], node.args[1], declared);
    case 'rcall':
      return call(node.args[0], [node.args[1], ...node.args[2]], declared);
    default:
      return binary(node, declared);
  }
}

function factTerm(node: ASTNode, declared: Declared): Term | undefined {
  const name = factName(node);
  if (name === undefined || !Object.hasOwn(declared.facts, name)) return undefined;
  const type = declared.facts[name]?.type ?? 'string';
  return { op: 'fact', type: type === 'list<string>' ? 'list' : type, name };
}

/** The dotted name that a chain of field selections spells. */
function factName(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return undefined;
  const before = factName(node.args[0]);
  return before === undefined ? undefined : `${before}.${node.args[1]}`;
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
  if (where.op !== 'list') {
    const list = read(where, declared);
    if (list.type !== 'list' || item.type !== 'string') throw new Unsaid();
    return { op: 'member', type: 'bool', item, list };
  }
  const options = where.args.map((option) => read(option, declared));
  const simple = item.op === 'fact' || item.op === 'constant';
  if (!simple || item.type === 'list' || options.some(({ type }) => type !== item.type)) throw new Unsaid();
  return { op: 'one-of', type: 'bool', item, options };
}

function call(name: string, args: readonly ASTNode[], declared: Declared): Term {
  if (isCounterFunction(name)) return counterTerm(name, args, declared);
  const [of, part, ...more] = args.map((arg) => read(arg, declared));
  if (of === undefined || more.length > 0) throw new Unsaid();
  if (name === 'size' && part === undefined && (of.type === 'string' || of.type === 'list')) {
    return { op: 'size', type: 'int', of };
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
