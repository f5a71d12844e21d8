import { createHash } from 'node:crypto';
import {
  type DecisionTable,
  EVENT_KINDS,
  type EventKindName,
  FACT_TYPES,
  FORM_OPERATORS,
  HIT_POLICIES,
  RULE_LIMITS,
  type RuleCheck,
  type RuleFault,
  type RuleLanguage,
  type TableFault,
  type TableFinding,
} from '@fanzha/contract';
import { type Localized, VERDICTS } from '@fanzha/vocabulary';
import type { Decider } from './decider.model.ts';
import { expandTable } from './decision-table.model.ts';
import type { ExpressionCompiler, ExpressionTree } from './expression.service.ts';
import { ExpressionError } from './expression-error.model.ts';
import { FUNCTIONS, OPERATORS } from './expression-language.model.ts';
import { childrenOf, dottedName, expressionText } from './expression-tree.model.ts';
import { type PackValue, packValueAt } from './pack-value.model.ts';
import { compilersOf, readableFacts } from './policy.service.ts';
import { celToForm, FORM_SHAPES, FormError, formToCel } from './rule-form.model.ts';
import type { FactDeclaration, Signal } from './signal.model.ts';
import { COUNTER_FUNCTIONS, type CounterFunction } from './window/counter.model.ts';

/** What editors of rules ask the engine. */
export interface RuleLanguageService {
  /** Everything that conditions may hold, with a version that changes when it does. */
  language(): { readonly version: string; readonly language: RuleLanguage };
  /** Checks a condition, given as text or as form. Never throws, whatever it is given. */
  check(asked: { on: readonly EventKindName[]; when?: string; form?: unknown }): RuleCheck;
  checkTable(table: DecisionTable): TableCheck;
}

interface TableCheck {
  ok: boolean;
  faults: TableFault[];
  findings: TableFinding[];
  rules: { id: string; when: string }[];
}

export interface RuleLanguageParts {
  readonly decider: Pick<Decider, 'ground' | 'policy'>;
  readonly packValues: readonly PackValue[];
  now(): number;
  /** Since when a counter counts, ms since the epoch; undefined for one that does not. */
  startedAt(name: string): number | undefined;
}

type Compilers = ReadonlyMap<EventKindName, ExpressionCompiler>;

export function createRuleLanguage(parts: RuleLanguageParts): RuleLanguageService {
  const { decider, packValues, now } = parts;
  const { ground } = decider;
  const compilers = compilersOf(ground);
  return {
    language: () => {
      const language = languageOf(decider, packValues, now());
      const version = createHash('sha256').update(JSON.stringify(language)).digest('base64url').slice(0, 22);
      return { version, language };
    },
    check: (asked) => checkRule(asked, parts, compilers),
    checkTable: (table) => checkTable(table, compilers),
  };
}

const nothing = { facts: [], packValues: [], counters: [] };

function checkRule(
  asked: { on: readonly EventKindName[]; when?: string; form?: unknown },
  { decider: { ground }, startedAt }: RuleLanguageParts,
  compilers: Compilers,
): RuleCheck {
  const { on } = asked;
  let text: string;
  try {
    text = asked.when ?? formToCel(asked.form);
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    return { ok: false, faults: [{ position: 1, message: error.reason }], ...nothing };
  }
  if (text.length > RULE_LIMITS.characters) {
    return { ok: false, faults: [{ position: RULE_LIMITS.characters + 1, message: TOO_LONG }], ...nothing };
  }
  const faults: RuleFault[] = [];
  let tree: ExpressionTree | undefined;
  let isCompiled = true;
  for (const kind of on) {
    const compiler = compilers.get(kind);
    if (!compiler) continue;
    try {
      isCompiled &&= compiler.compile(text, on, true).term !== undefined;
      tree ??= compiler.inspect(text, on);
    } catch (error) {
      faults.push(faultOf(error, kind));
    }
  }
  if (faults.length > 0 || tree === undefined) return { ok: faults.length === 0, faults, ...nothing };
  const { ast, counters } = tree;
  const [kind] = on;
  const facts = kind === undefined ? {} : readableFacts(ground.signals, kind);
  const form = celToForm(ast, (name) => facts[name]?.type);
  const names = new Set<string>();
  namesIn(tree.ast, facts, names);
  return {
    ok: true,
    faults,
    text: expressionText(ast),
    ...(form === undefined ? {} : { form }),
    facts: [...names].filter((name) => !isPackName(name)),
    packValues: [...names].filter(isPackName),
    counters: [...new Map(counters.map((each) => [each.name, each])).values()].map(({ call, name }) => {
      const since = startedAt(name);
      return since === undefined
        ? { call, state: 'new' as const }
        : { call, state: 'counting' as const, since: new Date(since).toISOString() };
    }),
    runs: isCompiled ? 'compiled' : 'library',
  };
}

