import { EVENT_KINDS } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';

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
    /** Facts whose values go with the reason. */
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
