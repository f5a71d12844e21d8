import type { Localized } from '@fanzha/vocabulary';

/**
 * Columns of the monthly summary of a subscriber's records (2020 competition of Sichuan Mobile, as GAT-COBO publishes
 * it): calls of a month in both directions, messages, data use and bills of up to eight months. No description came with
 * the columns; what they mean was read off their values: `voc_calltype1` = `voccalltype1` / `opposite_count`, and so on.
 */
const TITLES = {
  opposite_count: ['通话次数', 'calls'],
  opposite_unique: ['通话对端人数', 'people in calls'],
  voccalltype1: ['主叫次数', 'calls made'],
  imeis: ['使用的设备数', 'devices used'],
  voc_calltype1: ['主叫占比', 'share of calls made'],
  city_name_call: ['主叫所在城市数', 'cities calls were made in'],
  county_name_call: ['主叫所在区县数', 'counties calls were made in'],
  phone2opposite_mean: ['人均通话次数', 'calls per person'],
  phone2opposite_median: ['人均通话次数（中位）', 'calls per person, median'],
  phone2opposite_max: ['与一人的最多通话次数', 'most calls with one person'],
  phone2oppo_sum_mean: ['人均通话秒数', 'seconds per person'],
  phone2oppo_sum_median: ['人均通话秒数（中位）', 'seconds per person, median'],
  phone2oppo_sum_max: ['与一人的最多通话秒数', 'most seconds with one person'],
  call_dur_mean: ['平均通话秒数', 'mean seconds of a call'],
  call_dur_median: ['通话秒数（中位）', 'median seconds of a call'],
  call_dur_max: ['最长通话秒数', 'longest call'],
  call_dur_min: ['最短通话秒数', 'shortest call'],
  city_name_nunique: ['通话所在城市数', 'cities of calls'],
  county_name_nunique: ['通话所在区县数', 'counties of calls'],
  calltype_id_unique: ['通话类型数', 'types of calls'],
  voc_hour_mode: ['通话最多的小时', 'busiest hour of calls'],
  voc_hour_mode_count: ['最忙小时的通话次数', 'calls in the busiest hour'],
  voc_hour_nunique: ['有通话的小时数', 'hours of the day with calls'],
  voc_day_mode: ['通话最多的日期', 'busiest day of calls'],
  voc_day_mode_count: ['最忙一天的通话次数', 'calls on the busiest day'],
  voc_day_nunique: ['有通话的天数', 'days with calls'],
  sms_count: ['短信条数', 'messages'],
  sms_nunique: ['短信对端人数', 'people in messages'],
  sms_rate: ['人均短信条数', 'messages per person'],
  calltype_2: ['收到的短信条数', 'messages received'],
  calltype_rate: ['收到的短信占比', 'share of messages received'],
  hour_mode: ['短信最多的小时', 'busiest hour of messages'],
  hour_mode_count: ['最忙小时的短信条数', 'messages in the busiest hour'],
  hour_nunique: ['有短信的小时数', 'hours of the day with messages'],
  day_mode: ['短信最多的日期', 'busiest day of messages'],
  day_mode_count: ['最忙一天的短信条数', 'messages on the busiest day'],
  day_nunique: ['有短信的天数', 'days with messages'],
  busi_count: ['使用的应用数', 'applications used'],
  flow_mean: ['应用平均流量', 'data per application'],
  flow_median: ['应用流量（中位）', 'data per application, median'],
  flow_min: ['应用最小流量', 'least data of an application'],
  flow_max: ['应用最大流量', 'most data of an application'],
  flow_var: ['应用流量方差', 'variance of data'],
  flow_sum: ['总流量', 'data in all'],
  month_ids: ['有流量的月数', 'months with data'],
  flow_month: ['月均流量', 'data per month'],
  arpu_mean: ['月均消费', 'monthly bill, mean'],
  arpu_var: ['月消费方差', 'monthly bill, variance'],
  arpu_max: ['最高月消费', 'highest monthly bill'],
  arpu_min: ['最低月消费', 'lowest monthly bill'],
  arpu_median: ['月消费（中位）', 'monthly bill, median'],
  arpu_sum: ['消费合计', 'bills in all'],
  arpu_skew: ['月消费偏度', 'monthly bill, skewness'],
  arpu_sem: ['月消费标准误', 'monthly bill, standard error'],
  arpu_quantile: ['月消费分位数', 'monthly bill, quantile'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type SubscriberColumn = keyof typeof TITLES;

/** Columns of numbers, in the order in which rows are held. */
export const SUBSCRIBER_COLUMNS = Object.keys(TITLES) as readonly SubscriberColumn[];

export function columnTitle(column: SubscriberColumn): Localized {
  const [zh, en] = TITLES[column];
  return { 'zh-CN': zh, en };
}
