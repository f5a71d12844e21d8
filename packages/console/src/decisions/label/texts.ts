import { defineTexts } from '../../i18n/texts.ts';

export const labelPanelTexts = defineTexts(
  'label-panel',
  {
    keys: 'f 诈骗 · g 正常 · u 撤回',
    takeBack: '撤回',
    takenBack: '已撤回确认',
    noteHint: '说明（可不填）；先写说明再确认',
    history: '变更记录（{{count}}）',
  },
  {
    keys: 'f fraud · g good · u take back',
    takeBack: 'Take back',
    takenBack: 'Confirmation taken back',
    noteHint: 'Note (optional); write it before confirming',
    history: 'How it changed ({{count}})',
  },
);
