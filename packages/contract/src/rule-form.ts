import Type, { type Static } from 'typebox';
import { FactValue } from './decision.ts';

const closed = { additionalProperties: false };

/** Left or right side of a test: a fact, a pack value, a counter, or a value that is written out. */
export const FormOperand = Type.Union([
  Type.Object({ fact: Type.String({ maxLength: 200 }) }, closed),
  Type.Object({ pack: Type.String({ maxLength: 200 }) }, closed),
  Type.Object(
    {
      counter: Type.String({ maxLength: 40 }),
      arguments: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 8 }),
    },
    closed,
  ),
  Type.Object({ value: Type.Union([FactValue, Type.Array(Type.Number())]) }, closed),
]);
export type FormOperand = Static<typeof FormOperand>;

/**
 * Operators of the form. `contains` tests a text for a part of it, `has` a list for an item, `has-any` and `has-none`
 * a list for several; `is-true` and `is-false` take no value.
 */
export const FORM_OPERATORS = [
  'is',
  'is-not',
  'is-one-of',
  'is-none-of',
  'greater',
  'at-least',
  'less',
  'at-most',
  'starts-with',
  'ends-with',
  'contains',
  'is-empty',
  'is-not-empty',
  'has',
  'has-not',
  'has-any',
  'has-none',
  'is-true',
  'is-false',
] as const;
export type FormOperator = (typeof FORM_OPERATORS)[number];

export const FormTest = Type.Object(
  {
    left: FormOperand,
    operator: Type.Enum([...FORM_OPERATORS]),
    right: Type.Optional(FormOperand),
  },
  { $id: 'FormTest', ...closed },
);
export type FormTest = Static<typeof FormTest>;

/** A condition as the form builder holds it: groups of tests. `all` and `any` need at least one part. */
export type FormNode =
  | { readonly all: readonly FormNode[] }
  | { readonly any: readonly FormNode[] }
  | { readonly not: FormNode }
  | { readonly test: FormTest };

/** The form as JSON; a group holds at most 100 parts, and groups nest at most as deep as text may. */
export const FormTree = Type.Unsafe<FormNode>(
  Type.Object(
    {
      all: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: 100 })),
      any: Type.Optional(Type.Array(Type.Unknown(), { minItems: 1, maxItems: 100 })),
      not: Type.Optional(Type.Unknown()),
      test: Type.Optional(FormTest),
    },
    { $id: 'FormTree', ...closed, minProperties: 1, maxProperties: 1 },
  ),
);
