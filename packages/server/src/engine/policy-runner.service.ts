import type { EventKindName } from '@fanzha/contract';
import type { LoadedDeduction } from './deduction.service.ts';
import type { CheckedExpression, ExpressionCompiler, FactContext } from './expression.service.ts';
import type { CompiledPolicy, Guard, PolicyHits, Rule } from './policy.model.ts';
import { createProgram, type Step } from './policy-program.model.ts';
import type { Facts } from './signal.model.ts';

export interface LoadedRule {
  readonly rule: Rule;
  /** In force from here until before there, ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** Of the rows of one group only the first that holds speaks. */
  readonly group?: string;
  readonly asked: ReadonlyMap<EventKindName, CheckedExpression>;
}

export interface LoadedGuard {
  readonly guard: Guard;
  readonly asked: ReadonlyMap<EventKindName, CheckedExpression>;
}

type Evaluate = (facts: Facts, at: number) => PolicyHits;

const SILENT: PolicyHits = { spoke: [], guards: [], failed: [] };

/** The parts of a policy, checked. */
export interface LoadedPolicy {
  readonly rules: readonly LoadedRule[];
  readonly guards: readonly LoadedGuard[];
  readonly deductions: ReadonlyMap<EventKindName, readonly LoadedDeduction[]>;
}

/** Makes the checked rules and guards of a policy run, one program for each kind of event. */
export function runner(
  kinds: readonly EventKindName[],
  loaded: LoadedPolicy,
  compilers: ReadonlyMap<EventKindName, ExpressionCompiler>,
): Pick<CompiledPolicy, 'rules' | 'guards' | 'rulesFor' | 'evaluate' | 'deduce'> {
  const { rules, guards, deductions } = loaded;
  const byKind = new Map(
    kinds.flatMap((name): [EventKindName, Evaluate][] => {
      const compiler = compilers.get(name);
      return compiler ? [[name, evaluator(name, loaded, compiler)]] : [];
    }),
  );
  return {
    deduce: (kind, facts) => {
      for (const deduction of deductions.get(kind) ?? []) deduction.run(facts);
    },
    rules: rules.map(({ rule }) => rule),
    guards: guards.map(({ guard }) => guard),
    rulesFor: (kind, at) =>
      rules
        .filter(({ asked, from, until }) => asked.has(kind) && from <= at && at < until)
        .map(({ rule }) => rule),
    evaluate: (kind, facts, at) => byKind.get(kind)?.(facts, at) ?? SILENT,
  };
}

interface Condition extends Step {
  readonly asked: CheckedExpression;
  readonly says: { readonly rule: Rule } | { readonly guard: Guard };
}

const ALWAYS = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** Rules, then guards of one kind of event, run as one program. */
function evaluator(
  kind: EventKindName,
  { rules, guards, deductions }: LoadedPolicy,
  compiler: ExpressionCompiler,
): Evaluate {
  const deduced = deductions.get(kind) ?? [];
  const conditions = [
    ...rules.flatMap((loaded) => conditionOf(loaded.asked.get(kind), { rule: loaded.rule }, loaded)),
    ...guards.flatMap(({ guard, asked }) => conditionOf(asked.get(kind), { guard }, ALWAYS)),
  ];
  const program = createProgram(conditions);
  const needsLibrary = conditions.some(({ term }) => term === undefined);
  return (facts, at) => {
    const failed: string[] = [];
    for (const each of deduced) if (!each.run(facts)) failed.push(each.signal);
    const held = program(facts, at, needsLibrary ? inLibrary(conditions, compiler, facts, failed) : NEVER);
    if (held.length === 0 && failed.length === 0) return SILENT;
    const spoke: Rule[] = [];
    const standing: Guard[] = [];
    for (const step of held) {
      const says = conditions[step]?.says;
      if (says && 'rule' in says) spoke.push(says.rule);
      else if (says) standing.push(says.guard);
    }
    return { spoke, guards: standing, failed };
  };
}

const NEVER = () => false;

/** Asks the library about a step; its view of the facts is made for the first that is asked. */
function inLibrary(
  conditions: readonly Condition[],
  compiler: ExpressionCompiler,
  facts: Facts,
  failed: string[],
): (step: number) => boolean {
  let context: FactContext | undefined;
  return (step) => {
    context ??= compiler.context(facts);
    return holdsInLibrary(conditions[step], context, failed);
  };
}

function conditionOf(
  asked: CheckedExpression | undefined,
  says: Condition['says'],
  { from, until, group }: Pick<LoadedRule, 'from' | 'until' | 'group'>,
): Condition[] {
  if (!asked) return [];
  const { term } = asked;
  return [{ asked, says, from, until, ...(term ? { term } : {}), ...(group === undefined ? {} : { group }) }];
}

/** A rule that fails is silent, a guard that fails stands; both are named. */
function holdsInLibrary(condition: Condition | undefined, context: FactContext, failed: string[]): boolean {
  if (!condition) return false;
  const { asked, says } = condition;
  try {
    return asked.run(context);
  } catch {
    failed.push('rule' in says ? `rule:${says.rule.id}` : `guard:${says.guard.id}`);
    return 'guard' in says;
  }
}
