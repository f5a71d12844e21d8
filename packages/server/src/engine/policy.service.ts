import { EVENT_KINDS, type EventKindName } from '@fanzha/contract';
import { closest, isReasonCode } from '@fanzha/vocabulary';
import type { Pack } from '../platform/index.ts';
import type { EventKind } from './event.model.ts';
import {
  type CheckedExpression,
  createExpressionCompiler,
  type ExpressionCompiler,
  type FactContext,
} from './expression.service.ts';
import { ExpressionError } from './expression-error.model.ts';
import {
  type CompiledPolicy,
  type Guard,
  GuardFile,
  type PolicyHits,
  PolicyManifest,
  type Rule,
  RuleFile,
} from './policy.model.ts';
import { createProgram, type Step } from './policy-program.model.ts';
import { COMPUTED_FORMATS, placeholders, type TextSources } from './reason-text.model.ts';
import type { FactDeclaration, Facts, Signal } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';

type Words = Pick<TextSources, 'reasons' | 'labels'>;

interface LoadedRule {
  readonly rule: Rule;
  readonly from: number;
  readonly until: number;
  readonly asked: ReadonlyMap<EventKindName, CheckedExpression>;
}

interface LoadedGuard {
  readonly guard: Guard;
  readonly asked: ReadonlyMap<EventKindName, CheckedExpression>;
}

/** Most faults that one start names. */
const MAX_FAULTS = 20;

