import { type FeatureSpace, feature, recipes } from './feature.model.ts';
import { SUBSCRIBER_COLUMNS } from './subscriber-column.model.ts';

const column = recipes(SUBSCRIBER_COLUMNS);

const INPUTS = ['calls', 'made', 'people', 'seconds', 'hours', 'days', 'devices'] as const;
const { of, ratio, minus } = recipes(INPUTS);

const received = minus('calls', 'made');

/**
 * What is known of a caller while calls go on: the part of the monthly summary that counters can hold. Inputs are of
 * answered calls of 30 days in both directions, as a summary of call records is.
 */
export const LIVE_SPACE: FeatureSpace = {
  id: 'calls-live',
  title: { 'zh-CN': '主叫行为模型', en: 'Conduct of a caller' },
  inputs: [
    feature('calls', '接通的通话次数', 'answered calls', column.of('opposite_count')),
    feature('made', '接通的主叫次数', 'answered calls made', column.of('voccalltype1')),
    feature('people', '通话对端人数', 'people in calls', column.of('opposite_unique')),
    feature('seconds', '通话总秒数', 'seconds of calls', column.times('call_dur_mean', 'opposite_count')),
    feature('hours', '有通话的小时数', 'hours of the day with calls', column.of('voc_hour_nunique')),
    feature('days', '有通话的天数', 'days with calls', column.of('voc_day_nunique')),
    feature('devices', '使用的设备数', 'devices used', column.of('imeis')),
  ],
  features: [
    feature('calls', '接通的通话次数', 'answered calls', of('calls')),
    feature('made', '接通的主叫次数', 'answered calls made', of('made')),
    feature('received', '接通的被叫次数', 'answered calls received', received),
    feature('outgoingShare', '主叫占比', 'share of calls made', ratio('made', 'calls')),
    feature('people', '通话对端人数', 'people in calls', of('people')),
    feature('callsPerPerson', '人均通话次数', 'calls per person', ratio('calls', 'people')),
    feature('madePerPerson', '人均主叫次数', 'calls made per person', ratio('made', 'people')),
    feature('receivedPerPerson', '人均被叫次数', 'calls received per person', ratio(received, 'people')),
    feature('secondsPerPerson', '人均通话秒数', 'seconds per person', ratio('seconds', 'people')),
    feature('secondsPerCall', '平均通话秒数', 'mean seconds of a call', ratio('seconds', 'calls')),
    feature('seconds', '通话总秒数', 'seconds of calls', of('seconds')),
    feature('hours', '有通话的小时数', 'hours of the day with calls', of('hours')),
    feature('days', '有通话的天数', 'days with calls', of('days')),
    feature('devices', '使用的设备数', 'devices used', of('devices')),
    feature('callsPerDay', '日均通话次数', 'calls per day with calls', ratio('calls', 'days')),
    feature('peoplePerDay', '日均对端人数', 'people per day with calls', ratio('people', 'days')),
    feature('callsPerHour', '每个有通话小时的次数', 'calls per hour of the day', ratio('calls', 'hours')),
    feature('devicesPerDay', '设备数与通话天数之比', 'devices per day with calls', ratio('devices', 'days')),
    feature('devicesPerCall', '设备数与通话次数之比', 'devices per call', ratio('devices', 'calls')),
  ],
};

/** Fewer answered calls than this say little about anybody: nothing is said. */
export const READY_CALLS = 10;

/**
 * Counters of the rules' language that hold these inputs. What the network bills is answered calls, so attempts are left
 * out; both directions are asked for, since a person who never gets a call is what the model looks for.
 */
export const LIVE_COUNTERS = [
  'count("caller", "30d", "call.answered")',
  'count("callee=caller", "30d", "call.answered")',
  'distinct("callee", "caller", "30d", "call.answered")',
  'distinct("caller", "callee=caller", "30d", "call.answered")',
  'sum("call.duration", "caller", "30d", "call.answered")',
  'sum("call.duration", "callee=caller", "30d", "call.answered")',
  'distinct("event.hourOfDay", "caller", "30d", "call.answered")',
  'distinct("event.date", "caller", "30d", "call.answered")',
  'distinct("device", "caller", "30d")',
] as const;

/**
 * Inputs of the live model from the values of `LIVE_COUNTERS`. People are counted as the larger of those called and those
 * calling: nobody counts who is both, and the callers of somebody who calls strangers are mostly those strangers. Hours
 * and days are those with calls made.
 */
export function liveInputs(counters: ArrayLike<number>, into: Float64Array): void {
  const value = (index: number): number => counters[index] ?? 0;
  into[0] = value(0) + value(1);
  into[1] = value(0);
  into[2] = Math.max(value(2), value(3));
  into[3] = value(4) + value(5);
  into[4] = value(6);
  into[5] = value(7);
  // A network that tells no devices leaves them unknown.
  into[6] = value(8) > 0 ? value(8) : Number.NaN;
}
