import type { ConfigProviderProps } from 'antd';

type AntLocale = NonNullable<ConfigProviderProps['locale']>;

/**
 * Words of the components that are used here and not given their words: antd's own file has those of every component,
 * calendars too, and would cost the first view 2 kB. English is what antd falls back to.
 */
export const ANT_CHINESE: AntLocale = {
  locale: 'zh-cn',
  global: { placeholder: '请选择', close: '关闭', show: '显示', hide: '隐藏' },
  Modal: { okText: '确定', cancelText: '取消', justOkText: '知道了' },
  Popconfirm: { okText: '确定', cancelText: '取消' },
  Empty: { description: '暂无数据' },
};
