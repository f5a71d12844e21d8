import { closest } from '@fanzha/vocabulary';
import { type ASTNode, Environment, type ParseError, type ParseResult } from '@marcbachmann/cel-js';
import {
  type CalledCounter,
  type Continuation,
  type Countable,
  calledCounters,
  callText,
  counterName,
  counterSignatures,
} from './expression-counter.service.ts';
import { ExpressionError } from './expression-error.model.ts';
import type { Term } from './expression-term.model.ts';
import { termOf } from './expression-term.service.ts';
import type { FactDeclaration, Facts, FactType } from './signal.model.ts';

/** Facts arranged for the library: one object for each name before a dot. Made once an event, read by all rules. */
export interface FactContext {
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same by their whole names, with the counters. */
  readonly facts: Facts;
}

/** An expression that was checked, in two forms that mean the same. */
export interface CheckedExpression {
  /** Its meaning as a tree; absent where it holds something that only the library can evaluate. */
  readonly term?: Term;
  /** Counters that it reads; `Facts` holds each by its name while it runs. */
  readonly counters: readonly CalledCounter[];
  /** Evaluates it in the library. Throws where the expression fails: an index that a list has not. */
  run(context: FactContext): boolean;
}

/** Compiles expressions over a fixed set of declared facts. */
export interface ExpressionCompiler {
  /**
   * Parses and type-checks; the result must be bool. `kinds` are the kinds of events that its counters count.
   * Throws ExpressionError.
   */
  compile(text: string, kinds?: readonly string[]): CheckedExpression;
  context(facts: Facts): FactContext;
}

/** A name before a dot (`caller`), with what stands after it. */
interface Branch {
  readonly ctor: new () => Record<string, unknown>;
  readonly children: Map<string, Branch | string>;
}

const FACT_NAME = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;
/** `size()` is an int and facts are doubles: what CEL leaves undefined between the two. */
const MIXED: readonly [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
];

/**
 * Facts as they look to CEL: `caller.kind` is field `kind` of variable `caller`. `roles` are those of the subjects that
 * counters may count by, `continuations` the kinds that carry such events on. Throws an Error for a name that is no identifier or that is both a value and a prefix of
 * another.
 */
export function createExpressionCompiler(
  facts: Readonly<Record<string, FactDeclaration>>,
  roles: readonly string[] = [],
  continuations: readonly Continuation[] = [],
): ExpressionCompiler {
  const env = new Environment({ unlistedVariablesAreDyn: false });
  const root = new Map<string, Branch | string>();
  for (const name of Object.keys(facts)) plant(root, name);
  for (const [name, child] of root) {
    const type = typeof child === 'string' ? typeOf(facts, child) : register(env, name, child, facts);
    env.registerVariable(name, type);
  }
  env.registerOperator('int == double', (a: bigint, b: number) => Number(a) === b);
  for (const [sign, apply] of MIXED) {
    env.registerOperator(`int ${sign} double: double`, (a: bigint, b: number) => apply(Number(a), b));
    env.registerOperator(`double ${sign} int: double`, (a: number, b: bigint) => apply(a, Number(b)));
  }
  // The library's functions see only their arguments; evaluating is synchronous, so one place for the rest is enough.
  const running: Running = { facts: {}, kinds: [] };
  for (const { fn, signature } of counterSignatures()) {
    env.registerFunction(
      signature,
      (...args: string[]) => running.facts[counterName(callText(fn, args), running.kinds)] ?? 0,
    );
  }
  const functions = new Set(env.getDefinitions().functions.map((definition) => definition.name));
  const known = { facts: Object.keys(facts), functions };
  return {
    compile: (text, kinds = []) => {
      const { parsed, ...checked } = compile(env, text, known, { facts, roles, kinds, continuations });
      const run = (context: FactContext): boolean => {
        running.facts = context.facts;
        running.kinds = kinds;
        return parsed(context.variables) === true;
      };
      return { ...checked, run };
    },
    context: (values) => ({
      variables: Object.fromEntries([...root].map(([name, child]) => [name, fill(child, values)])),
      facts: values,
    }),
  };
}

/** What the expression that the library runs just now is about. */
interface Running {
  facts: Facts;
  kinds: readonly string[];
}

