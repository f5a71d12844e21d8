import { type Feature, type FeatureSpace, feature, recipes } from './feature.model.ts';
import { columnTitle, SUBSCRIBER_COLUMNS, type SubscriberColumn } from './subscriber-column.model.ts';

const { of, ratio, minus, plus, times, root } = recipes(SUBSCRIBER_COLUMNS);

/** Prices of plans are whole: what is added to them is what was used. */
const CENTS = 100;

const incoming = minus('opposite_count', 'voccalltype1');
const seconds = times('call_dur_mean', 'opposite_count');
const messagesSent = minus('sms_count', 'calltype_2');
const months = ratio('arpu_sum', 'arpu_mean');
const one = () => 1;

/** Months with a bill: the sum over the mean; none where there was never one. */
const billed: Feature['from'] = (row) => {
  const count = Math.round(months(row));
  return Number.isFinite(count) ? count : 0;
};

function cents(column: SubscriberColumn): Feature['from'] {
  const value = of(column);
  return (row) => {
    const paid = Math.round(value(row) * CENTS) % CENTS;
    return paid < 0 ? paid + CENTS : paid;
  };
}

const unknown: Feature['from'] = (row) =>
  SUBSCRIBER_COLUMNS.reduce((count, _, index) => count + (Number.isNaN(row[index]) ? 1 : 0), 0);

