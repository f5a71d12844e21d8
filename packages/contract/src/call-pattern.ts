import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { INGRESSES } from './event.ts';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';
import { Empty, Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Calls = Type.Integer({ minimum: 0 });
const PatternId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' });
const AlarmId = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) }, closed);
const Note = Type.String({ minLength: 1, maxLength: 1000 });

/** Calls of something by verdict; a verdict that never was is left out. */
export const VerdictCounts = Type.Object(
  {
    key: Type.String({ description: '"" stands for what is not known' }),
    calls: Calls,
    verdicts: Type.Record(Type.String(), Calls, { description: 'verdict → calls' }),
  },
  { $id: 'VerdictCounts', ...closed },
);
export type VerdictCounts = Static<typeof VerdictCounts>;

const filters = {
  pattern: Type.Optional(PatternId),
  ingress: Type.Optional(Type.Enum([...INGRESSES])),
  verdict: Type.Optional(Type.Enum([...VERDICTS])),
};

export const LIVE_CALL_PERIODS = ['15m', '1h', '24h'] as const;

const Series = Type.Array(Type.Object({ at: Instant, verdicts: Type.Record(Type.String(), Calls) }, closed));

/** Every call of a period, also those that are only counted. Each figure opens into `decisions.list`. */
export const LiveCalls = Type.Object(
  {
    from: Instant,
    to: Instant,
    calls: Calls,
    simulated: Type.Integer({ minimum: 0, description: 'of the calls: made by the simulator' }),
    rate: Type.Number({ description: 'calls a second over the last whole minute' }),
    verdicts: Type.Record(Type.String(), Calls),
    ingresses: Type.Array(VerdictCounts),
    patterns: Type.Array(VerdictCounts, {
      description: 'in the order of the pack, also those without calls',
    }),
    countries: Type.Array(VerdictCounts, { description: 'ISO 3166-1 alpha-2 of the caller' }),
    areas: Type.Array(VerdictCounts, { description: 'province of the called number; "" for mobile numbers' }),
    series: Series,
    stepSeconds: Type.Integer(),
  },
  { $id: 'LiveCalls', ...closed },
);
export type LiveCalls = Static<typeof LiveCalls>;

export const callsLive = operation({
  id: 'calls.live',
  method: 'GET',
  path: '/v1/calls/live',
  access: 'decision:read',
  summary: {
    'zh-CN': '正在发生的通话：按呼入方向、国家、省份和形态的裁决',
    en: 'Calls as they come: verdicts by ingress, country, province and pattern',
  },
  query: Type.Object(
    { period: Type.Optional(Type.Enum([...LIVE_CALL_PERIODS], { default: '1h' })), ...filters },
    closed,
  ),
  response: LiveCalls,
  errors: [],
});

/** What calls can look like at the gateway, and the provinces with the places of their tiles. */
export const CallPatterns = Type.Object(
  {
    patterns: Type.Array(
      Type.Object(
        {
          id: PatternId,
          title: LocalizedText,
          byCountry: Type.Boolean({ description: 'watched for each country of origin by itself' }),
        },
        closed,
      ),
    ),
    areas: Type.Array(
      Type.Object(
        { code: Type.String(), title: LocalizedText, column: Type.Integer(), row: Type.Integer() },
        closed,
      ),
    ),
    from: Instant,
    to: Instant,
    stepSeconds: Type.Integer(),
    simulated: Type.Integer({ minimum: 0, description: 'of all calls counted here: made by the simulator' }),
    series: Type.Array(
      Type.Object(
        {
          pattern: PatternId,
          calls: Type.Array(Calls, { description: 'one figure a step' }),
          blocked: Type.Array(Calls, { description: 'of them, how many were not put through' }),
        },
        closed,
      ),
    ),
  },
  { $id: 'CallPatterns', ...closed },
);
export type CallPatterns = Static<typeof CallPatterns>;

export const PATTERN_PERIODS = ['24h', '7d', '30d', '365d'] as const;

export const callsPatterns = operation({
  id: 'calls.patterns',
  method: 'GET',
  path: '/v1/calls/patterns',
  access: 'decision:read',
  summary: { 'zh-CN': '通话形态及其裁决随时间的变化', en: 'Patterns of calls and their verdicts over time' },
  query: Type.Object(
    {
      period: Type.Optional(Type.Enum([...PATTERN_PERIODS], { default: '24h' })),
      ...filters,
      source: Type.Optional(Type.String({ maxLength: 200, description: 'trunk or carrier' })),
    },
    closed,
  ),
  response: CallPatterns,
  errors: [],
});

export const DISPLACEMENT_STATES = ['open', 'acknowledged', 'closed'] as const;
/** `over`: it was not seen any more, and nobody had judged it. */
export const DISPLACEMENT_OUTCOMES = ['displacement', 'coincidence', 'over'] as const;

export const displacementNotThere = problem(
  'displacement-state',
  409,
  '该告警现在不能这样处理',
  'The alarm cannot be handled like this now',
);

/** A flow of calls whose rate changed: a pattern, from one country where it is watched by country. */
export const FlowChange = Type.Object(
  {
    pattern: PatternId,
    country: Type.Optional(Type.String()),
    calls: Type.Number({ description: 'seen in the window' }),
    expected: Type.Number({ description: 'usual in the same hours of the days before' }),
    chance: Type.Number({ description: 'of a count as far off, if nothing had changed' }),
  },
  { $id: 'FlowChange', ...closed },
);
export type FlowChange = Static<typeof FlowChange>;

