import { defineTexts } from '../../i18n/texts.ts';

export const workTexts = defineTexts(
  'work',
  {
    required: '请填写',
    interval: '95% 区间 {{low}}–{{high}}，{{hits}} / {{of}}',
    noFigure: '尚无数据',
    forPeople: '至少写三个字，供复核的人看',
    day1: '1 天',
    day7: '7 天',
    day30: '30 天',
    until: '到期',
    noEnd: '不设到期',
    exactly: '指定时间',
  },
  {
    required: 'Fill this in',
    interval: '95 % interval {{low}}–{{high}}, {{hits}} of {{of}}',
    noFigure: 'No data yet',
    forPeople: 'At least three characters, for whoever checks',
    day1: '1 day',
    day7: '7 days',
    day30: '30 days',
    until: 'Ends',
    noEnd: 'No end',
    exactly: 'At a set time',
  },
);
