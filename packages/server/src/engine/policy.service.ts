import { EVENT_KINDS, type EventKindName, type PolicyFault } from '@fanzha/contract';
import type { Pack } from '../platform/index.ts';
import { expandTable, TableFile, type TablePlace } from './decision-table.model.ts';
import { type LoadedDeduction, loadDeductions } from './deduction.service.ts';
import type { EventKind } from './event.model.ts';
import {
  type CheckedExpression,
  createExpressionCompiler,
  type ExpressionCompiler,
} from './expression.service.ts';
import { ExpressionError } from './expression-error.model.ts';
import {
  type CompiledPolicy,
  type Guard,
  GuardFile,
  PolicyManifest,
  type PolicySource,
  type Rule,
  RuleFile,
} from './policy.model.ts';
import { faultWords, PolicyError, wordFaults } from './policy-fault.model.ts';
import type { PolicyGround, PolicyWords } from './policy-ground.model.ts';
import { type LoadedGuard, type LoadedRule, runner } from './policy-runner.service.ts';
import { loadWords } from './reason-text.service.ts';
import type { FactDeclaration, Signal } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';
import { dayEnd, dayStart } from './zone-time.model.ts';

export { PolicyError } from './policy-fault.model.ts';

/** The declared facts that rules may read. */
export function readableFacts(
  signals: readonly Signal[],
  kind?: EventKindName,
): Record<string, FactDeclaration> {
  return Object.fromEntries(Object.entries(declaredFacts(signals, kind)).filter(([, { hidden }]) => !hidden));
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

/** What policies are compiled with, out of a pack. Throws an Error that names file and reason of a fault in its words. */
export function policyGround(
  pack: Pack,
  kinds: readonly EventKind[],
  signals: readonly Signal[],
): PolicyGround {
  return { kinds, signals, words: loadWords(pack), timeZone: pack.timeZone };
}

/** The policy that a pack brings: `rules/`, `tables/`, `guards.json`. Throws an Error that names file, field and reason. */
export function readPolicySource(pack: Pack): PolicySource {
  return readFiles(pack).source;
}

function readFiles(pack: Pack): {
  readonly source: PolicySource;
  fileOf(fault: PolicyFault): string | undefined;
} {
  const files = new Map<string, string>();
  const from = <T extends { readonly id: string }>(
    part: string,
    file: string,
    items: readonly T[],
  ): readonly T[] => {
    for (const { id } of items) files.set(`${part} ${id}`, file);
    return items;
  };
  const json = (folder: string) =>
    pack.list(folder).flatMap((name) => (name.endsWith('.json') ? [`${folder}/${name}`] : []));
  const source = {
    ...pack.read('policy.json', PolicyManifest),
    rules: json('rules').flatMap((file) => from('rule', file, pack.read(file, RuleFile).rules)),
    tables: json('tables').flatMap((file) => from('table', file, pack.read(file, TableFile).tables)),
    guards: from('guard', 'guards.json', pack.read('guards.json', GuardFile).guards),
    reasons: {},
  };
  return { source, fileOf: ({ part, id }) => files.get(`${part} ${id}`) };
}

/** Reads and compiles the policy of a pack. Throws PolicyError that names every fault with its file. */
export function loadPolicy(
  pack: Pack,
  kinds: readonly EventKind[],
  signals: readonly Signal[],
  words: PolicyWords,
): CompiledPolicy {
  const { source, fileOf } = readFiles(pack);
  const { policy, faults } = check(source, { kinds, signals, words, timeZone: pack.timeZone }, true);
  if (faults.length > 0) throw new PolicyError(faults, fileOf);
  return policy();
}

/**
 * Checks everything in a policy against the facts that the registered signals declare and makes it ready to run. Rules
 * for kinds that are not registered are left out. Throws PolicyError that names every fault.
 */
export function compilePolicy(source: PolicySource, ground: PolicyGround): CompiledPolicy {
  const { policy, faults } = check(source, ground, false);
  if (faults.length > 0) throw new PolicyError(faults);
  return policy();
}

/** A compiler of expressions for each kind of event. */
export function compilersOf({
  kinds,
  signals,
}: Pick<PolicyGround, 'kinds' | 'signals'>): ReadonlyMap<EventKindName, ExpressionCompiler> {
  return new Map(
    kinds.map(({ name, roles }) => {
      const continuations = kinds
        .filter(({ continues }) => continues?.kind === name)
        .map((kind) => ({ kind: kind.name, facts: readableFacts(signals, kind.name) }));
      return [name, createExpressionCompiler(readableFacts(signals, name), roles, continuations)];
    }),
  );
}

/** Everything that is wrong with a policy; empty when it can be compiled. */
export function policyFaults(source: PolicySource, ground: PolicyGround): readonly PolicyFault[] {
  return check(source, ground, true).faults;
}

/** `strict`: also what only exists for a time, such as a list, must exist now. */
function check(
  source: PolicySource,
  ground: PolicyGround,
  strict: boolean,
): { readonly faults: readonly PolicyFault[]; policy(): CompiledPolicy } {
  const { kinds, words } = ground;
  // The pack's words stand: a code that it takes up later means what it says.
  const reasons = new Map([...Object.entries(source.reasons), ...words.reasons]);
  const loader = new Loader(ground, { ...words, reasons }, strict);
  const rules = [
    ...source.rules.map((rule) => loader.rule(rule)),
    ...source.tables.flatMap((table) => loader.table(table)),
  ];
  const guards = source.guards.map((guard) => loader.guard(guard));
  const names = kinds.map(({ name }) => name);
  return {
    faults: loader.faults,
    policy: () => {
      const deductions = loader.deductions([...rules, ...guards]);
      return {
        id: source.id,
        version: source.version,
        counters: loader.counters,
        ...runner(names, { rules, guards, deductions }, loader.compilers),
      };
    },
  };
}

type Part = Pick<PolicyFault, 'part' | 'id'>;
type Asked = Map<EventKindName, CheckedExpression>;

/** Compiles the parts of one policy and gathers what is wrong with them. */
class Loader {
  readonly faults: PolicyFault[] = [];
  readonly compilers: ReadonlyMap<EventKindName, ExpressionCompiler>;
  /** Of all rules and guards, by the facts that hold them. */
  readonly counters = new Map<string, CounterSpec>();
  readonly #signals: readonly Signal[];
  readonly #words: PolicyWords;
  readonly #timeZone: string;
  readonly #facts: ReadonlyMap<EventKindName, Record<string, FactDeclaration>>;
  readonly #decided: ReadonlySet<EventKindName>;
  readonly #seen = new Set<string>();
  readonly #strict: boolean;

  constructor({ kinds, signals, timeZone }: PolicyGround, words: PolicyWords, strict: boolean) {
    this.#strict = strict;
    this.#signals = signals;
    this.#words = words;
    this.#timeZone = timeZone;
    const facts = new Map(EVENT_KINDS.map((kind) => [kind, readableFacts(signals, kind)]));
    this.#facts = facts;
    this.#decided = new Set(kinds.filter((kind) => kind.decided).map((kind) => kind.name));
    this.compilers = compilersOf({ kinds, signals });
  }

  rule(written: Rule): LoadedRule {
    const part: Part = { part: 'rule', id: written.id };
    this.#once(part);
    return this.#load(written, (fault) => this.faults.push({ ...part, ...fault }));
  }

  table(table: PolicySource['tables'][number]): LoadedRule[] {
    const part: Part = { part: 'table', id: table.id };
    this.#once(part);
    const { rules, faults } = expandTable(table);
    for (const { message, ...place } of faults) this.faults.push({ ...part, ...tablePlace(place), message });
    return rules.map(({ rule, group, place }) => {
      const loaded = this.#load(rule, ({ field, position, message }) => {
        const where =
          position === undefined ? { row: rowOf(rule), part: 'output' as const } : place(position);
        const own = tablePlace(where);
        this.faults.push({
          ...part,
          ...own,
          ...(field === 'when' ? {} : { field: `${own.field}.${field}` }),
          message,
        });
      });
      return group === undefined ? loaded : { ...loaded, group };
    });
  }

  guard(guard: Guard): LoadedGuard {
    const part: Part = { part: 'guard', id: guard.id };
    this.#once(part);
    return { guard, asked: this.#compile(guard, (fault) => this.faults.push({ ...part, ...fault })) };
  }

  /** What these rules and guards need deduced, with its counters among those of the policy. */
  deductions(
    loaded: readonly Pick<LoadedRule, 'asked'>[],
  ): ReadonlyMap<EventKindName, readonly LoadedDeduction[]> {
    return new Map(
      [...this.compilers].map(([kind, compiler]) => {
        const read = new Set(loaded.flatMap(({ asked }) => asked.get(kind)?.reads ?? []));
        const needed = loadDeductions(this.#signals, kind, compiler, (fact) => read.has(fact));
        for (const { counters } of needed) {
          for (const [name, spec] of counters) this.counters.set(name, spec);
        }
        return [kind, needed];
      }),
    );
  }

  #once(part: Part): void {
    const message = faultWords('标识重复', 'the id is used twice');
    if (this.#seen.has(part.id)) this.faults.push({ ...part, field: 'id', message });
    this.#seen.add(part.id);
  }

  #load(written: Rule, tell: Tell): LoadedRule {
    const asked = this.#compile(written, tell);
    const counted = [...asked.values()].flatMap((checked) => checked.counters.map(({ name }) => name));
    const rule = { ...written, values: [...new Set([...written.values, ...counted])] };
    if (asked.size > 0) {
      const own = written.values.filter((name) => !counted.includes(name));
      wordFaults(rule, this.#words, this.#facts, own).forEach(tell);
    }
    const { from, until } = rule;
    return {
      rule,
      asked,
      from: from === undefined ? Number.NEGATIVE_INFINITY : dayStart(from, this.#timeZone),
      until: until === undefined ? Number.POSITIVE_INFINITY : dayEnd(until, this.#timeZone),
    };
  }

  #compile({ on, when }: Pick<Rule, 'on' | 'when'>, tell: Tell): Asked {
    const asked: Asked = new Map();
    for (const kind of on) {
      const compiler = this.compilers.get(kind);
      if (!compiler) continue;
      if (!this.#decided.has(kind)) {
        const message = faultWords(
          `${kind} 只作记录，规则不能对其裁决`,
          `${kind} is only recorded, no rule can judge it`,
        );
        tell({ field: 'on', message });
      }
      try {
        const checked = compiler.compile(when, on, this.#strict);
        asked.set(kind, checked);
        for (const { name, spec } of checked.counters) this.counters.set(name, spec);
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        const { reason } = error;
        const message = faultWords(`${reason['zh-CN']}（${kind}）`, `${reason.en} [for ${kind}]`);
        tell({ field: 'when', position: error.position, message });
        break;
      }
    }
    return asked;
  }
}

type Tell = (fault: Omit<PolicyFault, 'part' | 'id'>) => void;

const rowOf = ({ id }: Rule): string => id.slice(id.indexOf('/') + 1);

/** A place in a table as a field: `rows[r1].cells[2]`, `inputs[1].expression`. */
function tablePlace({ row, column, part, position }: TablePlace): Pick<PolicyFault, 'field' | 'position'> {
  const cell = column === undefined ? '' : part === 'input' ? '' : `.cells[${column}]`;
  const field =
    part === 'input' ? `inputs[${column}].expression` : row === undefined ? '' : `rows[${row}]${cell}`;
  return { field, ...(position === undefined ? {} : { position }) };
}
