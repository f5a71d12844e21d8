import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { EventKindEnum, VerdictName } from './decision.ts';
import { DecisionTable } from './decision-table.ts';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Day = Type.String({ format: 'date' });
const RuleId = Type.String({ pattern: '^[a-z][a-z0-9.-]{1,79}$' });

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

export const POLICY_STATES = [
  'draft',
  'backtested',
  'shadow',
  'approved',
  'live',
  'retired',
  'rolled-back',
  'discarded',
] as const;
export const PolicyState = Type.Enum([...POLICY_STATES]);
export type PolicyState = (typeof POLICY_STATES)[number];

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

/** Who did something, and when. */
export const PolicyAct = Type.Object(
  { by: Type.String(), name: Type.String(), at: Instant },
  { $id: 'PolicyAct', ...closed },
);
export type PolicyAct = Static<typeof PolicyAct>;

const rowFields = {
  number: Type.Integer({ minimum: 1 }),
  title: Type.String(),
  note: Type.String(),
  state: PolicyState,
  origin: Type.Enum(['pack', 'people']),
  packVersion: Type.Optional(Type.String({ description: 'of a version that came with the pack' })),
  base: Type.Optional(Type.Integer({ minimum: 1 })),
  revision: Type.Integer({
    minimum: 1,
    description: 'give it back with a change: it is refused when another was first',
  }),
  contentHash: Type.String(),
  rules: Type.Integer(),
  tables: Type.Integer(),
  created: PolicyAct,
  edited: PolicyAct,
  approved: Type.Optional(PolicyAct),
  published: Type.Optional(PolicyAct),
  ended: Type.Optional(PolicyAct),
  shadowSince: Type.Optional(Instant),
  urgentReason: Type.Optional(
    Type.String({ description: 'why it was approved before its time in shadow was over' }),
  ),
  endReason: Type.Optional(Type.String({ description: 'why it was rejected or rolled back' })),
};

export const PolicyVersionRow = Type.Object(rowFields, { $id: 'PolicyVersionRow', ...closed });
export type PolicyVersionRow = Static<typeof PolicyVersionRow>;

export const PolicyVersion = Type.Object(
  {
    ...rowFields,
    content: PolicyContent,
    faults: Type.Array(PolicyFault),
    editors: Type.Array(Type.String(), { description: 'ids of those who may not approve it' }),
    mayBecome: Type.Array(PolicyState, { description: 'states that it may move to from here' }),
    shadowUntil: Type.Optional(
      Type.Object(
        { at: Instant },
        { ...closed, description: 'from when it may be approved, without urgency' },
      ),
    ),
  },
  { $id: 'PolicyVersion', ...closed },
);
export type PolicyVersion = Static<typeof PolicyVersion>;

export const policyChanged = problem(
  'policy-changed',
  409,
  '该版本已被他人修改，请刷新后重试',
  'Somebody else has changed this version, reload it',
);
export const policyState = problem(
  'policy-state',
  409,
  '该版本当前状态不允许此操作',
  'The state of this version does not allow it',
);
export const policyFaulty = problem('policy-faulty', 422, '策略内容有错误', 'The policy has faults');
export const secondPerson = problem(
  'second-person',
  403,
  '须由未参与编辑的另一人批准',
  'Somebody who did not write it has to approve it',
);

