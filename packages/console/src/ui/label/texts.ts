import { defineTexts } from '../../i18n/texts.ts';

export const labelTexts = defineTexts(
  'label',
  {
    outcome: '真实结果',
    'outcome.fraud': '确认诈骗',
    'outcome.legitimate': '确认正常',
    source: '来源',
    'source.analyst': '人工研判',
    'source.appeal': '申诉',
    'source.import': '导入',
    by: '确认人',
    fraudType: '诈骗类型',
    note: '说明',
    when: '确认时间',
  },
  {
    outcome: 'Outcome',
    'outcome.fraud': 'Confirmed fraud',
    'outcome.legitimate': 'Confirmed legitimate',
    source: 'Source',
    'source.analyst': 'Analyst',
    'source.appeal': 'Appeal',
    'source.import': 'Import',
    by: 'Confirmed by',
    fraudType: 'Fraud type',
    note: 'Note',
    when: 'Confirmed',
  },
);
