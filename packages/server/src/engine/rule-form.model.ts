import {
  type FactTypeName,
  FORM_OPERATORS,
  type FormNode,
  type FormOperand,
  type FormOperator,
  type FormTest,
  RULE_LIMITS,
} from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { ASTNode } from '@marcbachmann/cel-js';
import { dottedName, expressionText, valueText } from './expression-tree.model.ts';
import type { FactType } from './signal.model.ts';
import { isCounterFunction } from './window/counter.model.ts';

/** The form cannot be written as an expression. */
export class FormError extends Error {
  readonly reason: Localized;
  constructor(zh: string, en: string) {
    super(en);
    this.name = 'FormError';
    this.reason = { 'zh-CN': zh, en };
  }
}

interface OperatorShape {
  readonly types: readonly FactTypeName[];
  readonly takes: 'nothing' | 'one' | 'several';
  readonly title: Localized;
  /** In CEL; `l` and `r` are the sides. */
  write(l: string, r: string): string;
}

const shape = (
  types: readonly FactTypeName[],
  takes: OperatorShape['takes'],
  zh: string,
  en: string,
  write: OperatorShape['write'],
): OperatorShape => ({ types, takes, title: { 'zh-CN': zh, en }, write });

const VALUES = ['string', 'double'] as const;
/** Name that the form binds in macros; a name in a text of another's makes it a text that does not fit the form. */
const ITEM = 'item';

/** Operators of the form: for which types, and how they are written. */
export const FORM_SHAPES: Readonly<Record<FormOperator, OperatorShape>> = {
  is: shape(VALUES, 'one', '等于', 'is', (l, r) => `${l} == ${r}`),
  'is-not': shape(VALUES, 'one', '不等于', 'is not', (l, r) => `${l} != ${r}`),
  'is-one-of': shape(VALUES, 'several', '是其中之一', 'is one of', (l, r) => `${l} in ${r}`),
  'is-none-of': shape(VALUES, 'several', '不是其中任何一个', 'is none of', (l, r) => `!(${l} in ${r})`),
  greater: shape(['double'], 'one', '大于', 'is greater than', (l, r) => `${l} > ${r}`),
  'at-least': shape(['double'], 'one', '不小于', 'is at least', (l, r) => `${l} >= ${r}`),
  less: shape(['double'], 'one', '小于', 'is less than', (l, r) => `${l} < ${r}`),
  'at-most': shape(['double'], 'one', '不大于', 'is at most', (l, r) => `${l} <= ${r}`),
  'starts-with': shape(['string'], 'one', '开头是', 'starts with', (l, r) => `${l}.startsWith(${r})`),
  'ends-with': shape(['string'], 'one', '结尾是', 'ends with', (l, r) => `${l}.endsWith(${r})`),
  contains: shape(['string'], 'one', '包含', 'contains', (l, r) => `${l}.contains(${r})`),
  'is-empty': shape(['string', 'list<string>'], 'nothing', '为空', 'is empty', (l) => `size(${l}) == 0`),
  'is-not-empty': shape(
    ['string', 'list<string>'],
    'nothing',
    '不为空',
    'is not empty',
    (l) => `size(${l}) > 0`,
  ),
  has: shape(['list<string>'], 'one', '有', 'has', (l, r) => `${r} in ${l}`),
  'has-not': shape(['list<string>'], 'one', '没有', 'does not have', (l, r) => `!(${r} in ${l})`),
  'has-any': shape(
    ['list<string>'],
    'several',
    '有其中任何一个',
    'has any of',
    (l, r) => `${l}.exists(${ITEM}, ${ITEM} in ${r})`,
  ),
  'has-none': shape(
    ['list<string>'],
    'several',
    '没有其中任何一个',
    'has none of',
    (l, r) => `!${l}.exists(${ITEM}, ${ITEM} in ${r})`,
  ),
  'is-true': shape(['bool'], 'nothing', '为真', 'is true', (l) => l),
  'is-false': shape(['bool'], 'nothing', '为假', 'is false', (l) => `!${l}`),
};

/**
 * A form as CEL, in canonical writing. Whether facts exist and fit is told by checking the text. Throws FormError where
 * a group is empty, a test lacks its value, or groups nest deeper than `RULE_LIMITS.depth`; never anything else,
 * whatever it is given.
 */
export function formToCel(form: unknown): string {
  return written(form, 0).text;
}

