import Type, { type Static } from 'typebox';
import { Proportion } from './backtest.ts';
import { EventKindEnum } from './decision.ts';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Count = Type.Integer({ minimum: 0 });

export const alarmNotOpen = problem('alarm-not-open', 409, '该告警已处理', 'The alarm is no longer open');

export const RULE_ALARM_KINDS = [
  'rate-high',
  'rate-low',
  'never-fires',
  'always-agrees',
  'ends-soon',
  'ended',
] as const;
export const RULE_ALARM_STATES = ['open', 'acknowledged', 'closed'] as const;

export const RuleAlarm = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum([...RULE_ALARM_KINDS]),
    state: Type.Enum([...RULE_ALARM_STATES]),
    rule: Type.String(),
    other: Type.Optional(Type.String({ description: 'the rule that it always agrees with' })),
    text: LocalizedText,
    figures: Type.Record(Type.String(), Type.Number(), { description: 'what it rests on, as last seen' }),
    openedAt: Instant,
    seenAt: Type.String({ format: 'date-time', description: 'last time that it was found' }),
    acknowledgedAt: Type.Optional(Instant),
    acknowledgedBy: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
    closedAt: Type.Optional(Instant),
  },
  { $id: 'RuleAlarm', ...closed },
);
export type RuleAlarm = Static<typeof RuleAlarm>;

/** How a rule of the live policy fares. Simulated events are not counted. */
export const RuleHealth = Type.Object(
  {
    rule: Type.String(),
    title: LocalizedText,
    on: Type.Array(EventKindEnum),
    until: Type.Optional(Type.String({ format: 'date' })),
    hits24h: Count,
    hits7d: Count,
    asked24h: Type.Integer({ minimum: 0, description: 'decided events of its kinds' }),
    asked7d: Count,
    rate24h: Type.Union([Type.Number(), Type.Null()], { description: 'hits of asked; null: none asked' }),
    rate7d: Type.Union([Type.Number(), Type.Null()]),
    series: Type.Array(Type.Object({ at: Instant, hits: Count, asked: Count }, closed), {
      description: 'the last 7 days in steps of 6 hours',
    }),
    precision: Type.Union([Proportion, Type.Null()], {
      description: 'fraud among labelled decisions in which it spoke; null without labels',
    }),
    alarms: Type.Array(RuleAlarm, { description: 'that are not closed' }),
  },
  { $id: 'RuleHealth', ...closed },
);
export type RuleHealth = Static<typeof RuleHealth>;

export const ruleHealthGet = operation({
  id: 'ruleHealth.get',
  method: 'GET',
  path: '/v1/rule-health',
  access: 'policy:read',
  summary: { 'zh-CN': '现行规则的健康状况', en: 'How the rules of the live policy fare' },
  response: Type.Object(
    { at: Instant, checkedAt: Type.Optional(Instant), items: Type.Array(RuleHealth) },
    closed,
  ),
  errors: [],
});

export const ruleAlarmsList = operation({
  id: 'ruleAlarms.list',
  method: 'GET',
  path: '/v1/rule-alarms',
  access: 'policy:read',
  summary: { 'zh-CN': '规则告警，最新在前', en: 'Alarms of rules, newest first' },
  query: Type.Object(
    {
      ...PageQuery,
      state: Type.Optional(Type.Enum([...RULE_ALARM_STATES])),
      rule: Type.Optional(Type.String({ maxLength: 80 })),
    },
    closed,
  ),
  response: Page(RuleAlarm),
  errors: [],
});

export const ruleAlarmsAcknowledge = operation({
  id: 'ruleAlarms.acknowledge',
  method: 'POST',
  path: '/v1/rule-alarms/{id}/acknowledge',
  access: 'rule-alarm:handle',
  summary: { 'zh-CN': '确认告警并说明', en: 'Acknowledge an alarm with a note' },
  params: Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) }, closed),
  body: Type.Object({ note: Type.String({ minLength: 1, maxLength: 1000 }) }, closed),
  response: RuleAlarm,
  errors: [notFound, alarmNotOpen],
});
