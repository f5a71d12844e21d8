import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { EventKindEnum, VerdictName } from './decision.ts';
import { operation } from './operation.ts';
import {
  PolicyVersion,
  policyFaulty,
  policyState,
  secondPerson,
  VersionParams,
  VersionRevision,
  VersionSeen,
  versionChangeErrors,
} from './policy-version.ts';
import { notFound } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Day = Type.String({ format: 'date' });
const Why = Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' });

export const policyVersionsShadow = operation({
  id: 'policyVersions.shadow',
  method: 'POST',
  path: '/v1/policy/versions/{number}/shadow',
  access: 'policy:edit',
  summary: { 'zh-CN': '投入影子运行', en: 'Run it in shadow beside the live one' },
  params: VersionParams,
  body: VersionSeen,
  response: PolicyVersion,
  errors: [...versionChangeErrors, policyFaulty],
});

export const policyVersionsStopShadow = operation({
  id: 'policyVersions.stopShadow',
  method: 'POST',
  path: '/v1/policy/versions/{number}/stop-shadow',
  access: 'policy:edit',
  summary: { 'zh-CN': '停止影子运行', en: 'Stop its shadow' },
  params: VersionParams,
  body: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyVersionsApprove = operation({
  id: 'policyVersions.approve',
  method: 'POST',
  path: '/v1/policy/versions/{number}/approve',
  access: 'policy:approve',
  summary: { 'zh-CN': '批准（须为另一人）', en: 'Approve (by a second person)' },
  params: VersionParams,
  body: Type.Object(
    {
      revision: VersionRevision,
      urgentReason: Type.Optional(Why),
    },
    closed,
  ),
  response: PolicyVersion,
  errors: [...versionChangeErrors, secondPerson, policyFaulty],
});

export const policyVersionsReject = operation({
  id: 'policyVersions.reject',
  method: 'POST',
  path: '/v1/policy/versions/{number}/reject',
  access: 'policy:approve',
  summary: { 'zh-CN': '退回修改', en: 'Send it back to be changed' },
  params: VersionParams,
  body: Type.Object({ revision: VersionRevision, reason: Why }, closed),
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyVersionsPublish = operation({
  id: 'policyVersions.publish',
  method: 'POST',
  path: '/v1/policy/versions/{number}/publish',
  access: 'policy:publish',
  summary: { 'zh-CN': '发布为现行', en: 'Make it the live one' },
  params: VersionParams,
  body: VersionSeen,
  response: PolicyVersion,
  errors: [...versionChangeErrors, policyFaulty],
});

export const policyRollBack = operation({
  id: 'policy.rollBack',
  method: 'POST',
  path: '/v1/policy/roll-back',
  access: 'policy:publish',
  summary: { 'zh-CN': '立即回退到旧版本', en: 'Go back to an older version at once' },
  body: Type.Object(
    {
      to: Type.Optional(
        Type.Integer({ minimum: 1, description: 'a retired version; the one before unless told' }),
      ),
      reason: Why,
    },
    closed,
  ),
  response: PolicyVersion,
  errors: [notFound, policyState, policyFaulty],
});

export const policyVersionsDiscard = operation({
  id: 'policyVersions.discard',
  method: 'POST',
  path: '/v1/policy/versions/{number}/discard',
  access: 'policy:edit',
  summary: { 'zh-CN': '弃用草稿', en: 'Discard it' },
  params: VersionParams,
  body: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyVersionsRestore = operation({
  id: 'policyVersions.restore',
  method: 'POST',
  path: '/v1/policy/versions/{number}/restore',
  access: 'policy:edit',
  summary: { 'zh-CN': '撤销弃用', en: 'Undo its discarding' },
  params: VersionParams,
  body: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

const OfSimulated = Type.Optional(Type.Boolean({ description: 'only simulated events, or only real ones' }));

export const policyVersionsShadowReport = operation({
  id: 'policyVersions.shadowReport',
  method: 'GET',
  path: '/v1/policy/versions/{number}/shadow-report',
  access: 'policy:read',
  summary: { 'zh-CN': '影子运行报告', en: 'Report of its shadow' },
  params: VersionParams,
  query: Type.Object({ simulated: OfSimulated }, closed),
  response: Type.Object(
    {
      version: Type.Integer(),
      since: Type.Optional(Instant),
      until: Type.Optional(Instant),
      seconds: Type.Number({ description: 'how long the shadow of this content has run, with breaks' }),
      events: Type.Integer(),
      simulated: Type.Integer({ description: 'of them' }),
      different: Type.Integer({ description: 'events with another verdict or other rules' }),
      matrix: Type.Array(
        Type.Object(
          { kind: EventKindEnum, live: VerdictName, shadow: VerdictName, count: Type.Integer() },
          closed,
        ),
      ),
      rules: Type.Array(
        Type.Object(
          {
            rule: Type.String(),
            gained: Type.Integer({ description: 'events in which it spoke in shadow only' }),
            lost: Type.Integer({ description: 'events in which it spoke live only' }),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
  errors: [notFound],
});

export const ShadowDifference = Type.Object(
  {
    decision: Type.String({ description: 'id' }),
    at: Instant,
    kind: EventKindEnum,
    live: Type.Enum([...VERDICTS]),
    shadow: Type.Enum([...VERDICTS]),
    gained: Type.Array(Type.String()),
    lost: Type.Array(Type.String()),
    simulated: Type.Boolean(),
  },
  { $id: 'ShadowDifference', ...closed },
);
export type ShadowDifference = Static<typeof ShadowDifference>;

export const policyVersionsShadowDifferences = operation({
  id: 'policyVersions.shadowDifferences',
  method: 'GET',
  path: '/v1/policy/versions/{number}/shadow-differences',
  access: 'policy:read',
  summary: { 'zh-CN': '影子与现行不同的决定', en: 'Decisions in which shadow and live differ' },
  params: VersionParams,
  query: Type.Object({ ...PageQuery, simulated: OfSimulated }, closed),
  response: Page(ShadowDifference),
  errors: [notFound],
});

export const ExpiringRule = Type.Object(
  {
    rule: Type.String(),
    owner: Type.String(),
    until: Day,
    daysLeft: Type.Integer({ description: 'negative when it has expired' }),
  },
  { $id: 'ExpiringRule', ...closed },
);
export type ExpiringRule = Static<typeof ExpiringRule>;

export const policyExpiring = operation({
  id: 'policy.expiring',
  method: 'GET',
  path: '/v1/policy/expiring',
  access: 'policy:read',
  summary: { 'zh-CN': '现行策略中将到期与已到期的规则', en: 'Live rules that expire soon or have expired' },
  query: Type.Object(
    { days: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650, default: 30 })) },
    closed,
  ),
  response: Type.Object({ rules: Type.Array(ExpiringRule) }, closed),
  errors: [],
});
