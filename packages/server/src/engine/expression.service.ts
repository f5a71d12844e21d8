import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { explainFault, normalise, refuseForeign, refuseImpossible } from './expression-check.service.ts';
import { type CalledCounter, type Continuation, calledCounters } from './expression-counter.service.ts';
import { createFactEnvironment, type FactEnvironment } from './expression-environment.service.ts';
import { ExpressionError } from './expression-error.model.ts';
import type { Term } from './expression-term.model.ts';
import { termOf } from './expression-term.service.ts';
import { factsRead, refuseDepth } from './expression-tree.model.ts';
import type { FactDeclaration, Facts } from './signal.model.ts';

/** Facts arranged for the library: one object for each name before a dot. Made once an event, read by all rules. */
export interface FactContext {
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same by their whole names, with the counters. */
  readonly facts: Facts;
}

/** An expression whose parts were checked: what editors and tables ask about. */
export interface ExpressionTree {
  readonly ast: ASTNode;
  /** CEL type of the whole: `bool`, `double`, `int`, `string`, `list<string>` ... */
  readonly type: string;
  readonly counters: readonly CalledCounter[];
}

/** An expression that was checked, in two forms that mean the same. */
export interface CheckedExpression {
  /** Its meaning as a tree; absent where it holds something that only the library can evaluate. */
  readonly term?: Term;
  /** Counters that it reads; `Facts` holds each by its name while it runs. */
  readonly counters: readonly CalledCounter[];
  /** Names of the declared facts that it reads. */
  readonly reads: readonly string[];
  /** Evaluates it in the library. Throws where the expression fails: an index that a list has not. */
  run(context: FactContext): boolean;
}

/** Compiles expressions over a fixed set of declared facts. */
export interface ExpressionCompiler {
  /**
   * Parses and type-checks; the result must be bool. `kinds` are the kinds of events that its counters count. `strict`
   * where it is being written: also what only exists for a time must exist now. Throws ExpressionError.
   */
  compile(text: string, kinds?: readonly string[], strict?: boolean): CheckedExpression;
  /** Parses and type-checks an expression of any type, strictly. Throws ExpressionError. */
  inspect(text: string, kinds?: readonly string[]): ExpressionTree;
  context(facts: Facts): FactContext;
}

/**
 * Facts as they look to CEL: `caller.kind` is field `kind` of variable `caller`. `roles` are those of the subjects that
 * counters may count by, `continuations` the kinds that carry such events on. Throws an Error for a name that is no
 * identifier or that is both a value and a prefix of another.
 */
export function createExpressionCompiler(
  facts: Readonly<Record<string, FactDeclaration>>,
  roles: readonly string[] = [],
  continuations: readonly Continuation[] = [],
): ExpressionCompiler {
  const environment = createFactEnvironment(facts);
  const check = (text: string, kinds: readonly string[], strict: boolean): Checked => {
    const parsed = parse(environment, text, facts);
    const counters = calledCounters(parsed.ast, { facts, roles, kinds, continuations });
    const { error, type = 'of unknown type' } = parsed.check();
    if (error !== undefined) throw explainFault(error, text, facts);
    refuseForeign(parsed.ast);
    refuseImpossible(parsed.ast, facts, strict);
    return { parsed, counters, type };
  };
  return {
    inspect: (text, kinds = []) => {
      const { parsed, counters, type } = check(text, kinds, true);
      return { ast: parsed.ast, counters, type };
    },
    compile: (text, kinds = [], strict = false) => {
      const { parsed, counters, type } = check(text, kinds, strict);
      if (type !== 'bool') throw notBool(type);
      const names = new Map(counters.map(({ call, name }) => [call, name]));
      const term = termOf(parsed.ast, facts, names);
      const run = (context: FactContext): boolean => {
        environment.running.facts = context.facts;
        environment.running.kinds = kinds;
        return parsed(context.variables) === true;
      };
      const reads = factsRead(parsed.ast, facts);
      return { counters, reads, run, ...(term ? { term } : {}) };
    },
    context: (values) => ({ variables: environment.variables(values), facts: values }),
  };
}

interface Checked {
  readonly parsed: ParseResult;
  readonly counters: readonly CalledCounter[];
  readonly type: string;
}

/** Parses a text and makes its tree one of our language. */
function parse(
  { env }: FactEnvironment,
  text: string,
  facts: Readonly<Record<string, FactDeclaration>>,
): ParseResult {
  let parsed: ParseResult;
  try {
    parsed = env.parse(text);
  } catch (error) {
    throw explainFault(error as Error, text, facts);
  }
  refuseDepth(parsed.ast);
  normalise(parsed.ast);
  return parsed;
}

function notBool(type: string): ExpressionError {
  const reason = {
    'zh-CN': `结果必须为真或假，实为 ${type}`,
    en: `must be true or false, but is ${type}`,
  };
  return new ExpressionError(reason, 1);
}
