import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

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
const RouteName = Type.String({ minLength: 1, maxLength: 200 });

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
  { trunk: Type.Optional(RouteName), carrier: Type.Optional(RouteName) },
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

export const LineParams = Type.Object({ id: LineId }, closed);

export const linesList = operation({
  id: 'lines.list',
  method: 'GET',
  path: '/v1/lines',
  access: 'line:read',
  summary: { 'zh-CN': '线路登记', en: 'The register of lines' },
  query: Type.Object(
    {
      ...PageQuery,
      kind: Type.Optional(LineCode),
      use: Type.Optional(LineCode),
      standing: Type.Optional(Type.Enum([...LINE_STANDINGS])),
      search: Type.Optional(
        Type.String({ maxLength: 100, description: 'part of the id or of the owner’s name' }),
      ),
      number: Type.Optional(
        Type.String({ maxLength: 80, description: 'a number, in any form, that the line may show' }),
      ),
      trunk: Type.Optional(RouteName),
      carrier: Type.Optional(RouteName),
    },
    closed,
  ),
  response: Page(LineView),
  errors: [],
});

export const linesGet = operation({
  id: 'lines.get',
  method: 'GET',
  path: '/v1/lines/{id}',
  access: 'line:read',
  summary: { 'zh-CN': '线路详情', en: 'One line' },
  params: LineParams,
  response: LineView,
  errors: [notFound],
});