const DERIVED: readonly Feature[] = [
  feature(
    'callsPerDay',
    '有通话日的日均通话次数',
    'calls per day with calls',
    ratio('opposite_count', 'voc_day_nunique'),
  ),
  feature('madePerPerson', '人均主叫次数', 'calls made per person', ratio('voccalltype1', 'opposite_unique')),
  feature('callsReceived', '被叫次数', 'calls received', incoming),
  feature(
    'receivedPerPerson',
    '人均被叫次数',
    'calls received per person',
    ratio(incoming, 'opposite_unique'),
  ),
  feature(
    'peoplePerDay',
    '有通话日的日均对端人数',
    'people per day with calls',
    ratio('opposite_unique', 'voc_day_nunique'),
  ),
  feature('messagesPerCall', '短信与通话之比', 'messages per call', ratio('sms_count', 'opposite_count')),
  feature(
    'messagePeoplePerCallPeople',
    '短信与通话对端人数之比',
    'people in messages per people in calls',
    ratio('sms_nunique', 'opposite_unique'),
  ),
  feature('messagesSent', '发出的短信条数', 'messages sent', messagesSent),
  feature(
    'messagesPerDay',
    '有短信日的日均条数',
    'messages per day with messages',
    ratio('sms_count', 'day_nunique'),
  ),
  feature('secondsTotal', '通话总秒数', 'seconds of calls in all', seconds),
  feature(
    'durationSkew',
    '通话时长均值与中位数之比',
    'mean over median seconds',
    ratio('call_dur_mean', 'call_dur_median'),
  ),
  feature(
    'longestOverMean',
    '最长通话与平均之比',
    'longest over mean seconds',
    ratio('call_dur_max', 'call_dur_mean'),
  ),
  feature(
    'busiestHourShare',
    '最忙小时的通话占比',
    'share of calls in the busiest hour',
    ratio('voc_hour_mode_count', 'opposite_count'),
  ),
  feature(
    'busiestDayShare',
    '最忙一天的通话占比',
    'share of calls on the busiest day',
    ratio('voc_day_mode_count', 'opposite_count'),
  ),
  feature(
    'messagesBusiestHourShare',
    '最忙小时的短信占比',
    'share of messages in the busiest hour',
    ratio('hour_mode_count', 'sms_count'),
  ),
  feature(
    'messagesBusiestDayShare',
    '最忙一天的短信占比',
    'share of messages on the busiest day',
    ratio('day_mode_count', 'sms_count'),
  ),
  feature(
    'closestShare',
    '最常联系人的通话占比',
    'share of calls with the closest person',
    ratio('phone2opposite_max', 'opposite_count'),
  ),
  feature(
    'closestSecondsShare',
    '最常联系人的时长占比',
    'share of seconds with the closest person',
    ratio('phone2oppo_sum_max', seconds),
  ),
  feature(
    'countiesPerCity',
    '每城市的区县数',
    'counties per city',
    ratio('county_name_nunique', 'city_name_nunique'),
  ),
  feature(
    'countiesMadeShare',
    '主叫区县占比',
    'share of counties that calls were made in',
    ratio('county_name_call', 'county_name_nunique'),
  ),
  feature(
    'callsPerCounty',
    '每区县的通话次数',
    'calls per county',
    ratio('opposite_count', 'county_name_nunique'),
  ),
  feature(
    'countiesPerPerson',
    '区县数与对端人数之比',
    'counties per person',
    ratio('county_name_nunique', 'opposite_unique'),
  ),
  feature(
    'countiesMadePerPerson',
    '主叫区县数与对端人数之比',
    'counties of calls made per person',
    ratio('county_name_call', 'opposite_unique'),
  ),
  feature('dataPerMonth', '有流量月的月均流量', 'data per month with data', ratio('flow_sum', 'month_ids')),
  feature('dataPerUse', '每应用的流量', 'data per application and use', ratio('flow_sum', 'busi_count')),
  feature(
    'applicationsPerMonth',
    '每月的应用数',
    'applications per month with data',
    ratio('busi_count', 'month_ids'),
  ),
  feature('billRange', '月消费极差', 'range of monthly bills', minus('arpu_max', 'arpu_min')),
  feature(
    'billVariation',
    '月消费变异系数',
    'variation of monthly bills',
    ratio(root('arpu_var'), 'arpu_mean'),
  ),
  feature(
    'billAboveMedian',
    '月均消费与中位数之差',
    'mean less median bill',
    minus('arpu_mean', 'arpu_median'),
  ),
  feature('billMonths', '有消费的月数', 'months with a bill', billed),
  feature('billPerData', '消费与流量之比', 'bill per data', ratio('arpu_mean', plus(one, 'flow_sum'))),
  feature('billPerCall', '消费与通话次数之比', 'bill per call', ratio('arpu_sum', 'opposite_count')),
  feature(
    'devicesPerDay',
    '设备数与通话天数之比',
    'devices per day with calls',
    ratio('imeis', 'voc_day_nunique'),
  ),
  feature('devicesPerCall', '设备数与通话次数之比', 'devices per call', ratio('imeis', 'opposite_count')),
  feature(
    'devicesPerMonth',
    '设备数与有流量月数之比',
    'devices per month with data',
    ratio('imeis', plus(one, 'month_ids')),
  ),
  feature(
    'silentDays',
    '只有短信没有通话的天数',
    'days with messages and no calls',
    minus('day_nunique', 'voc_day_nunique'),
  ),
  feature(
    'silentHours',
    '只有短信没有通话的小时数',
    'hours with messages and no calls',
    minus('hour_nunique', 'voc_hour_nunique'),
  ),
  feature('unknownColumns', '没有数据的项数', 'columns without data', unknown),
  feature(
    'billWithoutData',
    '有消费而无流量的月数',
    'months with a bill and no data',
    minus(billed, 'month_ids'),
  ),
  feature('billMaxCents', '最高月消费的零头', 'cents of the highest bill', cents('arpu_max')),
  feature('billMinCents', '最低月消费的零头', 'cents of the lowest bill', cents('arpu_min')),
  feature('billMedianCents', '月消费中位数的零头', 'cents of the median bill', cents('arpu_median')),
  feature(
    'billOutsideHighest',
    '最高月以外的消费',
    'bills outside the highest month',
    minus('arpu_sum', 'arpu_max'),
  ),
  feature(
    'billHighestOverMedian',
    '最高月消费与中位数之比',
    'highest over median bill',
    ratio('arpu_max', plus(one, 'arpu_median')),
  ),
  feature(
    'messageShare',
    '短信占通信的比例',
    'messages as part of messages and calls',
    ratio('sms_count', plus('sms_count', 'opposite_count')),
  ),
  feature(
    'messagePeopleShare',
    '短信对端占全部对端的比例',
    'people in messages as part of all',
    ratio('sms_nunique', plus('sms_nunique', 'opposite_unique')),
  ),
  feature(
    'callsPerHour',
    '每个有通话小时的次数',
    'calls per hour of the day',
    ratio('opposite_count', 'voc_hour_nunique'),
  ),
  feature(
    'callsOverMedian',
    '人均次数的均值与中位数之比',
    'mean over median calls per person',
    ratio('phone2opposite_mean', 'phone2opposite_median'),
  ),
  feature(
    'secondsOverCall',
    '人均时长与单次时长之比',
    'seconds per person over seconds of a call',
    ratio('phone2oppo_sum_mean', 'call_dur_mean'),
  ),
];

const COLUMNS = SUBSCRIBER_COLUMNS.map((column) => ({
  name: column,
  title: columnTitle(column),
  from: of(column),
}));

/** Everything that the monthly summary knows of a subscriber. */
export const MONTH_SPACE: FeatureSpace = {
  id: 'calls-month',
  title: { 'zh-CN': '用户月度行为模型', en: 'Conduct of a subscriber over a month' },
  inputs: COLUMNS,
  features: [...COLUMNS, ...DERIVED],
};