/** How tightly a piece of text holds together: a test, a negation, `&&`, `||`. */
interface Piece {
  readonly text: string;
  readonly op?: '&&' | '||' | 'test';
}

function written(form: unknown, depth: number): Piece {
  if (depth > RULE_LIMITS.depth) {
    throw new FormError(
      `条件组嵌套超过 ${RULE_LIMITS.depth} 层`,
      `groups nest deeper than ${RULE_LIMITS.depth}`,
    );
  }
  if (typeof form !== 'object' || form === null || Object.keys(form).length !== 1) {
    throw new FormError('须为 all、any、not、test 之一', 'must be one of all, any, not, test');
  }
  const node = form as { all?: unknown; any?: unknown; not?: unknown; test?: unknown };
  if (node.all !== undefined) return joined(node.all, '&&', depth);
  if (node.any !== undefined) return joined(node.any, '||', depth);
  if (node.not !== undefined) return { text: `!(${written(node.not, depth + 1).text})` };
  return { text: testText(node.test), op: 'test' };
}

function joined(parts: unknown, op: '&&' | '||', depth: number): Piece {
  if (!Array.isArray(parts) || parts.length === 0) throw new FormError('条件组为空', 'a group is empty');
  const [first, ...more] = parts.map((part) => written(part, depth + 1));
  if (first && more.length === 0) return first;
  const texts = [first, ...more].map((piece) =>
    op === '&&' && piece?.op === '||' ? `(${piece.text})` : (piece?.text ?? ''),
  );
  return { text: texts.join(` ${op} `), op };
}

function testText(given: unknown): string {
  const { left, operator, right } = (given ?? {}) as Partial<FormTest>;
  const found = FORM_OPERATORS.find((each) => each === operator);
  if (left === undefined || found === undefined) {
    throw new FormError('条件缺少对象或运算符', 'a test lacks its subject or operator');
  }
  const { takes, write } = FORM_SHAPES[found];
  if (takes === 'nothing') return write(operandText(left), '');
  if (right === undefined) throw new FormError('条件缺少取值', 'a test lacks its value');
  if (takes === 'several' && 'value' in right && !Array.isArray(right.value)) {
    throw new FormError('取值须为列表', 'the value must be a list');
  }
  return write(operandText(left), operandText(right));
}

const NAME = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;

function operandText(operand: FormOperand): string {
  if (typeof operand !== 'object' || operand === null)
    throw new FormError('对象不明', 'an operand is not known');
  if ('value' in operand) return literal(operand.value);
  if ('counter' in operand) {
    const { counter, arguments: args } = operand;
    if (!isCounterFunction(counter) || !Array.isArray(args)) {
      throw new FormError(`没有计数函数 ${counter}`, `no counter ${counter}`);
    }
    return `${counter}(${args.map(literal).join(', ')})`;
  }
  const name = 'pack' in operand ? `pack.${operand.pack}` : operand.fact;
  if (typeof name !== 'string' || !NAME.test(name))
    throw new FormError('事实名称有误', 'a fact has no valid name');
  return name;
}

function literal(value: unknown): string {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const valid = items.every(
    (item) =>
      (typeof item === 'string' && item.isWellFormed()) || Number.isFinite(item) || typeof item === 'boolean',
  );
  if (!valid)
    throw new FormError(
      '取值须为文字、数值、真假或其列表',
      'a value must be a text, number, true or false, or a list',
    );
  return valueText(value);
}

/** Type of a fact or pack value by its name; undefined where there is none. */
export type TypeOfName = (name: string) => FactType | undefined;

/** The form of a checked expression, or undefined where it holds what the form has no words for. */
export function celToForm(ast: ASTNode, typeOf: TypeOfName): FormNode | undefined {
  if (ast.op === '&&' || ast.op === '||') {
    const parts = flat(ast, ast.op).map((part) => celToForm(part, typeOf));
    if (parts.some((part) => part === undefined)) return undefined;
    const known = parts.filter((part) => part !== undefined);
    return ast.op === '&&' ? { all: known } : { any: known };
  }
  const test = testOf(ast, typeOf);
  if (test) return { test };
  if (ast.op !== '!_') return undefined;
  const inner = celToForm(ast.args, typeOf);
  return inner && { not: inner };
}

function flat(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  if (node.op !== op) return [node];
  return [...flat(node.args[0], op), ...flat(node.args[1], op)];
}

