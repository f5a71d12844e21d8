import Type, { type Static } from 'typebox';
import { EventKindEnum, VerdictName } from './decision.ts';
import { operation } from './operation.ts';
import { LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

export const RuleView = Type.Object(
  {
    id: Type.String(),
    on: Type.Array(EventKindEnum),
    when: Type.String({ description: 'CEL' }),
    verdict: VerdictName,
    reason: Type.String(),
    title: LocalizedText,
    fraudType: Type.Optional(Type.String()),
    score: Type.Number(),
    source: Type.Optional(Type.String({ description: 'law or standard that it rests on' })),
  },
  { $id: 'RuleView', ...closed },
);
export type RuleView = Static<typeof RuleView>;

export const PolicyView = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    pack: Type.Object({ id: Type.String(), version: Type.String(), title: LocalizedText }, closed),
    rules: Type.Array(RuleView),
    fraudTypes: Type.Array(Type.Object({ code: Type.String(), title: LocalizedText }, closed)),
    models: Type.Array(Type.Object({ id: Type.String(), version: Type.String() }, closed)),
  },
  { $id: 'PolicyView', ...closed },
);
export type PolicyView = Static<typeof PolicyView>;

export const policyGet = operation({
  id: 'policy.get',
  method: 'GET',
  path: '/v1/policy',
  access: 'policy:read',
  summary: { 'zh-CN': '现行策略与规则', en: 'The live policy and its rules' },
  response: PolicyView,
  errors: [],
});
