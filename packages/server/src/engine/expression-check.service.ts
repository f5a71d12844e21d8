import { closest } from '@fanzha/vocabulary';
import type { ASTNode, ParseError } from '@marcbachmann/cel-js';
import { ExpressionError, withHint } from './expression-error.model.ts';
import { FUNCTIONS, MACROS } from './expression-language.model.ts';
import { childrenOf, dottedName, tooDeep } from './expression-tree.model.ts';
import type { FactDeclaration } from './signal.model.ts';
import { COUNTER_FUNCTIONS } from './window/counter.model.ts';

type Declared = Readonly<Record<string, FactDeclaration>>;

/** Every function that a rule may call; the library knows more. */
const CALLABLE: ReadonlySet<string> = new Set([
  ...FUNCTIONS.map(({ name }) => name),
  ...Object.keys(COUNTER_FUNCTIONS),
]);
/** A macro walks a list for each item of another at most once: time stays far from the third power. */
const MACROS_NESTED = 2;

const NO_TIME = [
  '规则中没有时间类型：请用 event.hour、event.weekday 或计数函数',
  'rules have no type for times: use event.hour, event.weekday or counters',
] as const;

/** Why a function of CEL is not among those of rules. */
const REFUSED: Readonly<Record<string, readonly [string, string]>> = {
  matches: [
    'matches() 不可用：请用 contains()、startsWith() 或 endsWith()',
    'matches() is not allowed: use contains(), startsWith() or endsWith()',
  ],
  has: [
    'has() 不可用：事实总有值，请与空值比较',
    'has() is not allowed: a fact is always there, compare it with its empty value',
  ],
  timestamp: NO_TIME,
  duration: NO_TIME,
};

/**
 * Makes a parsed tree one of our language: integer literals become doubles, since facts are doubles, save for those
 * given to a function or used as an index, where CEL wants an int. Refuses what rules may not hold: functions without a
 * bound on their time, maps, bytes, null, optional values. Throws ExpressionError.
 */
export function normalise(node: ASTNode, macros = 0): void {
  const { op, args } = node as { op: string; args: unknown };
  if (op === 'value') {
    if (typeof args === 'bigint') (node as { args: unknown }).args = Number(args);
    else if (typeof args === 'object') throw refused(node, 'null、字节或 uint', 'null, bytes and uint');
    return;
  }
  if (op === 'map') throw refused(node, '映射 {…}', 'maps {…}');
  if (op === '.?' || op === '[?]') throw refused(node, '可选取值 ?', 'optional access ?');
  const isCall = op === 'call' || op === 'rcall';
  const inner = isCall ? macros + refuseCall(node, String((args as unknown[])[0]), macros) : macros;
  for (const child of childrenOf(node)) {
    const keepsInt = (isCall || op === '[]') && child.op === 'value' && typeof child.args === 'bigint';
    if (!keepsInt) normalise(child, inner);
  }
}

/** 1 where the call is a macro. */
function refuseCall(node: ASTNode, name: string, macros: number): number {
  const why = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  if (why) throw new ExpressionError({ 'zh-CN': why[0], en: why[1] }, node.start + 1);
  if (!MACROS.has(name)) return 0;
  if (macros < MACROS_NESTED) return 1;
  throw new ExpressionError(
    { 'zh-CN': `宏最多嵌套 ${MACROS_NESTED} 层`, en: `macros nest at most ${MACROS_NESTED} deep` },
    node.start + 1,
  );
}

function refused(node: ASTNode, zh: string, en: string): ExpressionError {
  return new ExpressionError(
    { 'zh-CN': `规则中不能使用 ${zh}`, en: `rules cannot use ${en}` },
    node.start + 1,
  );
}

/** Refuses functions that the library knows and rules do not have, once the types are right. Throws ExpressionError. */
export function refuseForeign(node: ASTNode): void {
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0];
    if (!CALLABLE.has(name)) throw refused(node, `函数 ${name}()`, `the function ${name}()`);
  }
  for (const child of childrenOf(node)) refuseForeign(child);
}

/** Values that an item or a fact can have, where these are known; by the names that macros bind, too. */
type Scope = ReadonlyMap<string, FactDeclaration | undefined>;

