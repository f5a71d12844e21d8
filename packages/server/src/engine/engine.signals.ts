import { EVENT_KINDS } from '@fanzha/contract';
import type { Pack } from '../platform/index.ts';
import { instantOf } from './event.model.ts';
import {
  changingValues,
  type PackValue,
  PackValueFile,
  packValueAt,
  packValueFact,
  packValuesOf,
} from './pack-value.model.ts';
import type { FactDeclaration, Facts, Signal } from './signal.model.ts';
import { createLocalTime, type LocalTime } from './zone-time.model.ts';

/** Values that say what night is, in hours of the pack's time zone. */
const [NIGHT_FROM, NIGHT_UNTIL] = ['pack.night.from', 'pack.night.until'];

const TIME_FACTS: Record<string, FactDeclaration> = {
  'event.hour': {
    type: 'double',
    title: { 'zh-CN': '事件发生的小时（当地，0–23）', en: 'hour of the event, local, 0 to 23' },
  },
  'event.weekday': {
    type: 'double',
    title: { 'zh-CN': '事件发生的星期（1 为星期一）', en: 'day of the week of the event, 1 is Monday' },
  },
  'event.date': {
    type: 'string',
    title: { 'zh-CN': '事件发生的日期（当地）', en: 'date of the event, local' },
  },
  'event.hourOfDay': {
    type: 'string',
    title: { 'zh-CN': '事件发生的小时（当地，两位数字）', en: 'hour of the event, local, as two digits' },
  },
  'event.isNight': { type: 'bool', title: { 'zh-CN': '事件发生在夜间', en: 'the event is at night' } },
};

/** Values of the pack that rules read as `pack.<name>`. Throws an Error that names file, value and reason. */
export function loadPackValues(pack: Pack): PackValue[] {
  return packValuesOf(pack.read('values.json', PackValueFile), pack.timeZone);
}

/** What is known of every event: its local time, and the values of the pack that are in force. */
export function createEngineSignals(pack: Pack): Signal[] {
  const values = loadPackValues(pack);
  return [timeSignal(pack, values), packSignal(pack, values)];
}

function packSignal(pack: Pack, values: readonly PackValue[]): Signal {
  const changing = values.filter(({ periods }) => periods.length > 1);
  const nothing: Facts = {};
  return {
    id: 'pack-values',
    version: pack.version,
    kinds: EVENT_KINDS,
    facts: Object.fromEntries(values.map((value) => [value.name, packValueFact(value)])),
    evaluate: ({ at }) => (changing.length === 0 ? nothing : changingValues(changing, instantOf(at))),
  };
}

function timeSignal(pack: Pack, values: readonly PackValue[]): Signal {
  const localTime = createLocalTime(pack.timeZone);
  const isNight = nightBy(values);
  let last: { readonly time: LocalTime; readonly facts: Facts } | undefined;
  return {
    id: 'event-time',
    version: pack.version,
    kinds: EVENT_KINDS,
    facts: TIME_FACTS,
    evaluate: ({ at }) => {
      const instant = instantOf(at);
      const time = localTime(instant);
      // The same for a quarter of an hour: values of the pack change with the day.
      if (last?.time === time) return last.facts;
      const { hour, weekday, date } = time;
      const facts = {
        'event.hour': hour,
        'event.weekday': weekday,
        'event.date': date,
        'event.hourOfDay': String(hour).padStart(2, '0'),
        'event.isNight': isNight(hour, instant),
      };
      last = { time, facts };
      return facts;
    },
  };
}

/** Whether an hour is of the night; never where the pack does not say when night is. */
function nightBy(values: readonly PackValue[]): (hour: number, at: number) => boolean {
  const [from, until] = [NIGHT_FROM, NIGHT_UNTIL].map((name) => values.find((value) => value.name === name));
  if (!from || !until) return () => false;
  return (hour, at) => {
    const [first, end] = [Number(packValueAt(from, at)), Number(packValueAt(until, at))];
    return first <= end ? first <= hour && hour < end : first <= hour || hour < end;
  };
}
