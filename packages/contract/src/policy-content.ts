import Type, { type Static } from 'typebox';
import { EventKindEnum, VerdictName } from './decision.ts';
import { DecisionTable } from './decision-table.ts';
import { LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };
const Day = Type.String({ format: 'date' });
export const RuleId = Type.String({ pattern: '^[a-z][a-z0-9.-]{1,79}$' });

/** A rule. `judges`: `event` (what is presented is false) or `subject` (its reputation or conduct). */
export const PolicyRule = Type.Object(
  {
    id: RuleId,
    on: Type.Array(EventKindEnum, { minItems: 1 }),
    when: Type.String({ minLength: 1, maxLength: 4000, description: 'CEL' }),
    verdict: VerdictName,
    reason: Type.String({ maxLength: 80 }),
    judges: Type.Enum(['event', 'subject']),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    fraudType: Type.Optional(Type.String({ maxLength: 80 })),
    values: Type.Array(Type.String({ maxLength: 200 }), {
      maxItems: 12,
      description: 'facts whose values go with the reason; those of its counters always do',
    }),
    owner: Type.String({ maxLength: 80 }),
    source: Type.Optional(Type.String({ maxLength: 500, description: 'law or standard that it rests on' })),
    from: Type.Optional(Day),
    until: Type.Optional(Day),
  },
  closed,
);
export type PolicyRule = Static<typeof PolicyRule>;

const WrittenText = Type.Object(
  {
    'zh-CN': Type.String({ minLength: 1, maxLength: 500 }),
    en: Type.String({ minLength: 1, maxLength: 500 }),
  },
  closed,
);

/** A protection above the rules: while `when` holds, rules of the kinds in `judges` have at most the effect `cap`. */
export const PolicyGuard = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,79}$' }),
    title: WrittenText,
    on: Type.Array(EventKindEnum, { minItems: 1 }),
    when: Type.String({ minLength: 1, maxLength: 4000 }),
    cap: VerdictName,
    judges: Type.Array(Type.Enum(['event', 'subject']), { minItems: 1 }),
    source: Type.Optional(Type.String({ maxLength: 500 })),
  },
  closed,
);
export type PolicyGuard = Static<typeof PolicyGuard>;

/** What a reason code says; `text` is a template of `{fact}` and `{fact|format}`. */
export const ReasonText = Type.Object({ title: WrittenText, text: WrittenText }, closed);
export type ReasonText = Static<typeof ReasonText>;

/** Everything that a version decides by. `reasons` has words for codes that the pack does not have. */
export const PolicyContent = Type.Object(
  {
    rules: Type.Array(PolicyRule, { maxItems: 2000 }),
    tables: Type.Array(DecisionTable, { maxItems: 100 }),
    guards: Type.Array(PolicyGuard, { maxItems: 100 }),
    reasons: Type.Record(Type.String({ maxLength: 80 }), ReasonText, { maxProperties: 1000 }),
  },
  { $id: 'PolicyContent', ...closed },
);
export type PolicyContent = Static<typeof PolicyContent>;

/** Something wrong in a policy, for the editor: whose (`part` and `id`), in which field, at which character. */
export const PolicyFault = Type.Object(
  {
    part: Type.Enum(['rule', 'table', 'guard', 'reason']),
    id: Type.String(),
    field: Type.String({ description: 'JSON path in the part, e.g. `when` or `rows[2].cells[0]`' }),
    position: Type.Optional(Type.Integer({ minimum: 1, description: 'character in the field, from 1' })),
    message: LocalizedText,
  },
  { $id: 'PolicyFault', ...closed },
);
export type PolicyFault = Static<typeof PolicyFault>;
