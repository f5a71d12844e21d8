import { closest, type Localized } from '@fanzha/vocabulary';
import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionError, withHint } from './expression-error.model.ts';
import { childrenOf } from './expression-tree.model.ts';
import type { FactDeclaration, FactType } from './signal.model.ts';
import {
  COUNTER_FUNCTIONS,
  CounterError,
  type CounterFunction,
  type CounterSpec,
  isCounterFunction,
  parseCounter,
} from './window/counter.model.ts';

/** What a counter may name, for the kind of event whose rule asks. */
export interface Countable {
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  /** Roles of subjects that the kind brings. */
  readonly roles: readonly string[];
  /** Kinds of events that count: all those that the rule is asked for. */
  readonly kinds: readonly string[];
  /**
   * Kinds that carry such an event on, as the end of a call does its attempt. A counter whose feature or filter only
   * one of them knows counts that kind, by the subjects of the event that was carried on.
   */
  readonly continuations?: readonly Continuation[];
}

export interface Continuation {
  readonly kind: string;
  readonly facts: Readonly<Record<string, FactDeclaration>>;
}

/** One counter that an expression asks for. */
export interface CalledCounter {
  /** The call in canonical writing. */
  readonly call: string;
  /** The fact that holds its value. */
  readonly name: string;
  readonly spec: CounterSpec;
}

/** `count("caller", "10m")` */
export function callText(fn: string, args: readonly unknown[]): string {
  return `${fn}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
}

/**
 * Name of the fact that holds a counter: the call, and where several kinds of events count together, these: another
 * rule may count fewer of them.
 */
export function counterName(call: string, kinds: readonly string[]): string {
  return kinds.length > 1 ? `${call} of ${[...kinds].sort().join(', ')}` : call;
}

/** Signatures of all counter functions, for the library. */
export function counterSignatures(): { readonly fn: CounterFunction; readonly signature: string }[] {
  return (Object.keys(COUNTER_FUNCTIONS) as CounterFunction[]).flatMap((fn) => {
    const { length } = COUNTER_FUNCTIONS[fn].parameters;
    const lengths = COUNTER_FUNCTIONS[fn].parameters.includes('where') ? [length - 1, length] : [length];
    return lengths.map((count) => ({ fn, signature: `${fn}(${Array(count).fill('string')}): double` }));
  });
}

/** The counters that a parsed expression calls. Throws ExpressionError at the argument that is wrong. */
export function calledCounters(node: ASTNode, countable: Countable): CalledCounter[] {
  const { op, args } = node as { op: string; args: unknown };
  if (op === 'call') {
    const [fn, given] = args as [string, ASTNode[]];
    if (isCounterFunction(fn)) return [calledCounter(node, fn, given, countable)];
  }
  return childrenOf(node).flatMap((child) => calledCounters(child, countable));
}

function calledCounter(
  node: ASTNode,
  fn: CounterFunction,
  given: readonly ASTNode[],
  countable: Countable,
): CalledCounter {
  const args = given.map((arg) => (arg.op === 'value' ? arg.args : undefined));
  const at = (argument: number) => (given[argument] ?? node).start + 1;
  const named = COUNTER_FUNCTIONS[fn].parameters.flatMap((parameter, argument): NamedArgument[] =>
    parameter === 'window' || argument >= args.length
      ? []
      : [{ parameter, argument, text: String(args[argument]) }],
  );
  const counted = countedBy(named, countable);
  let spec: CounterSpec;
  try {
    spec = parseCounter(fn, args, counted?.kinds ?? countable.kinds);
  } catch (error) {
    if (error instanceof CounterError) throw counterFault(error, at(error.argument));
    throw error;
  }
  for (const { parameter, argument, text } of counted === undefined ? named : []) {
    const fault = nameFault(parameter, text, withContinuations(countable));
    if (fault !== undefined) throw new ExpressionError(fault.reason, at(argument), fault.meant);
  }
  if (counted === undefined) throw new ExpressionError(NO_ONE_KIND, node.start + 1);
  const call = callText(fn, args);
  return { call, name: counterName(call, countable.kinds), spec };
}

interface NamedArgument {
  readonly parameter: Named;
  readonly argument: number;
  readonly text: string;
}

const NO_ONE_KIND = {
  'zh-CN': '没有一种事件同时具备这些事实：一个计数只数一种事件',
  en: 'no kind of event knows all of these facts together: a counter counts events of one sort',
};

function counterFault({ field, reason, message }: CounterError, position: number): ExpressionError {
  return new ExpressionError({ 'zh-CN': `${field}：${reason['zh-CN']}`, en: message }, position);
}

/** What counts: the rule's own kinds where they know every name, else the kind that carries them on and does. */
function countedBy(named: readonly NamedArgument[], own: Countable): Countable | undefined {
  const carriedOn = (own.continuations ?? []).map(({ kind, facts }): Countable => {
    // Of the event that is carried on, the end knows who took part, and no more.
    const texts = Object.entries(own.facts).filter(([, { type }]) => type === 'string');
    return { facts: { ...Object.fromEntries(texts), ...facts }, roles: own.roles, kinds: [kind] };
  });
  return [own, ...carriedOn].find((countable) =>
    named.every(({ parameter, text }) => nameFault(parameter, text, countable) === undefined),
  );
}

function withContinuations(countable: Countable): Countable {
  const facts = (countable.continuations ?? []).map((continuation) => continuation.facts);
  return { ...countable, facts: Object.assign({}, ...facts, countable.facts) };
}

type Named = keyof typeof WANTED;

const JOINED_WANTED = ['必须是角色或文字事实', 'must be a role or a text fact'] as const;
const BOOL_WANTED = ['必须是真假事实', 'must be a fact that is true or false'] as const;
const WANTED = {
  by: JOINED_WANTED,
  of: JOINED_WANTED,
  feature: ['必须是数值事实', 'must be a fact that is a number'],
  filter: BOOL_WANTED,
  filterA: BOOL_WANTED,
  filterB: BOOL_WANTED,
  where: BOOL_WANTED,
} as const;

interface NameFault {
  readonly reason: Localized;
  readonly meant?: string;
}

/** What is wrong with the names in an argument: counting by a name that no event brings would say 0 for ever. */
function nameFault(parameter: Named, text: string, countable: Countable): NameFault | undefined {
  const joined = parameter === 'by' || parameter === 'of';
  const known = joined
    ? [...countable.roles, ...namesOf('string', countable)]
    : namesOf(parameter === 'feature' ? 'double' : 'bool', countable);
  const names = joined ? text.split(parameter === 'by' ? /[+=]/ : '+').map((each) => each.trim()) : [text];
  const wrong = names.find((name) => !known.includes(name));
  if (wrong === undefined) return undefined;
  const meant = closest(wrong, known);
  const [zh, en] = WANTED[parameter];
  const reason = withHint(`${parameter}：${zh}，不是 ${wrong}`, `${parameter}: ${en}, not ${wrong}`, meant);
  return { reason, ...(meant === undefined ? {} : { meant }) };
}

function namesOf(type: FactType, { facts }: Countable): string[] {
  return Object.keys(facts).filter(
    (name) => facts[name]?.type === type && facts[name]?.constant === undefined,
  );
}
