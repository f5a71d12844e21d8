import { defineTexts } from '../i18n/texts.ts';

export const snoozesTexts = defineTexts(
  'snoozes',
  {
    title: '规则暂停',
    intro: '规则对个别对象暂时不起作用。到期自动恢复；每一步都记入审计日志。',
    findSubject: '按对象查找，任何写法都可以',
    all: '全部',
  },
  {
    title: 'Snoozes',
    intro:
      'Rules that have no effect for single subjects for a while. They wake by themselves; every step is in the audit log.',
    findSubject: 'Find by subject, in any form',
    all: 'All',
  },
);