const TOO_LONG: Localized = {
  'zh-CN': `最多 ${RULE_LIMITS.characters} 个字符`,
  en: `at most ${RULE_LIMITS.characters} characters are allowed`,
};

const isPackName = (name: string): boolean => name.startsWith('pack.');

function faultOf(error: unknown, kind?: EventKindName): RuleFault {
  if (!(error instanceof ExpressionError)) throw error;
  const { position, reason, meant } = error;
  return {
    position,
    message: reason,
    ...(kind === undefined ? {} : { kind }),
    ...(meant === undefined ? {} : { meant }),
  };
}

/** Facts and pack values that an expression reads, in their order. */
function namesIn(
  node: ExpressionTree['ast'],
  facts: Readonly<Record<string, FactDeclaration>>,
  into: Set<string>,
): void {
  const name = dottedName(node);
  if (name !== undefined && Object.hasOwn(facts, name)) into.add(name);
  else for (const child of childrenOf(node)) namesIn(child, facts, into);
}

function checkTable(table: DecisionTable, compilers: Compilers): TableCheck {
  const { rules, faults: unread, findings } = expandTable(table);
  const faults: TableFault[] = [...unread];
  for (const kind of table.on) {
    const compiler = compilers.get(kind);
    if (compiler) faults.push(...inputFaults(table, compiler));
  }
  if (faults.length === 0) faults.push(...ruleFaults(table, rules, compilers));
  const seen = new Set<string>();
  const once = faults.filter((fault) => !seen.has(JSON.stringify(fault)) && seen.add(JSON.stringify(fault)));
  return {
    ok: once.length === 0,
    faults: once,
    findings: [...findings],
    rules: rules.map(({ rule: { id, when } }) => ({ id, when })),
  };
}

/** Whether each column's expression stands for itself and is of the type that its cells are read by. */
function inputFaults({ inputs, on }: DecisionTable, compiler: ExpressionCompiler): TableFault[] {
  return inputs.flatMap(({ expression, type }, index): TableFault[] => {
    const at = { column: index + 1, part: 'input' as const };
    try {
      const { type: found } = compiler.inspect(expression, on);
      if (found === type || (type === 'double' && found === 'int')) return [];
      const message = {
        'zh-CN': `该列类型为 ${type}，表达式却是 ${found}`,
        en: `the column is of type ${type}, its expression is ${found}`,
      };
      return [{ ...at, position: 1, message }];
    } catch (error) {
      const { position, message } = faultOf(error);
      return [{ ...at, position, message }];
    }
  });
}

function ruleFaults(
  { on }: DecisionTable,
  rules: ReturnType<typeof expandTable>['rules'],
  compilers: Compilers,
): TableFault[] {
  return rules.flatMap(({ rule, place }) =>
    on.flatMap((kind): TableFault[] => {
      try {
        compilers.get(kind)?.compile(rule.when, on, true);
        return [];
      } catch (error) {
        const { position, message } = faultOf(error);
        return [{ ...place(position), message }];
      }
    }),
  );
}