const COMPARED: Readonly<Record<string, FormOperator>> = {
  '==': 'is',
  '!=': 'is-not',
  '>': 'greater',
  '>=': 'at-least',
  '<': 'less',
  '<=': 'at-most',
};
const CALLED: Readonly<Record<string, FormOperator>> = {
  startsWith: 'starts-with',
  endsWith: 'ends-with',
  contains: 'contains',
};
const NEGATED: Readonly<Partial<Record<FormOperator, FormOperator>>> = {
  'is-one-of': 'is-none-of',
  has: 'has-not',
  'has-any': 'has-none',
  'is-true': 'is-false',
};

function testOf(node: ASTNode, typeOf: TypeOfName): FormTest | undefined {
  if (node.op === '!_') {
    const inner = testOf(node.args, typeOf);
    const operator = inner && NEGATED[inner.operator];
    return inner && operator && { ...inner, operator };
  }
  const found = candidate(node, typeOf);
  // What the form would write must be what stands here: nothing is lost on the way.
  return found && formToCel({ test: found }) === expressionText(node) ? found : undefined;
}

function candidate(node: ASTNode, typeOf: TypeOfName): FormTest | undefined {
  if (node.op === 'rcall') return calledTest(node.args[0], node.args[1], node.args[2]);
  if (node.op === 'in') return memberTest(node.args[0], node.args[1]);
  const compared = COMPARED[node.op];
  if (compared === undefined) {
    const name = dottedName(node);
    const isFlag = name !== undefined && typeOf(name) === 'bool';
    return isFlag ? { left: namedOperand(name), operator: 'is-true' } : undefined;
  }
  const [left, right] = node.args as [ASTNode, ASTNode];
  return emptyTest(left, node.op) ?? bothSides(operandOf(left), compared, operandOf(right));
}

function emptyTest(left: ASTNode, sign: string): FormTest | undefined {
  if (left.op !== 'call' || left.args[0] !== 'size' || (sign !== '==' && sign !== '>')) return undefined;
  const of = left.args[1][0] && operandOf(left.args[1][0]);
  return of && { left: of, operator: sign === '==' ? 'is-empty' : 'is-not-empty' };
}

function calledTest(name: string, on: ASTNode, args: readonly ASTNode[]): FormTest | undefined {
  const [first, second] = args;
  if (name === 'exists') {
    const list = second?.op === 'in' ? operandOf(second.args[1]) : undefined;
    return bothSides(operandOf(on), 'has-any', list);
  }
  return bothSides(operandOf(on), CALLED[name], first && operandOf(first));
}

function memberTest(item: ASTNode, list: ASTNode): FormTest | undefined {
  if (item.op === 'value' && list.op !== 'list') return bothSides(operandOf(list), 'has', operandOf(item));
  return bothSides(operandOf(item), 'is-one-of', operandOf(list));
}

function bothSides(
  left: FormOperand | undefined,
  operator: FormOperator | undefined,
  right: FormOperand | undefined,
): FormTest | undefined {
  return left && operator && right && !('value' in left) ? { left, operator, right } : undefined;
}

function namedOperand(name: string): FormOperand {
  return name.startsWith('pack.') ? { pack: name.slice('pack.'.length) } : { fact: name };
}

function operandOf(node: ASTNode): FormOperand | undefined {
  if (node.op === 'value' || node.op === '-_' || node.op === 'list') {
    const value = literalOf(node);
    return value === undefined ? undefined : { value };
  }
  if (node.op === 'call' && isCounterFunction(node.args[0])) {
    const args = node.args[1].flatMap((arg) => (arg.op === 'value' ? [String(arg.args)] : []));
    return { counter: node.args[0], arguments: args };
  }
  const name = dottedName(node);
  return name === undefined ? undefined : namedOperand(name);
}

type Literal = string | number | boolean | string[] | number[];

function literalOf(node: ASTNode): Literal | undefined {
  if (node.op === 'list') {
    const items = node.args.map(literalOf);
    if (items.every((item) => typeof item === 'string')) return items;
    return items.every((item) => typeof item === 'number') ? items : undefined;
  }
  if (node.op === '-_') {
    const value = literalOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'value') return undefined;
  const { args } = node;
  return typeof args === 'string' || typeof args === 'number' || typeof args === 'boolean' ? args : undefined;
}
