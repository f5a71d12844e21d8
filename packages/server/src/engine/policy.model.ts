import { EVENT_KINDS, type EventKindName } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import type { Facts } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';

const closed = { additionalProperties: false };

/**
 * A rule as a pack writes it. `judges` says what it blames: `event` (what is presented is false: applies to
 * everybody) or `subject` (its reputation or conduct: the never-block list caps it at `label`).
 */
export const Rule = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9.-]{1,79}$' }),
    on: Type.Array(Type.Enum([...EVENT_KINDS]), { minItems: 1 }),
    when: Type.String({ minLength: 1, maxLength: 4000 }),
    verdict: Type.Enum([...VERDICTS]),
    reason: Type.String({ maxLength: 80 }),
    judges: Type.Enum(['event', 'subject']),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    fraudType: Type.Optional(Type.String()),
    /** Facts whose values go with the reason; those of its counters always do. */
    values: Type.Array(Type.String(), { maxItems: 12 }),
    owner: Type.String(),
    source: Type.Optional(Type.String()),
    from: Type.Optional(Type.String({ format: 'date' })),
    until: Type.Optional(Type.String({ format: 'date' })),
  },
  closed,
);
export type Rule = Static<typeof Rule>;

/** One file of the pack's `rules/` folder; their union is the policy. */
export const RuleFile = Type.Object({ rules: Type.Array(Rule, { minItems: 1 }) }, closed);
export type RuleFile = Static<typeof RuleFile>;

const Text = Type.Object(
  { 'zh-CN': Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
  closed,
);

/**
 * A protection that stands above the rules: while `when` holds, rules of the kinds named in `judges` have at most the
 * effect `cap`. The never-block list and calls to emergency numbers are guards.
 */
export const Guard = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,79}$' }),
    title: Text,
    on: Type.Array(Type.Enum([...EVENT_KINDS]), { minItems: 1 }),
    when: Type.String({ minLength: 1, maxLength: 4000 }),
    cap: Type.Enum([...VERDICTS]),
    judges: Type.Array(Type.Enum(['event', 'subject']), { minItems: 1 }),
    source: Type.Optional(Type.String()),
  },
  closed,
);
export type Guard = Static<typeof Guard>;

/** `guards.json` of a pack. */
export const GuardFile = Type.Object({ guards: Type.Array(Guard) }, closed);

/** `policy.json` of a pack: which version of the rules this is. */
export const PolicyManifest = Type.Object(
  { id: Type.String({ minLength: 1 }), version: Type.String({ minLength: 1 }) },
  closed,
);

/** A file of the pack's `reasons/` folder: what each stable code says. See `reason-text.model.ts` for the template. */
export const ReasonFile = Type.Record(Type.String(), Type.Object({ title: Text, text: Text }, closed));
export type ReasonWords = Static<typeof ReasonFile>[string];

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
  /** Runs the rules in force at the event's own time `at` (ms since the epoch). `facts` holds every declared fact and counter. */
  evaluate(kind: EventKindName, facts: Facts, at: number): PolicyHits;
}
