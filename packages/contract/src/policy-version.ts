import Type, { type Static } from 'typebox';
import { DecisionTable } from './decision-table.ts';
import { operation } from './operation.ts';
import { PolicyContent, PolicyFault, PolicyGuard, PolicyRule, ReasonText, RuleId } from './policy-content.ts';
import { notFound, problem } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

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

export const VersionParams = Type.Object(
  { number: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) },
  closed,
);
export const VersionRevision = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });
const Note = Type.String({ maxLength: 4000 });
export const VersionSeen = Type.Object({ revision: VersionRevision }, closed);
const named = (id: typeof RuleId) => Type.Object({ ...VersionParams.properties, id }, closed);
export const versionChangeErrors = [notFound, policyChanged, policyState];

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
  params: VersionParams,
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
  params: VersionParams,
  body: Type.Object(
    { revision: VersionRevision, title: Type.Optional(Title), note: Type.Optional(Note) },
    closed,
  ),
  response: PolicyVersion,
  errors: versionChangeErrors,
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
      revision: VersionRevision,
      rule: PolicyRule,
      before: Type.Optional(
        Type.String({ maxLength: 80, description: 'a new rule goes before this one, else last' }),
      ),
    },
    closed,
  ),
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyRulesRemove = operation({
  id: 'policyRules.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/rules/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除规则', en: 'Remove a rule' },
  params: named(RuleId),
  query: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyRulesOrder = operation({
  id: 'policyRules.order',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/rule-order',
  access: 'policy:edit',
  summary: { 'zh-CN': '调整规则顺序', en: 'Put the rules in another order' },
  params: VersionParams,
  body: Type.Object(
    {
      revision: VersionRevision,
      rules: Type.Array(RuleId, { maxItems: 2000, description: 'ids of all rules' }),
    },
    closed,
  ),
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyTablesPut = operation({
  id: 'policyTables.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/tables/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '加入或修改决策表', en: 'Add or change a decision table' },
  params: named(RuleId),
  body: Type.Object({ revision: VersionRevision, table: DecisionTable }, closed),
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyTablesRemove = operation({
  id: 'policyTables.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/tables/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除决策表', en: 'Remove a decision table' },
  params: named(RuleId),
  query: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyReasonsPut = operation({
  id: 'policyReasons.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/reasons/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '编写自定义理由的文字', en: 'Write the words of a reason of your own' },
  params: named(RuleId),
  body: Type.Object({ revision: VersionRevision, words: ReasonText }, closed),
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyReasonsRemove = operation({
  id: 'policyReasons.remove',
  method: 'DELETE',
  path: '/v1/policy/versions/{number}/reasons/{id}',
  access: 'policy:edit',
  summary: { 'zh-CN': '移除自定义理由', en: 'Remove a reason of your own' },
  params: named(RuleId),
  query: VersionSeen,
  response: PolicyVersion,
  errors: versionChangeErrors,
});

export const policyGuardsPut = operation({
  id: 'policyGuards.put',
  method: 'PUT',
  path: '/v1/policy/versions/{number}/guards',
  access: 'policy:edit',
  summary: { 'zh-CN': '修改保护条款', en: 'Change the guards' },
  params: VersionParams,
  body: Type.Object(
    { revision: VersionRevision, guards: Type.Array(PolicyGuard, { maxItems: 100 }) },
    closed,
  ),
  response: PolicyVersion,
  errors: versionChangeErrors,
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
  params: VersionParams,
  query: Type.Object(
    {
      from: Type.Optional(
        Type.Integer({ minimum: 1, description: 'the live one unless told; for the live one its base' }),
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
