import { SUBJECT_KINDS, VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { AnyEvent, EVENT_KINDS, eventIdConflict, eventInvalid, overloaded } from './event.ts';
import { DecisionLabel } from './label.ts';
import { operation } from './operation.ts';
import { notFound } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

export const VerdictName = Type.Enum([...VERDICTS]);
export const EventKindEnum = Type.Enum([...EVENT_KINDS]);

/** A value that a reason rests on, or a fact that was known: what a rule can read. */
export const FactValue = Type.Union([
  Type.String(),
  Type.Number(),
  Type.Boolean(),
  Type.Array(Type.String()),
]);
export type FactValue = Static<typeof FactValue>;

/** Why: one rule that spoke, with the values it rested on. */
export const Reason = Type.Object(
  {
    code: Type.String({ description: 'stable code, e.g. `call.domestic-from-abroad`' }),
    text: LocalizedText,
    verdict: VerdictName,
    score: Type.Number({ minimum: 0, maximum: 1 }),
    fraudType: Type.Optional(Type.String({ description: 'code of the pack taxonomy' })),
    rule: Type.String({ description: 'id of the rule' }),
    values: Type.Record(Type.String(), FactValue),
    capped: Type.Optional(
      Type.String({ description: 'guard that kept this reason from having its full effect' }),
    ),
    snoozed: Type.Optional(
      Type.String({ description: 'snooze that kept this reason from having any effect' }),
    ),
  },
  { $id: 'Reason', ...closed },
);
export type Reason = Static<typeof Reason>;

export const SubjectView = Type.Object(
  {
    kind: Type.Enum([...SUBJECT_KINDS]),
    role: Type.String(),
    value: Type.String({ description: 'canonical; masked where it is a person who is not suspected' }),
    display: Type.String({ description: 'as a person writes it here, e.g. `138 1234 5678`' }),
    masked: Type.Boolean(),
  },
  { $id: 'SubjectView', ...closed },
);
export type SubjectView = Static<typeof SubjectView>;

const Versioned = Type.Object({ id: Type.String(), version: Type.String() }, closed);

/** Id of a decision that is answered and not recorded yet. */
export const NOT_RECORDED = 'not-recorded';

const decisionFields = {
  id: Type.String({
    description: `\`${NOT_RECORDED}\` where it is to be recorded later: it is found by the id of the event then`,
  }),
  kind: EventKindEnum,
  event: Type.String({ description: 'id of the event' }),
  at: Instant,
  decidedAt: Instant,
  verdict: VerdictName,
  label: Type.Optional(LocalizedText),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  fraudType: Type.Optional(Type.String()),
  reasons: Type.Array(Reason),
  subjects: Type.Array(SubjectView),
  policy: Versioned,
  models: Type.Array(Versioned),
  degraded: Type.Array(Type.String(), {
    description:
      'what was missing when it was decided: a signal or rule that failed, or `journal` (could not be recorded in time), `overload` (too much at once), `engine` (the process that counts was away: decided without counters)',
  }),
  simulated: Type.Boolean(),
  tookMicros: Type.Number(),
};

export const Decision = Type.Object(
  {
    ...decisionFields,
    duplicate: Type.Optional(Type.Boolean({ description: 'the event had been decided before' })),
  },
  { $id: 'Decision', ...closed },
);
export type Decision = Static<typeof Decision>;

/** One fact that was known, with what it means. */
export const FactView = Type.Object(
  {
    name: Type.String(),
    value: FactValue,
    title: LocalizedText,
    text: LocalizedText,
    signal: Type.String(),
  },
  { $id: 'FactView', ...closed },
);
export type FactView = Static<typeof FactView>;

/** What a consequence did, or would have done. */
export const ConsequenceView = Type.Object(
  { id: Type.String(), text: LocalizedText, simulated: Type.Boolean() },
  { $id: 'ConsequenceView', ...closed },
);

/** A model's part in a decision: what pushed its score up or down. */
export const ModelPart = Type.Object(
  {
    model: Type.String(),
    version: Type.String(),
    output: Type.String(),
    score: Type.Number(),
    threshold: Type.Optional(Type.Number()),
    contributions: Type.Array(
      Type.Object(
        {
          feature: Type.String({ description: 'a piece of text, or the name of a figure' }),
          title: Type.Optional(LocalizedText),
          weight: Type.Number(),
          value: Type.Optional(Type.Number({ description: 'of a figure, where it is known' })),
        },
        closed,
      ),
      { description: 'largest first; positive pushes towards fraud' },
    ),
  },
  { $id: 'ModelPart', ...closed },
);
export type ModelPart = Static<typeof ModelPart>;

/** Everything about one decision: what came in (personal fields masked), what was known, what spoke, what was done. */
export const DecisionDetail = Type.Object(
  {
    ...decisionFields,
    input: Type.Record(Type.String(), Type.Unknown(), { description: 'the event; personal fields masked' }),
    maskedFields: Type.Array(Type.String()),
    facts: Type.Array(FactView),
    modelParts: Type.Array(ModelPart),
    quietRules: Type.Array(Type.Object({ id: Type.String(), title: LocalizedText }, closed), {
      description: 'rules that were asked and did not speak',
    }),
    consequences: Type.Array(ConsequenceView),
    shadow: Type.Optional(
      Type.Object(
        {
          version: Type.String(),
          verdict: VerdictName,
          rules: Type.Array(Type.String(), { description: 'that spoke' }),
        },
        { ...closed, description: 'what the version in shadow said, without any effect' },
      ),
    ),
    sentence: LocalizedText,
    labelled: Type.Optional(DecisionLabel),
  },
  { $id: 'DecisionDetail', ...closed },
);
export type DecisionDetail = Static<typeof DecisionDetail>;

export const decisionsMake = operation({
  id: 'decisions.make',
  method: 'POST',
  path: '/v1/decisions',
  access: 'event:submit',
  summary: { 'zh-CN': '提交一个事件并立即得到决定', en: 'Submit one event and get its decision at once' },
  body: AnyEvent,
  response: Decision,
  errors: [eventInvalid, eventIdConflict, overloaded],
});

/** A what-if: decided by the live policy, recorded nowhere. `id` and `at` may be left out. */
export const TryEvent = Type.Unsafe<Record<string, unknown>>(
  Type.Object({}, { $id: 'TryEvent', additionalProperties: true }),
);

export const decisionsTry = operation({
  id: 'decisions.try',
  method: 'POST',
  path: '/v1/try',
  access: 'decision:try',
  summary: { 'zh-CN': '试一试：不留记录', en: 'Try an event: decided, not recorded' },
  body: TryEvent,
  response: DecisionDetail,
  errors: [eventInvalid],
});

/** A row of the list: no values, no facts. */
export const DecisionRow = Type.Object(
  {
    id: Type.String(),
    kind: EventKindEnum,
    at: Instant,
    decidedAt: Instant,
    verdict: VerdictName,
    label: Type.Optional(LocalizedText),
    score: Type.Number(),
    fraudType: Type.Optional(Type.String()),
    subjects: Type.Array(SubjectView),
    channel: Type.Optional(Type.String({ description: 'ingress of a call, channel of a message' })),
    country: Type.Optional(Type.String({ description: 'ISO 3166-1 alpha-2 of the caller or sender' })),
    reasons: Type.Array(Type.Object({ code: Type.String(), text: LocalizedText }, closed)),
    simulated: Type.Boolean(),
  },
  { $id: 'DecisionRow', ...closed },
);
export type DecisionRow = Static<typeof DecisionRow>;

const decisionFilters = {
  kind: Type.Optional(EventKindEnum),
  verdict: Type.Optional(
    Type.String({
      pattern: `^(${VERDICTS.join('|')})(,(${VERDICTS.join('|')}))*$`,
      description: 'one or several, comma between',
    }),
  ),
  reason: Type.Optional(Type.String({ maxLength: 80 })),
  channel: Type.Optional(Type.String({ maxLength: 40 })),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  fraudType: Type.Optional(Type.String({ maxLength: 80 })),
  subject: Type.Optional(
    Type.String({ maxLength: 200, description: 'a number, sender or host in any form' }),
  ),
  event: Type.Optional(Type.String({ maxLength: 200, description: 'id of the event' })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  simulated: Type.Optional(Type.Boolean()),
  pattern: Type.Optional(
    Type.String({
      pattern: '^[a-z][a-z0-9-]{0,59}$',
      description: 'pattern of a call, see `/v1/calls/patterns`',
    }),
  ),
  area: Type.Optional(
    Type.String({ pattern: '^[A-Z0-9]{1,8}$', description: 'province of the called number of a call' }),
  ),
};

export const decisionsList = operation({
  id: 'decisions.list',
  method: 'GET',
  path: '/v1/decisions',
  access: 'decision:read',
  summary: { 'zh-CN': '决定列表，最新在前', en: 'Decisions, newest first' },
  query: Type.Object({ ...PageQuery, ...decisionFilters }, closed),
  response: Page(DecisionRow),
  errors: [],
});

export const decisionsGet = operation({
  id: 'decisions.get',
  method: 'GET',
  path: '/v1/decisions/{id}',
  access: 'decision:read',
  summary: { 'zh-CN': '一个决定的全部', en: 'Everything about one decision' },
  params: Type.Object({ id: Type.String({ maxLength: 64 }) }, closed),
  response: DecisionDetail,
  errors: [notFound],
});

/** Why somebody opens personal fields; recorded in the audit log. */
export const PURPOSES = ['analysis', 'appeal', 'inspection', 'police-request', 'quality'] as const;

export const decisionsOpen = operation({
  id: 'decisions.open',
  method: 'POST',
  path: '/v1/decisions/{id}/open',
  access: 'decision:open',
  summary: {
    'zh-CN': '说明目的后查看个人字段（留有记录）',
    en: 'See the personal fields for a stated purpose (recorded)',
  },
  params: Type.Object({ id: Type.String({ maxLength: 64 }) }, closed),
  body: Type.Object(
    { purpose: Type.Enum([...PURPOSES]), note: Type.Optional(Type.String({ maxLength: 500 })) },
    closed,
  ),
  response: Type.Object({ fields: Type.Record(Type.String(), Type.Unknown()) }, closed),
  errors: [notFound],
});

const Count = Type.Object({ key: Type.String(), count: Type.Integer() }, closed);

/** Figures of a period for the overview; every one opens into `decisions.list` with the same filter. */
export const DecisionStats = Type.Object(
  {
    from: Instant,
    to: Instant,
    total: Type.Integer(),
    simulated: Type.Integer(),
    unlisted: Type.Integer({
      description: 'of the total: decisions in which no rule spoke that are counted and not listed',
    }),
    verdicts: Type.Array(Count),
    kinds: Type.Array(Count),
    reasons: Type.Array(
      Type.Object({ code: Type.String(), title: LocalizedText, count: Type.Integer() }, closed),
    ),
    channels: Type.Array(Count),
    countries: Type.Array(Count),
    fraudTypes: Type.Array(
      Type.Object({ code: Type.String(), title: LocalizedText, count: Type.Integer() }, closed),
    ),
    series: Type.Array(
      Type.Object(
        {
          at: Instant,
          counts: Type.Record(Type.String(), Type.Integer(), { description: 'verdict → count' }),
        },
        closed,
      ),
    ),
    bucketSeconds: Type.Integer(),
  },
  { $id: 'DecisionStats', ...closed },
);
export type DecisionStats = Static<typeof DecisionStats>;

export const decisionsStats = operation({
  id: 'decisions.stats',
  method: 'GET',
  path: '/v1/decisions/stats',
  access: 'decision:read',
  summary: { 'zh-CN': '一段时间的数字', en: 'Figures of a period' },
  query: Type.Object(
    {
      period: Type.Optional(Type.Enum(['15m', '1h', '24h', '7d', '30d'], { default: '24h' })),
      kind: Type.Optional(EventKindEnum),
    },
    closed,
  ),
  response: DecisionStats,
  errors: [],
});

export const decisionsLive = operation({
  id: 'decisions.live',
  method: 'GET',
  path: '/v1/decisions/live',
  access: 'decision:read',
  summary: { 'zh-CN': '实时决定（服务器推送）', en: 'Decisions as they are made (server-sent events)' },
  response: DecisionRow,
  streamOut: 'sse',
  errors: [],
});
