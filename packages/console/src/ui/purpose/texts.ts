import { defineTexts } from '../../i18n/texts.ts';

export const purposeTexts = defineTexts(
  'purpose',
  {
    purpose: '目的',
    'purpose.analysis': '研判',
    'purpose.appeal': '处理申诉',
    'purpose.inspection': '检查',
    'purpose.police-request': '配合公安机关',
    'purpose.quality': '质量复核',
    note: '说明（可不填，例如申诉编号）',
    submit: '记录并查看',
    required: '请选择目的',
    openTitle: '查看个人字段',
    openText: '请说明目的。您的姓名、时间、目的和这条决定的编号会记入不可更改的审计日志。',
  },
  {
    purpose: 'Purpose',
    'purpose.analysis': 'Analysis',
    'purpose.appeal': 'Appeal',
    'purpose.inspection': 'Inspection',
    'purpose.police-request': 'Police request',
    'purpose.quality': 'Quality review',
    note: 'Note (optional, e.g. number of the appeal)',
    submit: 'Record and open',
    required: 'Choose a purpose',
    openTitle: 'Open personal fields',
    openText:
      'State your purpose. Your name, the time, the purpose and the id of this decision go into the audit log, which nobody can change.',
  },
);
