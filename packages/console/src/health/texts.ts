import { defineTexts } from '../i18n/texts.ts';

export const healthTexts = defineTexts(
  'health',
  {
    title: '运行状况',
    'state.ok': '正常',
    'state.degraded': '降级',
    'state.down': '不可用',
    version: '版本 {{version}}',
    since: '启动于',
    auto: '每 5 秒刷新',
  },
  {
    title: 'Health',
    'state.ok': 'OK',
    'state.degraded': 'Degraded',
    'state.down': 'Down',
    version: 'Version {{version}}',
    since: 'started',
    auto: 'renewed every 5 seconds',
  },
);