function languageOf(
  { ground, policy }: RuleLanguageParts['decider'],
  packValues: readonly PackValue[],
  at: number,
): RuleLanguage {
  const { kinds, words } = ground;
  const titled = (entries: Iterable<readonly [string, { readonly title: Localized }]>) =>
    [...entries].map(([id, { title }]) => ({ id, title }));
  return {
    kinds: kinds.map(({ name, roles, decided }) => ({ kind: name, roles: [...roles], decided })),
    facts: ground.signals.flatMap((signal) => factsOf(signal, ground)),
    counters: (Object.keys(COUNTER_FUNCTIONS) as CounterFunction[]).map(counterView),
    functions: [...OPERATORS, ...FUNCTIONS].map(({ signatures, ...rest }) => ({
      ...rest,
      signatures: [...signatures],
    })),
    formOperators: FORM_OPERATORS.flatMap((operator) => {
      const { types, takes, title } = FORM_SHAPES[operator];
      return FACT_TYPES.filter((type) => types.includes(type)).map((type) => ({
        operator,
        type,
        takes,
        title,
      }));
    }),
    packValues: packValues.map((value) => ({
      name: value.name,
      type: value.type,
      title: value.title,
      value: packValueAt(value, at),
      periods: value.periods.map(({ value: held, from, source }) => ({ value: held, from, source })),
    })),
    reasons: titled(words.reasons),
    fraudTypes: [...(words.labels.get('fraudType') ?? [])].map(([id, title]) => ({ id, title })),
    guards: policy.guards.map(({ id, title }) => ({ id, title })),
    verdicts: [...VERDICTS],
    hitPolicies: [...HIT_POLICIES],
    limits: { ...RULE_LIMITS },
  };
}

function factsOf(signal: Signal, { words }: RuleLanguageParts['decider']['ground']): RuleLanguage['facts'] {
  const readable = readableFacts([signal]);
  const kinds = EVENT_KINDS.filter((kind) => signal.kinds.includes(kind));
  return Object.entries(readable)
    .filter(([name]) => !isPackName(name))
    .map(([name, { type, title, format, values }]) => {
      const labels = words.labels.get(format ?? '');
      const known = typeof values === 'function' ? values() : values;
      return {
        name,
        kinds,
        type,
        title,
        signal: signal.id,
        ...(format === undefined ? {} : { format }),
        ...(known === undefined
          ? {}
          : {
              values: known.map((value) => {
                const label = labels?.get(value);
                return label === undefined ? { value } : { value, title: label };
              }),
            }),
      };
    });
}

type Parameter = (typeof COUNTER_FUNCTIONS)[CounterFunction]['parameters'][number];

const PARAMETERS: Readonly<
  Record<Parameter, { takes: 'subject' | 'number' | 'flag' | 'window'; title: Localized; example: string }>
> = (() => {
  const parameter = <T extends string>(takes: T, zh: string, en: string, example: string) => ({
    takes,
    title: { 'zh-CN': zh, en },
    example,
  });
  const flag = (zh: string, en: string) => parameter('flag', zh, en, 'event.isNight');
  return {
    by: parameter(
      'subject',
      '按谁计数：角色或文字事实，最多四个以 + 连接；callee=caller 指此前被叫为本次主叫的事件',
      'whose history: a role or a text fact, up to four joined with +; callee=caller: earlier events whose callee is the caller now',
      'caller',
    ),
    of: parameter('subject', '数什么的不同值', 'what different values are counted of', 'callee'),
    feature: parameter('number', '数值事实', 'a fact that is a number', 'event.hour'),
    filter: flag('真假事实', 'a fact that is true or false'),
    filterA: flag('分子：真假事实', 'above the line: a fact that is true or false'),
    filterB: flag('分母：真假事实', 'below the line: a fact that is true or false'),
    window: parameter('window', '时长，1m 至 30d', 'how far back, 1m to 30d', '1h'),
    where: flag('只计此事实为真的事件', 'only events of which this fact is true'),
  };
})();

/** A counter function with its parameters, and a call of it that any rule on calls may hold. */
function counterView(name: CounterFunction): RuleLanguage['counters'][number] {
  const { parameters, title } = COUNTER_FUNCTIONS[name];
  const needed = parameters.filter((parameter) => parameter !== 'where');
  return {
    name,
    title,
    parameters: parameters.map((parameter) => ({
      name: parameter,
      takes: PARAMETERS[parameter].takes,
      optional: parameter === 'where',
      title: PARAMETERS[parameter].title,
    })),
    example: `${name}(${needed.map((parameter) => JSON.stringify(PARAMETERS[parameter].example)).join(', ')})`,
  };
}