/**
 * Refuses a comparison with a value that the fact never has: a rule with a typing error would be silent for ever.
 * `strict`: also where the values come and go. Throws ExpressionError at the literal.
 */
export function refuseImpossible(
  node: ASTNode,
  facts: Declared,
  strict: boolean,
  scope: Scope = new Map(),
): void {
  const known = (of: ASTNode) => {
    const declaration = declarationOf(of, facts, scope);
    return strict || typeof declaration?.values !== 'function' ? declaration : undefined;
  };
  if (node.op === '==' || node.op === '!=') {
    const [left, right] = node.args;
    refuseValue(right, left, known(left));
    refuseValue(left, right, known(right));
  }
  if (node.op === 'in') {
    const [item, list] = node.args;
    if (list.op === 'list') for (const option of list.args) refuseValue(option, item, known(item));
    else refuseValue(item, list, known(list));
  }
  const inner = macroScope(node, known, scope);
  for (const child of childrenOf(node)) refuseImpossible(child, facts, strict, inner);
}

function declarationOf(node: ASTNode, facts: Declared, scope: Scope): FactDeclaration | undefined {
  if (node.op === 'id' && scope.has(node.args)) return scope.get(node.args);
  const name = dottedName(node);
  return name !== undefined && Object.hasOwn(facts, name) ? facts[name] : undefined;
}

function macroScope(node: ASTNode, known: (of: ASTNode) => FactDeclaration | undefined, scope: Scope): Scope {
  if (node.op !== 'rcall' || !MACROS.has(node.args[0])) return scope;
  const [, list, [bound]] = node.args;
  return bound?.op === 'id' ? new Map([...scope, [bound.args, known(list)]]) : scope;
}

function refuseValue(literal: ASTNode, of: ASTNode, declaration: FactDeclaration | undefined): void {
  const { values: declared } = declaration ?? {};
  const values = typeof declared === 'function' ? declared() : declared;
  if (values === undefined || literal.op !== 'value' || typeof literal.args !== 'string') return;
  const value = literal.args;
  if (values.includes(value) || value === '') return;
  const meant = closest(value, values);
  const name = dottedName(of) ?? 'it';
  const list = declaration?.type === 'list<string>';
  const quoted = JSON.stringify(value);
  const reason = withHint(
    list ? `${name} 中不会有 ${quoted}` : `${name} 不会是 ${quoted}`,
    list ? `${name} never has ${quoted}` : `${name} is never ${quoted}`,
    meant === undefined ? undefined : JSON.stringify(meant),
  );
  throw new ExpressionError(reason, literal.start + 1, meant);
}

/** The library's fault in our words: with the dotted name, and the name that was probably meant. */
export function explainFault(error: Error, text: string, facts: Declared): ExpressionError {
  const { code, summary, range } = error as Partial<ParseError>;
  const start = range?.start ?? 0;
  const said = summary ?? error.message.split('\n')[0] ?? '';
  if (error instanceof RangeError || /maxDepth/.test(said)) return tooDeep(start + 1);
  if (code === 'unknown_variable' || code === 'no_such_key') return unknownFact(text, start, facts);
  if (code === 'no_matching_overload') {
    const name = /'(?:[^'(]*\.)?(\w+)\(/.exec(said)?.[1] ?? '';
    const meant = CALLABLE.has(name) ? undefined : closest(name, CALLABLE);
    return new ExpressionError(
      withHint(`没有这样的函数或参数类型不符：${said}`, said, meant),
      start + 1,
      meant,
    );
  }
  const zh = code === 'no_such_overload' ? `类型不符：${said}` : `写法有误：${said}`;
  return new ExpressionError({ 'zh-CN': zh, en: said || 'is not valid' }, start + 1);
}

function unknownFact(text: string, start: number, facts: Declared): ExpressionError {
  const before = /[\w.]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const from = start - before.length;
  const name = (/^[\w.]+/.exec(text.slice(from))?.[0] ?? '').replace(/\.\w+$/, (last, at: number) =>
    text[from + at + last.length] === '(' ? '' : last,
  );
  const meant = closest(name, Object.keys(facts));
  return new ExpressionError(withHint(`没有事实 ${name}`, `unknown fact ${name}`, meant), from + 1, meant);
}
