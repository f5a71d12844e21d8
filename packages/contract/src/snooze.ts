import { SUBJECT_KINDS, VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { PolicyAct, secondPerson } from './policy-version.ts';
import { notFound, problem } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Why = Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' });

export const SNOOZE_STATES = ['asked', 'active', 'ended', 'refused'] as const;
export const SnoozeStateName = Type.Enum([...SNOOZE_STATES]);
export type SnoozeState = (typeof SNOOZE_STATES)[number];

/** A rule that is put to sleep for one subject until an end. */
export const Snooze = Type.Object(
  {
    id: Type.String(),
    rule: Type.String(),
    subject: Type.Object(
      {
        kind: Type.Enum([...SUBJECT_KINDS]),
        display: Type.String({ description: 'masked where it is a number of a person' }),
      },
      closed,
    ),
    reason: Type.String(),
    until: Instant,
    state: SnoozeStateName,
    verdict: Type.Enum([...VERDICTS], { description: 'of the rule when it was asked for' }),
    needsApproval: Type.Boolean(),
    asked: PolicyAct,
    approved: Type.Optional(PolicyAct),
    ended: Type.Optional(PolicyAct),
    endReason: Type.Optional(Type.String()),
  },
  { $id: 'Snooze', ...closed },
);
export type Snooze = Static<typeof Snooze>;

export const snoozeState = problem(
  'snooze-state',
  409,
  '该暂停当前状态不允许此操作',
  'The state of this snooze does not allow it',
);

const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);

export const snoozesList = operation({
  id: 'snoozes.list',
  method: 'GET',
  path: '/v1/snoozes',
  access: 'policy:read',
  summary: { 'zh-CN': '针对个别对象暂停的规则', en: 'Rules that sleep for a subject' },
  query: Type.Object(
    {
      ...PageQuery,
      state: Type.Optional(SnoozeStateName),
      rule: Type.Optional(Type.String({ maxLength: 120 })),
      subject: Type.Optional(Type.String({ maxLength: 300, description: 'in any writing' })),
    },
    closed,
  ),
  response: Page(Snooze),
  errors: [],
});

export const snoozesAsk = operation({
  id: 'snoozes.ask',
  method: 'POST',
  path: '/v1/snoozes',
  access: 'policy:edit',
  summary: {
    'zh-CN': '对某对象暂停一条规则；严重的须另一人批准',
    en: 'Let a rule sleep for a subject; severe ones need a second person',
  },
  body: Type.Object(
    {
      rule: Type.String({ maxLength: 120 }),
      subject: Type.Object(
        { kind: Type.Enum([...SUBJECT_KINDS]), value: Type.String({ minLength: 1, maxLength: 300 }) },
        closed,
      ),
      reason: Why,
      until: Instant,
    },
    closed,
  ),
  response: Snooze,
  status: 201,
  errors: [notFound],
});

export const snoozesApprove = operation({
  id: 'snoozes.approve',
  method: 'POST',
  path: '/v1/snoozes/{id}/approve',
  access: 'policy:approve',
  summary: { 'zh-CN': '批准暂停（须为另一人）', en: 'Approve a snooze (by a second person)' },
  params: IdParams,
  response: Snooze,
  errors: [notFound, snoozeState, secondPerson],
});

export const snoozesRefuse = operation({
  id: 'snoozes.refuse',
  method: 'POST',
  path: '/v1/snoozes/{id}/refuse',
  access: 'policy:approve',
  summary: { 'zh-CN': '拒绝暂停', en: 'Refuse a snooze' },
  params: IdParams,
  body: Type.Object({ reason: Why }, closed),
  response: Snooze,
  errors: [notFound, snoozeState],
});

export const snoozesEnd = operation({
  id: 'snoozes.end',
  method: 'POST',
  path: '/v1/snoozes/{id}/end',
  access: 'policy:edit',
  summary: { 'zh-CN': '提前结束暂停', en: 'End a snooze before its time' },
  params: IdParams,
  body: Type.Object({ reason: Why }, closed),
  response: Snooze,
  errors: [notFound, snoozeState],
});