function plant(root: Map<string, Branch | string>, name: string): void {
  if (!FACT_NAME.test(name)) throw new Error(`fact name is not dotted identifiers: ${name}`);
  const parts = name.split('.');
  const leaf = parts.pop() ?? '';
  let level = root;
  for (const part of parts) {
    const found = level.get(part) ?? { ctor: class {} as Branch['ctor'], children: new Map() };
    if (typeof found === 'string') throw new Error(`fact ${found} is also the beginning of ${name}`);
    level.set(part, found);
    level = found.children;
  }
  if (level.has(leaf)) throw new Error(`fact ${name} is declared twice or is the beginning of another`);
  level.set(leaf, name);
}

function typeOf(facts: Readonly<Record<string, FactDeclaration>>, name: string): FactType {
  return facts[name]?.type ?? 'string';
}

function register(
  env: Environment,
  path: string,
  branch: Branch,
  facts: Readonly<Record<string, FactDeclaration>>,
): string {
  const fields: Record<string, string> = {};
  for (const [name, child] of branch.children) {
    fields[name] =
      typeof child === 'string' ? typeOf(facts, child) : register(env, `${path}_${name}`, child, facts);
  }
  const type = `Facts_${path}`;
  env.registerType(type, { ctor: branch.ctor, fields });
  return type;
}

function fill(child: Branch | string, values: Facts): unknown {
  if (typeof child === 'string') return values[child];
  const object = new child.ctor();
  for (const [name, inner] of child.children) object[name] = fill(inner, values);
  return object;
}

interface KnownNames {
  readonly facts: readonly string[];
  readonly functions: ReadonlySet<string>;
}

function compile(
  env: Environment,
  text: string,
  known: KnownNames,
  countable: Countable,
): Omit<CheckedExpression, 'run'> & { readonly parsed: ParseResult } {
  let parsed: ParseResult;
  try {
    parsed = env.parse(text);
  } catch (error) {
    throw explain(error as ParseError, text, known);
  }
  normalise(parsed.ast);
  const counters = calledCounters(parsed.ast, countable);
  const checked = parsed.check();
  if (checked.error !== undefined) throw explain(checked.error, text, known);
  if (checked.type !== 'bool') {
    throw new ExpressionError(`must be true or false, but is ${checked.type ?? 'of unknown type'}`, 1);
  }
  const names = new Map(counters.map(({ call, name }) => [call, name]));
  const term = termOf(parsed.ast, countable.facts, names);
  return { parsed, counters, ...(term ? { term } : {}) };
}

/**
 * Makes every integer literal a double, since facts are doubles, save for those given to a function or used as an
 * index, where CEL wants an int. Refuses `matches`: a regular expression has no bound on its time.
 */
function normalise(node: ASTNode): void {
  const { op, args } = node as { op: string; args: unknown };
  if (op === 'value') {
    if (typeof args === 'bigint') (node as { args: unknown }).args = Number(args);
    return;
  }
  if ((op === 'call' || op === 'rcall') && (args as unknown[])[0] === 'matches') {
    throw new ExpressionError(
      'matches() is not allowed: use contains(), startsWith() or endsWith()',
      node.start + 1,
    );
  }
  const wantsInt = op === 'call' || op === 'rcall' || op === '[]';
  for (const child of (Array.isArray(args) ? args : [args]).flat(2)) {
    if (typeof child !== 'object' || child === null || !('op' in child)) continue;
    if (wantsInt && (child as ASTNode).op === 'value') continue;
    normalise(child as ASTNode);
  }
}

/** The library's fault in our words: with the dotted name, and the name that was probably meant. */
function explain(error: Error, text: string, known: KnownNames): ExpressionError {
  const { code, summary, range } = error as Partial<ParseError>;
  const start = range?.start ?? 0;
  if (code === 'unknown_variable' || code === 'no_such_key') {
    const before = /[\w.]*$/.exec(text.slice(0, start))?.[0] ?? '';
    const from = start - before.length;
    const name = (/^[\w.]+/.exec(text.slice(from))?.[0] ?? '').replace(/\.\w+$/, (last, at: number) =>
      text[from + at + last.length] === '(' ? '' : last,
    );
    const meant = closest(name, known.facts);
    return new ExpressionError(`unknown fact ${name}${hint(meant)}`, from + 1);
  }
  if (code === 'no_matching_overload') {
    const name = /'(?:[^'(]*\.)?(\w+)\(/.exec(summary ?? '')?.[1] ?? '';
    const meant = known.functions.has(name) ? undefined : closest(name, known.functions);
    return new ExpressionError(`${summary ?? error.message}${hint(meant)}`, start + 1);
  }
  return new ExpressionError(summary ?? error.message.split('\n')[0] ?? 'is not valid', start + 1);
}

function hint(meant: string | undefined): string {
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}