const Numbered = Type.Object({ number: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, closed);
const Revision = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const Why = Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' });
const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
const Note = Type.String({ maxLength: 4000 });
const Changed = Type.Object({ revision: Revision }, closed);
const named = (id: typeof RuleId) => Type.Object({ ...Numbered.properties, id }, closed);
const changes = [notFound, policyChanged, policyState];

export const policyVersionsList = operation({
  id: 'policyVersions.list',
  method: 'GET',
  path: '/v1/policy/versions',
  access: 'policy:read',
  summary: { 'zh-CN': '策略版本', en: 'Versions of the policy' },
  query: Type.Object(
    {
      ...PageQuery,
      state: Type.Optional(Type.String({ maxLength: 100, description: 'states, with commas' })),
    },
    closed,
  ),
  response: Page(PolicyVersionRow),
  errors: [],
});

export const policyVersionsGet = operation({
  id: 'policyVersions.get',
  method: 'GET',
  path: '/v1/policy/versions/{number}',
  access: 'policy:read',
  summary: {
    'zh-CN': '一个策略版本：内容、状态、经手人、错误',
    en: 'A version: content, state, who did what, faults',
  },
  params: Numbered,
  response: PolicyVersion,
  errors: [notFound],
});

export const policyVersionsCreate = operation({
  id: 'policyVersions.create',
  method: 'POST',
  path: '/v1/policy/versions',
  access: 'policy:edit',
  summary: { 'zh-CN': '由某版本新建草稿', en: 'Make a draft from a version' },
  body: Type.Object(
    {
      base: Type.Optional(Type.Integer({ minimum: 1, description: 'the live one unless told' })),
      title: Title,
      note: Type.Optional(Note),
      content: Type.Optional(PolicyContent),
    },
    closed,
  ),
  response: PolicyVersion,
  status: 201,
  errors: [notFound],
});

export const policyVersionsRename = operation({
  id: 'policyVersions.rename',
  method: 'PATCH',
  path: '/v1/policy/versions/{number}',
  access: 'policy:edit',
  summary: { 'zh-CN': '修改标题与说明', en: 'Change title and note' },
  params: Numbered,
  body: Type.Object({ revision: Revision, title: Type.Optional(Title), note: Type.Optional(Note) }, closed),
  response: PolicyVersion,
  errors: changes,
});

export const policyRulesPut = operation({
  id: 'policyRules.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/rules/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '加入或修改规则', en: 'Add or change a rule' },
  params: named(RuleId),
  body: Type.Object(
    {
      revision: Revision,
      rule: PolicyRule,
      before: Type.Optional(
        Type.String({ maxLength: 80, description: 'a new rule goes before this one, else last' }),
      ),
    },
    closed,
  ),
  response: PolicyVersion,
  errors: changes,
});

export const policyRulesRemove = operation({
  id: 'policyRules.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/rules/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除规则', en: 'Remove a rule' },
  params: named(RuleId),
  query: Changed,
  response: PolicyVersion,
  errors: changes,
});

export const policyRulesOrder = operation({
  id: 'policyRules.order',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/rule-order',
  access: 'policy:edit',
  summary: { 'zh-CN': '调整规则顺序', en: 'Put the rules in another order' },
  params: Numbered,
  body: Type.Object(
    { revision: Revision, rules: Type.Array(RuleId, { maxItems: 2000, description: 'ids of all rules' }) },
    closed,
  ),
  response: PolicyVersion,
  errors: changes,
});

export const policyTablesPut = operation({
  id: 'policyTables.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/tables/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '加入或修改决策表', en: 'Add or change a decision table' },
  params: named(RuleId),
  body: Type.Object({ revision: Revision, table: DecisionTable }, closed),
  response: PolicyVersion,
  errors: changes,
});

export const policyTablesRemove = operation({
  id: 'policyTables.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/tables/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除决策表', en: 'Remove a decision table' },
  params: named(RuleId),
  query: Changed,
  response: PolicyVersion,
  errors: changes,
});

export const policyReasonsPut = operation({
  id: 'policyReasons.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/reasons/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '编写自定义理由的文字', en: 'Write the words of a reason of your own' },
  params: named(RuleId),
  body: Type.Object({ revision: Revision, words: ReasonText }, closed),
  response: PolicyVersion,
  errors: changes,
});

export const policyReasonsRemove = operation({
  id: 'policyReasons.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/reasons/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除自定义理由', en: 'Remove a reason of your own' },
  params: named(RuleId),
  query: Changed,
  response: PolicyVersion,
  errors: changes,
});

export const policyGuardsPut = operation({
  id: 'policyGuards.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/guards',
  access: 'policy:edit',
  summary: { 'zh-CN': '修改保护条款', en: 'Change the guards' },
  params: Numbered,
  body: Type.Object({ revision: Revision, guards: Type.Array(PolicyGuard, { maxItems: 100 }) }, closed),
  response: PolicyVersion,
  errors: changes,
});

export const policyCheck = operation({
  id: 'policy.check',
  method: 'POST',
  path: '/v1/policy/check',
  access: 'policy:read',
  summary: { 'zh-CN': '检查整份策略，不保存', en: 'Check a whole policy without saving it' },
  body: PolicyContent,
  response: Type.Object({ ok: Type.Boolean(), faults: Type.Array(PolicyFault) }, closed),
  errors: [],
});

