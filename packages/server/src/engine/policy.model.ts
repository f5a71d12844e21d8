import {
  type DecisionTable,
  type EventKindName,
  PolicyGuard,
  PolicyRule,
  ReasonText,
} from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import type { Facts } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';

const closed = { additionalProperties: false };

/**
 * A rule. `judges` says what it blames: `event` (what is presented is false: applies to everybody) or `subject` (its
 * reputation or conduct: the never-block list caps it at `label`). Rows of tables are rules too, `<table>/<row>`.
 */
export const Rule = PolicyRule;
export type Rule = PolicyRule;

/** One file of the pack's `rules/` folder; their union is the policy. */
export const RuleFile = Type.Object({ rules: Type.Array(Rule, { minItems: 1 }) }, closed);
export type RuleFile = Static<typeof RuleFile>;

/**
 * A protection that stands above the rules: while `when` holds, rules of the kinds named in `judges` have at most the
 * effect `cap`. The never-block list and calls to emergency numbers are guards.
 */
export const Guard = PolicyGuard;
export type Guard = PolicyGuard;

/** `guards.json` of a pack. */
export const GuardFile = Type.Object({ guards: Type.Array(Guard) }, closed);

/** `policy.json` of a pack: which version of the rules this is. */
export const PolicyManifest = Type.Object(
  { id: Type.String({ minLength: 1 }), version: Type.String({ minLength: 1 }) },
  closed,
);

/** A file of the pack's `reasons/` folder: what each stable code says. See `reason-text.model.ts` for the template. */
export const ReasonFile = Type.Record(Type.String(), ReasonText);
export type ReasonWords = ReasonText;

/** A policy as it is written down: plain data, kept in the database and handed to the engine. */
export interface PolicySource {
  readonly id: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly tables: readonly DecisionTable[];
  readonly guards: readonly Guard[];
  /** Words for reason codes that the pack does not have. */
  readonly reasons: Readonly<Record<string, ReasonWords>>;
}

/** A rule that sleeps for a subject: from `from` until before `until`, event time in ms since the epoch. */
export interface SnoozeSetting {
  readonly id: string;
  readonly rule: string;
  /** Keyed token of the subject's canonical value. */
  readonly subject: string;
  readonly from: number;
  readonly until: number;
}

/** What the engine decides by, whole: adopting the same again changes nothing. */
export interface PolicySetting {
  readonly live: PolicySource;
  /** Evaluated on the same facts, without any effect. */
  readonly shadow?: PolicySource;
  readonly snoozes: readonly SnoozeSetting[];
  /** Words of reason codes of all versions: old decisions stay readable. */
  readonly reasons?: Readonly<Record<string, ReasonWords>>;
}

/** What rules and guards said about one event. */
export interface PolicyHits {
  readonly spoke: readonly Rule[];
  readonly guards: readonly Guard[];
  /** Ids of rules and guards that failed while running: a rule then counts as silent, a guard as standing. */
  readonly failed: readonly string[];
}

/** A policy that was checked and is ready to run. */
export interface CompiledPolicy {
  readonly id: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly guards: readonly Guard[];
  /** Counters that rules and guards read, by the facts that hold them: `count("caller", "10m")`. */
  readonly counters: ReadonlyMap<string, CounterSpec>;
  /** Rules that are asked for a kind of event at a time, in the pack's order. */
  rulesFor(kind: EventKindName, at: number): readonly Rule[];
  /** Adds to facts with their counters what signals deduce from these, where rules read it. */
  deduce(kind: EventKindName, facts: Facts): void;
  /**
   * Runs the rules in force at the event's own time `at` (ms since the epoch). `facts` holds every declared fact and
   * counter; what signals deduce is added to them.
   */
  evaluate(kind: EventKindName, facts: Facts, at: number): PolicyHits;
}
