import { RULE_LIMITS } from '@fanzha/contract';
import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionError } from './expression-error.model.ts';

/** The nodes right under a node of a syntax tree, in the order of the text. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const { args } = node as { args: unknown };
  return (Array.isArray(args) ? args : [args])
    .flat(2)
    .filter((child): child is ASTNode => typeof child === 'object' && child !== null && 'op' in child);
}

/** The dotted name that a chain of field selections spells. */
export function dottedName(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return undefined;
  const before = dottedName(node.args[0]);
  return before === undefined ? undefined : `${before}.${node.args[1]}`;
}

/** Dotted names in a tree that are among those known, each once. */
export function factsRead(root: ASTNode, known: Readonly<Record<string, unknown>>): string[] {
  const read = new Set<string>();
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const name = dottedName(node);
    if (name !== undefined && Object.hasOwn(known, name)) read.add(name);
    else open.push(...childrenOf(node));
  }
  return [...read];
}

/** The left operand of such a chain stands no deeper than the chain: `a && b && c`. */
const CHAINED: ReadonlySet<string> = new Set(['&&', '||', '+', '-', '*', '/', '.']);

/**
 * Refuses a tree that is nested deeper than `RULE_LIMITS.depth`, before anything walks it by calling itself. A chain
 * counts once, however long: the length of the text bounds it. Throws ExpressionError.
 */
export function refuseDepth(root: ASTNode): void {
  const open: [ASTNode, number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, depth] = next;
    if (depth > RULE_LIMITS.depth) throw tooDeep(node.start + 1);
    childrenOf(node).forEach((child, index) => {
      const chained = index === 0 && child.op === node.op && CHAINED.has(node.op);
      open.push([child, chained ? depth : depth + 1]);
    });
  }
}

export function tooDeep(position: number): ExpressionError {
  const reason = {
    'zh-CN': `嵌套超过 ${RULE_LIMITS.depth} 层`,
    en: `is nested deeper than ${RULE_LIMITS.depth} levels`,
  };
  return new ExpressionError(reason, position);
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  '?:': 1,
  '||': 2,
  '&&': 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  '!_': 7,
  '-_': 7,
};
const TIGHTEST = 8;

const precedenceOf = (node: ASTNode): number => PRECEDENCE[node.op] ?? TIGHTEST;

/**
 * An expression in its canonical writing: one space around operators, no brackets that change nothing, whole numbers
 * without `.0`. Reading it again gives the same meaning.
 */
export function expressionText(node: ASTNode): string {
  switch (node.op) {
    case 'value':
      return valueText(node.args);
    case 'id':
      return node.args;
    case '.':
      return `${receiver(node.args[0])}.${node.args[1]}`;
    case '[]':
      return `${receiver(node.args[0])}[${expressionText(node.args[1])}]`;
    case 'call':
      return `${node.args[0]}(${node.args[1].map(expressionText).join(', ')})`;
    case 'rcall':
      return `${receiver(node.args[1])}.${node.args[0]}(${node.args[2].map(expressionText).join(', ')})`;
    case 'list':
      return `[${node.args.map(expressionText).join(', ')}]`;
    case '?:':
      return `${inside(node.args[0], 2)} ? ${inside(node.args[1], 2)} : ${inside(node.args[2], 1)}`;
    case '!_':
      return `!${inside(node.args, 7)}`;
    case '-_':
      return `-${inside(node.args, TIGHTEST)}`;
    default:
      return operatorText(node);
  }
}

function operatorText(node: ASTNode): string {
  const [left, right] = childrenOf(node) as [ASTNode, ASTNode];
  const own = precedenceOf(node);
  const joins = node.op === '&&' || node.op === '||';
  return `${inside(left, own)} ${node.op} ${inside(right, joins ? own : own + 1)}`;
}

function inside(node: ASTNode, atLeast: number): string {
  const text = expressionText(node);
  // A literal below zero reads like a sign before a number.
  const bare = precedenceOf(node) >= atLeast && !(atLeast === TIGHTEST && text.startsWith('-'));
  return bare ? text : `(${text})`;
}

/** What stands before a dot or an index: a number there would take the dot for its own. */
function receiver(node: ASTNode): string {
  const text = inside(node, TIGHTEST);
  return node.op === 'value' && typeof node.args !== 'string' && !text.startsWith('(') ? `(${text})` : text;
}

/** A value as a rule writes it. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Written out, a whole number this large would be read as an integer that CEL has not. */
function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) >= 2 ** 53 ? value.toExponential() : String(value);
}
