import Type, { type Static } from 'typebox';
import { problem } from './problem.ts';
import { Instant } from './shared.ts';

const closed = { additionalProperties: false };

export const lineInvalid = problem(
  'line-invalid',
  422,
  '线路登记内容不合要求',
  'The line cannot be registered so',
);
export const lineChanged = problem(
  'line-changed',
  409,
  '线路已被他人改动，请重新载入',
  'Somebody else has changed the line meanwhile: load it again',
);
export const lineChangeEmpty = problem(
  'line-change-empty',
  409,
  '没有可以变更的内容',
  'Nothing of it would change anything',
);

/**
 * States that a line is kept in. `draft` waits for its first approval and `refused` did not get it; only `active` and
 * `suspended` lines are known where calls are decided.
 */
export const LINE_STATES = ['draft', 'active', 'suspended', 'closed', 'refused'] as const;
/** What a line is at an instant: an active one may not be valid yet, or no more. */
export const LINE_STANDINGS = [...LINE_STATES, 'not-yet-valid', 'expired'] as const;

export const LineId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$',
  description: 'as adapters name it in `line` of a call',
});
export const LineCode = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' });
const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });
const Day = Type.String({ format: 'date' });
export const LineRouteName = Type.String({ minLength: 1, maxLength: 200 });

/** Hours of some days of the week. Those that end at or before their beginning reach into the next day. */
export const LineHours = Type.Object(
  {
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      minItems: 1,
      maxItems: 7,
      uniqueItems: true,
      description: 'ISO 8601, 1 is Monday: the days on which the hours begin',
    }),
    from: Clock,
    until: Type.String({ pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$', description: 'exclusive' }),
  },
  { $id: 'LineHours', ...closed },
);
export type LineHours = Static<typeof LineHours>;

/** Where calls of a line come in; a call has to fit everything that a route names. */
export const LineRoute = Type.Object(
  { trunk: Type.Optional(LineRouteName), carrier: Type.Optional(LineRouteName) },
  { $id: 'LineRoute', ...closed, minProperties: 1 },
);
export type LineRoute = Static<typeof LineRoute>;

/** What is registered of a line. */
export const LineContent = Type.Object(
  {
    kind: Type.String({ ...LineCode, description: 'one of `kinds` of the setting: 400, 95, voice-line ...' }),
    owner: Type.String({ minLength: 1, maxLength: 200, description: 'name of the enterprise or body' }),
    ownerCode: Type.Optional(
      Type.String({ minLength: 1, maxLength: 40, description: 'its registration number' }),
    ),
    use: Type.String({ ...LineCode, description: 'declared use, one of `uses` of the setting' }),
    numbers: Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
      maxItems: 1000,
      description: 'numbers that its calls may show, or ranges `first..last`, in any form; kept canonical',
    }),
    routes: Type.Array(LineRoute, { maxItems: 50, description: 'empty: its calls may come in anywhere' }),
    dedicated: Type.Boolean({ description: 'every call on its trunks is of this line' }),
    abroad: Type.Boolean({
      description:
        'a customer on a foreign or cloud node: its calls may enter from abroad, by its routes only',
    }),
    hours: Type.Array(LineHours, { maxItems: 21, description: 'empty: at all hours' }),
    timeZone: Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, description: 'of hours and days; the pack’s unless told' }),
    ),
    validFrom: Day,
    validUntil: Type.Optional(Type.String({ format: 'date', description: 'last day' })),
    document: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'contract or approval that it rests on',
    }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { $id: 'LineContent', ...closed },
);
export type LineContent = Static<typeof LineContent>;

export const LineView = Type.Object(
  {
    id: LineId,
    state: Type.Enum([...LINE_STATES]),
    standing: Type.Enum([...LINE_STANDINGS], { description: 'its state with its days taken in, now' }),
    revision: Type.Integer({
      minimum: 0,
      description: 'grows with every change; 0 before the first is in force',
    }),
    content: LineContent,
    waiting: Type.Boolean({ description: 'a change of it waits for a second person' }),
    suspendedFor: Type.Optional(Type.String({ description: 'why it is suspended' })),
    changedAt: Instant,
    changedBy: Type.String(),
  },
  { $id: 'LineView', ...closed },
);
export type LineView = Static<typeof LineView>;
