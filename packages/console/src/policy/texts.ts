import { defineTexts } from '../i18n/texts.ts';

export const policyTexts = defineTexts(
  'policy',
  {
    title: '策略',
    lead: '策略 {{policy}}，来自策略包“{{pack}}”{{version}}。规则随策略包发布，此处只读。',
    search: '按名称、编号、条件查找规则',
    rule: '规则',
    verdict: '处置',
    on: '适用于',
    when: '条件（CEL）',
    score: '分值',
    source: '依据',
    models: '模型',
    shown: '{{count}} 条规则',
    empty: '没有匹配的规则。',
  },
  {
    title: 'Policy',
    lead: 'Policy {{policy}}, from the policy pack “{{pack}}” {{version}}. Rules are published with the pack and read-only here.',
    search: 'Find rules by name, id or condition',
    rule: 'Rule',
    verdict: 'Verdict',
    on: 'Applies to',
    when: 'Condition (CEL)',
    score: 'Score',
    source: 'Ground',
    models: 'Models',
    shown: '{{count}} rules',
    empty: 'No rule matches.',
  },
);