export const Displacement = Type.Object(
  {
    id: Type.String(),
    state: Type.Enum([...DISPLACEMENT_STATES]),
    outcome: Type.Optional(Type.Enum([...DISPLACEMENT_OUTCOMES])),
    source: Type.String({ description: 'trunk or carrier; "" for the whole network' }),
    sources: Type.Array(Type.String(), { description: 'where several show the same at once' }),
    simulated: Type.Boolean(),
    left: Type.Array(FlowChange, { description: 'blocked flows that fell' }),
    joined: Type.Array(FlowChange, { description: 'flows that rose by about as much' }),
    windowHours: Type.Integer(),
    ratio: Type.Number({ description: 'calls that joined for each that left' }),
    text: LocalizedText,
    series: Type.Array(Type.Object({ at: Instant, left: Calls, joined: Calls }, closed), {
      description: 'evidence: calls by hour of both sides, as last seen',
    }),
    openedAt: Instant,
    seenAt: Instant,
    acknowledgedAt: Type.Optional(Instant),
    acknowledgedBy: Type.Optional(Type.String()),
    closedAt: Type.Optional(Instant),
    closedBy: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
  },
  { $id: 'Displacement', ...closed },
);
export type Displacement = Static<typeof Displacement>;

export const displacementsList = operation({
  id: 'displacements.list',
  method: 'GET',
  path: '/v1/calls/displacements',
  access: 'decision:read',
  summary: {
    'zh-CN': '话务转移告警，最新在前',
    en: 'Alarms about traffic that moved to another pattern, newest first',
  },
  query: Type.Object(
    {
      ...PageQuery,
      state: Type.Optional(Type.Enum([...DISPLACEMENT_STATES])),
      source: Type.Optional(Type.String({ maxLength: 200 })),
      pattern: Type.Optional(PatternId),
    },
    closed,
  ),
  response: Page(Displacement),
  errors: [],
});

export const displacementsCheck = operation({
  id: 'displacements.check',
  method: 'POST',
  path: '/v1/calls/displacements/check',
  access: 'displacement:handle',
  summary: { 'zh-CN': '立即检查话务转移', en: 'Look for displacement now' },
  body: Empty,
  response: Type.Object({ opened: Calls, standing: Calls }, closed),
  errors: [],
});

export const displacementsAcknowledge = operation({
  id: 'displacements.acknowledge',
  method: 'POST',
  path: '/v1/calls/displacements/{id}/acknowledge',
  access: 'displacement:handle',
  summary: { 'zh-CN': '确认收到，由我处理', en: 'Acknowledge: somebody looks into it' },
  params: AlarmId,
  body: Type.Object({ note: Type.Optional(Note) }, closed),
  response: Displacement,
  errors: [notFound, displacementNotThere],
});

export const displacementsClose = operation({
  id: 'displacements.close',
  method: 'POST',
  path: '/v1/calls/displacements/{id}/close',
  access: 'displacement:handle',
  summary: { 'zh-CN': '给出结论并关闭', en: 'Close with what it was' },
  params: AlarmId,
  body: Type.Object({ outcome: Type.Enum(['displacement', 'coincidence']), note: Note }, closed),
  response: Displacement,
  errors: [notFound, displacementNotThere],
});

export const displacementsReopen = operation({
  id: 'displacements.reopen',
  method: 'POST',
  path: '/v1/calls/displacements/{id}/reopen',
  access: 'displacement:handle',
  summary: { 'zh-CN': '撤销关闭', en: 'Take the closing back' },
  params: AlarmId,
  body: Empty,
  response: Displacement,
  errors: [notFound, displacementNotThere],
});

const Interval = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() }, closed);

/** Calls of one pattern before and after a change of a rule. */
export const PatternEffect = Type.Object(
  {
    pattern: PatternId,
    before: Type.Record(Type.String(), Calls, { description: 'verdict → calls' }),
    after: Type.Record(Type.String(), Calls),
    change: Type.Union([Interval, Type.Null()], {
      description:
        'calls after, over calls before, with an interval of 95 %; null where there were none before',
    }),
  },
  { $id: 'PatternEffect', ...closed },
);
export type PatternEffect = Static<typeof PatternEffect>;

export const RULE_CHANGES = ['added', 'changed', 'removed'] as const;

/** What happened to traffic when a version with a changed rule went live. */
export const RuleEffect = Type.Object(
  {
    rule: Type.String(),
    change: Type.Enum([...RULE_CHANGES]),
    version: Type.Integer(),
    at: Instant,
    hours: Type.Number({ description: 'length of each of the two periods' }),
    beforeFrom: Type.Union([Instant, Type.Null()], {
      description:
        'same hours of the day; null where nothing is known of before, or too little time has passed',
    }),
    hits: Calls,
    targets: Type.Array(PatternEffect, { description: 'patterns in which the rule spoke' }),
    replacements: Type.Array(PatternEffect, { description: 'patterns that rose meanwhile, the most first' }),
  },
  { $id: 'RuleEffect', ...closed },
);
export type RuleEffect = Static<typeof RuleEffect>;

export const callsRuleEffects = operation({
  id: 'calls.ruleEffects',
  method: 'GET',
  path: '/v1/calls/rule-effects',
  access: 'policy:read',
  summary: {
    'zh-CN': '网关规则生效前后的话务，以及由什么取代',
    en: 'Traffic before and after rules of calls went live, and what took its place',
  },
  query: Type.Object({ ...PageQuery, rule: Type.Optional(Type.String({ maxLength: 80 })) }, closed),
  response: Page(RuleEffect),
  errors: [],
});