const FieldChange = Type.Object(
  {
    field: Type.String(),
    before: Type.Optional(Type.String({ description: 'as people read it; JSON where it is no text' })),
    after: Type.Optional(Type.String()),
  },
  closed,
);

export const PolicyChange = Type.Object(
  {
    part: Type.Enum(['rule', 'table', 'guard', 'reason']),
    id: Type.String(),
    change: Type.Enum(['added', 'removed', 'changed', 'moved']),
    fields: Type.Array(FieldChange),
  },
  { $id: 'PolicyChange', ...closed },
);
export type PolicyChange = Static<typeof PolicyChange>;

export const policyVersionsDiff = operation({
  id: 'policyVersions.diff',
  method: 'GET',
  path: '/v1/policy/versions/{number}/diff',
  access: 'policy:read',
  summary: { 'zh-CN': '与另一版本的差异', en: 'Difference from another version' },
  params: Numbered,
  query: Type.Object(
    {
      from: Type.Optional(
        Type.Integer({ minimum: 1, description: 'its base unless told, else the live one' }),
      ),
    },
    closed,
  ),
  response: Type.Object(
    { from: Type.Integer(), to: Type.Integer(), changes: Type.Array(PolicyChange) },
    closed,
  ),
  errors: [notFound],
});

export const policyVersionsShadow = operation({
  id: 'policyVersions.shadow',
  method: 'POST',
  path: '/v1/policy/versions/{number}/shadow',
  access: 'policy:edit',
  summary: { 'zh-CN': '投入影子运行', en: 'Run it in shadow beside the live one' },
  params: Numbered,
  body: Changed,
  response: PolicyVersion,
  errors: [...changes, policyFaulty],
});

export const policyVersionsStopShadow = operation({
  id: 'policyVersions.stopShadow',
  method: 'POST',
  path: '/v1/policy/versions/{number}/stop-shadow',
  access: 'policy:edit',
  summary: { 'zh-CN': '停止影子运行', en: 'Stop its shadow' },
  params: Numbered,
  body: Changed,
  response: PolicyVersion,
  errors: changes,
});

export const policyVersionsApprove = operation({
  id: 'policyVersions.approve',
  method: 'POST',
  path: '/v1/policy/versions/{number}/approve',
  access: 'policy:approve',
  summary: { 'zh-CN': '批准（须为另一人）', en: 'Approve (by a second person)' },
  params: Numbered,
  body: Type.Object(
    {
      revision: Revision,
      urgentReason: Type.Optional(Why),
    },
    closed,
  ),
  response: PolicyVersion,
  errors: [...changes, secondPerson, policyFaulty],
});

export const policyVersionsReject = operation({
  id: 'policyVersions.reject',
  method: 'POST',
  path: '/v1/policy/versions/{number}/reject',
  access: 'policy:approve',
  summary: { 'zh-CN': '退回修改', en: 'Send it back to be changed' },
  params: Numbered,
  body: Type.Object({ revision: Revision, reason: Why }, closed),
  response: PolicyVersion,
  errors: changes,
});

export const policyVersionsPublish = operation({
  id: 'policyVersions.publish',
  method: 'POST',
  path: '/v1/policy/versions/{number}/publish',
  access: 'policy:publish',
  summary: { 'zh-CN': '发布为现行', en: 'Make it the live one' },
  params: Numbered,
  body: Changed,
  response: PolicyVersion,
  errors: [...changes, policyFaulty],
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
  params: Numbered,
  body: Changed,
  response: PolicyVersion,
  errors: changes,
});

export const policyVersionsRestore = operation({
  id: 'policyVersions.restore',
  method: 'POST',
  path: '/v1/policy/versions/{number}/restore',
  access: 'policy:edit',
  summary: { 'zh-CN': '撤销弃用', en: 'Undo its discarding' },
  params: Numbered,
  body: Changed,
  response: PolicyVersion,
  errors: changes,
});

const OfSimulated = Type.Optional(Type.Boolean({ description: 'only simulated events, or only real ones' }));

export const policyVersionsShadowReport = operation({
  id: 'policyVersions.shadowReport',
  method: 'GET',
  path: '/v1/policy/versions/{number}/shadow-report',
  access: 'policy:read',
  summary: { 'zh-CN': '影子运行报告', en: 'Report of its shadow' },
  params: Numbered,
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
  params: Numbered,
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
