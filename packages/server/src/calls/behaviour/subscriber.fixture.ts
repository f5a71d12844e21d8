import { createRandom } from '../../engine/index.ts';
import type { Subscriber } from './subscriber.model.ts';
import { SUBSCRIBER_COLUMNS, type SubscriberColumn } from './subscriber-column.model.ts';

/**
 * Made-up subscribers, nobody's data: frauds call strangers and are never called, for a few days, with more devices; some
 * of either look like the other. The same seed gives the same ones.
 */
export function newSubscribers(count: number, seed = 1): Subscriber[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const fraud = index % 3 === 0;
    const looks = random.next() < 0.08 ? !fraud : fraud;
    const spread = (typical: number): number => Math.round(typical * (0.4 + 1.2 * random.next()) * 100) / 100;
    const calls = Math.max(1, Math.round(spread(looks ? 200 : 450)));
    const share = looks ? 0.9 + random.next() / 10 : 0.3 + random.next() / 2;
    const known: Partial<Record<SubscriberColumn, number>> = {
      opposite_count: calls,
      voccalltype1: Math.round(calls * share),
      voc_calltype1: Math.round(calls * share) / calls,
      opposite_unique: Math.max(1, Math.round(calls / spread(looks ? 1.3 : 6))),
      phone2opposite_mean: spread(looks ? 1.3 : 6),
      call_dur_mean: spread(80),
      voc_hour_nunique: Math.round(spread(looks ? 10 : 17)),
      voc_day_nunique: Math.round(spread(looks ? 6 : 26)),
      imeis: Math.round(spread(looks ? 4 : 1.5)),
      month_ids: looks ? 1 : 8,
      arpu_mean: spread(40),
      sms_count: Math.round(spread(looks ? 150 : 900)),
    };
    const columns = Float64Array.from(SUBSCRIBER_COLUMNS, (column) => known[column] ?? Number.NaN);
    return { person: `p${index}`, columns, fraud };
  });
}

/** The same as a file. */
export function subscriberCsv(subscribers: readonly Subscriber[]): string {
  const header = ['phone_no_m', ...SUBSCRIBER_COLUMNS, 'label'].join(',');
  const lines = subscribers.map(({ person, columns, fraud }) =>
    [person, ...Array.from(columns, (value) => (Number.isNaN(value) ? '' : value)), fraud ? 1 : 0].join(','),
  );
  return `${[header, ...lines].join('\r\n')}\r\n`;
}