/** Everything wrong with a policy: file, rule, character and reason of each fault, one a line. */
export class PolicyError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    const shown = faults.slice(0, MAX_FAULTS);
    super(`the policy cannot be loaded:\n${shown.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

/** Facts that signals declare for a kind of event. Throws when two signals declare the same name. */
export function declaredFacts(
  signals: readonly Signal[],
  kind?: EventKindName,
): Record<string, FactDeclaration> {
  const facts: Record<string, FactDeclaration> = {};
  const owner = new Map<string, string>();
  for (const signal of signals) {
    if (kind !== undefined && !signal.kinds.includes(kind)) continue;
    for (const [name, declaration] of Object.entries(signal.facts)) {
      const other = owner.get(name);
      if (other !== undefined) {
        throw new Error(`fact ${name} is declared by two signals: ${other} and ${signal.id}`);
      }
      owner.set(name, signal.id);
      facts[name] = declaration;
    }
  }
  return facts;
}

/**
 * Reads rules and guards of a pack and checks all of them against the facts that the registered signals declare.
 * Rules for kinds that are not registered are left out. Throws PolicyError that names every fault.
 */
export function loadPolicy(
  pack: Pack,
  kinds: readonly EventKind[],
  signals: readonly Signal[],
  words: Words,
): CompiledPolicy {
  const loader = createLoader(pack, kinds, signals, words);
  const rules = pack
    .list('rules')
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => loader.rules(`rules/${file}`, pack.read(`rules/${file}`, RuleFile).rules));
  const guards = loader.guards('guards.json', pack.read('guards.json', GuardFile).guards);
  if (loader.faults.length > 0) throw new PolicyError(loader.faults);
  return {
    ...pack.read('policy.json', PolicyManifest),
    counters: loader.counters,
    ...runner(kinds, rules, guards, loader.compilers),
  };
}

type Evaluate = (facts: Facts, at: number) => PolicyHits;

const SILENT: PolicyHits = { spoke: [], guards: [], failed: [] };

function runner(
  kinds: readonly EventKind[],
  rules: readonly LoadedRule[],
  guards: readonly LoadedGuard[],
  compilers: ReadonlyMap<EventKindName, ExpressionCompiler>,
): Pick<CompiledPolicy, 'rules' | 'guards' | 'rulesFor' | 'evaluate'> {
  const byKind = new Map(
    kinds.flatMap(({ name }): [EventKindName, Evaluate][] => {
      const compiler = compilers.get(name);
      return compiler ? [[name, evaluator(name, rules, guards, compiler)]] : [];
    }),
  );
  return {
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

/** Rules, then guards of one kind of event, run as one program. */
function evaluator(
  kind: EventKindName,
  rules: readonly LoadedRule[],
  guards: readonly LoadedGuard[],
  compiler: ExpressionCompiler,
): Evaluate {
  const conditions = [
    ...rules.flatMap(({ rule, from, until, asked }) => conditionOf(asked.get(kind), { rule }, from, until)),
    ...guards.flatMap(({ guard, asked }) => conditionOf(asked.get(kind), { guard })),
  ];
  const program = createProgram(conditions);
  return (facts, at) => {
    const failed: string[] = [];
    let context: FactContext | undefined;
    const held = program(facts, at, (step) => {
      context ??= compiler.context(facts);
      return holdsInLibrary(conditions[step], context, failed);
    });
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

function conditionOf(
  asked: CheckedExpression | undefined,
  says: Condition['says'],
  from = Number.NEGATIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): Condition[] {
  return asked ? [{ asked, says, from, until, ...(asked.term ? { term: asked.term } : {}) }] : [];
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

function createLoader(
  pack: Pack,
  kinds: readonly EventKind[],
  signals: readonly Signal[],
  words: Words,
): {
  readonly faults: string[];
  readonly compilers: ReadonlyMap<EventKindName, ExpressionCompiler>;
  /** Of all rules and guards, by the facts that hold them. */
  readonly counters: ReadonlyMap<string, CounterSpec>;
  rules(file: string, rules: readonly Rule[]): LoadedRule[];
  guards(file: string, guards: readonly Guard[]): LoadedGuard[];
} {
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const facts = new Map(EVENT_KINDS.map((kind) => [kind, declaredFacts(signals, kind)]));
  const compilers = new Map(
    kinds.map(({ name, roles }) => {
      const continuations = kinds
        .filter(({ continues }) => continues?.kind === name)
        .map((kind) => ({ kind: kind.name, facts: facts.get(kind.name) ?? {} }));
      return [name, createExpressionCompiler(facts.get(name) ?? {}, roles, continuations)];
    }),
  );
  const counters = new Map<string, CounterSpec>();
  const decided = new Set(kinds.filter((kind) => kind.decided).map((kind) => kind.name));

  const compile = (
    where: string,
    on: readonly EventKindName[],
    when: string,
  ): Map<EventKindName, CheckedExpression> => {
    const asked = new Map<EventKindName, CheckedExpression>();
    for (const kind of on) {
      const compiler = compilers.get(kind);
      if (!compiler) continue;
      if (!decided.has(kind)) faults.push(`${where}: ${kind} is only recorded, no rule can judge it`);
      try {
        const checked = compiler.compile(when, on);
        asked.set(kind, checked);
        for (const { name, spec } of checked.counters) counters.set(name, spec);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        faults.push(`${where}, character ${error.position}: ${error.message} [for ${kind}]`);
        break;
      }
    }
    return asked;
  };
  const once = (where: string, file: string, id: string): void => {
    const before = seen.get(id);
    if (before !== undefined) faults.push(`${where}: the id is already used in ${before}`);
    seen.set(id, file);
  };
  return {
    faults,
    compilers,
    counters,
    rules: (file, rules) =>
      rules.map((written) => {
        const where = `${file}: rule ${written.id}`;
        once(where, file, written.id);
        const asked = compile(where, written.on, written.when);
        const counted = [...asked.values()].flatMap((checked) => checked.counters.map(({ name }) => name));
        const rule = { ...written, values: [...new Set([...written.values, ...counted])] };
        if (asked.size > 0) faults.push(...wordFaults(where, written, rule.values, words, facts));
        return {
          rule,
          asked,
          from: rule.from === undefined ? Number.NEGATIVE_INFINITY : dayStart(rule.from, pack.timeZone),
          until: rule.until === undefined ? Number.POSITIVE_INFINITY : dayEnd(rule.until, pack.timeZone),
        };
      }),
    guards: (file, guards) =>
      guards.map((guard) => {
        const where = `${file}: guard ${guard.id}`;
        once(where, file, guard.id);
        return { guard, asked: compile(where, guard.on, guard.when) };
      }),
  };
}

/** Checks that a rule's reason, values, fraud type and template fit together; `values` has the rule's counters too. */
function wordFaults(
  where: string,
  rule: Rule,
  values: readonly string[],
  { reasons, labels }: Words,
  facts: ReadonlyMap<EventKindName, Record<string, FactDeclaration>>,
): string[] {
  const faults: string[] = [];
  for (const name of rule.values) {
    for (const kind of rule.on) {
      const known = Object.keys(facts.get(kind) ?? {});
      if (known.length > 0 && !known.includes(name)) {
        faults.push(`${where}: value ${name} is not a declared fact of ${kind}${hint(name, known)}`);
      }
    }
  }
  const types = labels.get('fraudType');
  if (rule.fraudType !== undefined && types !== undefined && !types.has(rule.fraudType)) {
    faults.push(
      `${where}: fraud type ${rule.fraudType} is not in the taxonomy${hint(rule.fraudType, types.keys())}`,
    );
  }
  const said = reasons.get(rule.reason);
  if (!said) {
    const problem = isReasonCode(rule.reason) ? 'has no text in reasons/' : 'is not a reason code';
    return [...faults, `${where}: reason ${rule.reason} ${problem}${hint(rule.reason, reasons.keys())}`];
  }
  for (const { fact, format } of [...placeholders(said.text['zh-CN']), ...placeholders(said.text.en)]) {
    if (!values.includes(fact)) {
      faults.push(
        `${where}: the text of ${rule.reason} uses {${fact}}, which is not among the rule's values`,
      );
    }
    if (format !== undefined && !COMPUTED_FORMATS.includes(format) && !labels.has(format)) {
      const known = [...COMPUTED_FORMATS, ...labels.keys()];
      faults.push(
        `${where}: the text of ${rule.reason} uses the unknown format ${format}${hint(format, known)}`,
      );
    }
  }
  return faults;
}

function hint(word: string, known: Iterable<string>): string {
  const meant = closest(word, known);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
}

const DAY_MS = 86_400_000;

/** First instant of a calendar day in a time zone, ms since the epoch. */
function dayStart(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  const zone = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(utc)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(zone ?? '') ?? [];
  return utc - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** First instant after a calendar day: a rule's `until` is the last day that it is in force. */
function dayEnd(date: string, timeZone: string): number {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS);
  return dayStart(next.toISOString().slice(0, 10), timeZone);
}
