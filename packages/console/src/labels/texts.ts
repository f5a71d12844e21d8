import { defineTexts } from '../i18n/texts.ts';

export const labelsTexts = defineTexts(
  'labels',
  {
    title: '确认结果',
    intro: '人工或申诉确认的真实结果。规则的准确率、回测与模型校准都以此为准。',
    all: '全部',
    decision: '决定',
    verdict: '当时处置',
    kind: '类型',
    rules: '发言的规则',
    rule: '规则：{{rule}}',
    allRules: '不限规则',
    empty: '没有确认结果',
    emptyText: '打开一个决定，按 f 确认诈骗、按 g 确认正常；也可用命令行或接口批量导入。',
    quiet: '没有规则发言',
  },
  {
    title: 'Labels',
    intro:
      'What decisions turned out to be, confirmed by people or appeals. Precision of rules, backtests and calibration of models rest on these.',
    all: 'All',
    decision: 'Decision',
    verdict: 'Verdict then',
    kind: 'Kind',
    rules: 'Rules that spoke',
    rule: 'Rule: {{rule}}',
    allRules: 'Any rule',
    empty: 'No labels',
    emptyText: 'Open a decision and press f for fraud or g for good; or import them by command line or API.',
    quiet: 'No rule spoke',
  },
);
