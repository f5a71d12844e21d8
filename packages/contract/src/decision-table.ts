import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { EventKindEnum } from './decision.ts';
import { LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };
const Day = Type.String({ format: 'date' });

/** Longest text of a condition, and how deep it may be nested. */
export const RULE_LIMITS = { characters: 4000, depth: 64 } as const;

/** CEL types of facts; numbers are doubles. */
export const FACT_TYPES = ['bool', 'double', 'string', 'list<string>'] as const;
export const FactTypeName = Type.Enum([...FACT_TYPES]);
export type FactTypeName = Static<typeof FactTypeName>;

/**
 * How many rows of a table may speak (names of DMN 1.5, 8.2.10): `FIRST` the first that holds, `COLLECT` every one that
 * holds, `UNIQUE` at most one can hold, which is proved when the table is saved.
 */
export const HIT_POLICIES = ['FIRST', 'COLLECT', 'UNIQUE'] as const;
export type HitPolicy = (typeof HIT_POLICIES)[number];

/** A column: what its cells are asked about. `type` is what DMN calls typeRef. */
export const TableInput = Type.Object(
  {
    title: Type.Optional(Type.String({ maxLength: 80 })),
    expression: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'CEL over facts, counters and pack values',
    }),
    type: FactTypeName,
  },
  { $id: 'TableInput', ...closed },
);
export type TableInput = Static<typeof TableInput>;

export const TableRow = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{0,39}$' }),
    cells: Type.Array(Type.String({ maxLength: 1000 }), {
      minItems: 1,
      maxItems: 20,
      description: 'one a column: `-`, `"a", "b"`, `> 3`, `[1..5)`, `not("a")`, `starts with "138"` ...',
    }),
    verdict: Type.Enum([...VERDICTS]),
    reason: Type.String({ maxLength: 80 }),
    judges: Type.Enum(['event', 'subject']),
    score: Type.Number({ minimum: 0, maximum: 1 }),
    fraudType: Type.Optional(Type.String({ maxLength: 80 })),
    values: Type.Optional(Type.Array(Type.String(), { maxItems: 12 })),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { $id: 'TableRow', ...closed },
);
export type TableRow = Static<typeof TableRow>;

/** Rules as a table: each row speaks as the rule `<table id>/<row id>`. */
export const DecisionTable = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9.-]{1,79}$' }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    on: Type.Array(EventKindEnum, { minItems: 1, uniqueItems: true }),
    owner: Type.String({ maxLength: 80 }),
    source: Type.Optional(Type.String({ maxLength: 500 })),
    from: Type.Optional(Day),
    until: Type.Optional(Day),
    hitPolicy: Type.Enum([...HIT_POLICIES]),
    inputs: Type.Array(TableInput, { minItems: 1, maxItems: 20 }),
    rows: Type.Array(TableRow, { minItems: 1, maxItems: 500 }),
  },
  { $id: 'DecisionTable', ...closed },
);
export type DecisionTable = Static<typeof DecisionTable>;

/** A fault of a table: whose row and column it is, and the character in the cell or in the column's expression. */
export const TableFault = Type.Object(
  {
    row: Type.Optional(Type.String()),
    column: Type.Optional(Type.Integer({ minimum: 1 })),
    part: Type.Enum(['table', 'input', 'cell', 'output']),
    position: Type.Optional(Type.Integer({ minimum: 1 })),
    message: LocalizedText,
  },
  { $id: 'TableFault', ...closed },
);
export type TableFault = Static<typeof TableFault>;

/** What is true of a table and may be meant or not. */
export const TableFinding = Type.Object(
  {
    kind: Type.Enum(['never-hits', 'overlap', 'gap']),
    rows: Type.Array(Type.String()),
    cells: Type.Optional(Type.Array(Type.String(), { description: 'of a gap: values that no row covers' })),
    message: LocalizedText,
  },
  { $id: 'TableFinding', ...closed },
);
export type TableFinding = Static<typeof TableFinding>;
