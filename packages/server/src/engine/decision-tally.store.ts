import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../platform/index.ts';

type Connection = { readonly db: Database };

export interface Tally {
  readonly key: string;
  readonly count: number;
}

/** Counts of a period, most frequent first, by each of the columns that the overview shows. */
export interface DecisionTallies {
  readonly total: number;
  readonly simulated: number;
  /** Of the total, how many are counted only and not in the lists. */
  readonly unlisted: number;
  readonly verdicts: readonly Tally[];
  readonly kinds: readonly Tally[];
  readonly channels: readonly Tally[];
  readonly countries: readonly Tally[];
  readonly fraudTypes: readonly Tally[];
  readonly reasons: readonly Tally[];
  /** Where the first bucket of the period begins, ms since the epoch. */
  readonly firstBucket: number;
  /** Buckets that hold anything. */
  readonly series: readonly { readonly at: number; readonly verdict: string; readonly count: number }[];
}

/** Most keys of a column that the overview shows. */
const TOP = 30;

const TALLIED = {
  verdicts: 'verdict',
  kinds: 'kind',
  channels: 'channel',
  countries: 'country',
  fraudTypes: 'fraud_type',
} as const;

/** Times are of the event, ms since the epoch, `to` exclusive. */
export interface TallyPeriod {
  readonly kinds: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Decisions of a period, those in the lists and those that are only counted, with how many each row stands for. */
function decisionsOf({ kinds, from, to }: TallyPeriod): RawBuilder<unknown> {
  const within = sql`kind = any(${[...kinds]}::text[])
    and at >= ${new Date(from)}::timestamptz and at < ${new Date(to)}::timestamptz`;
  return sql`(
    select at, kind, verdict, channel, country, fraud_type, reason_codes, simulated, 1::bigint as events,
      0::bigint as unlisted
    from engine_decision where ${within}
    union all
    select at, kind, 'allow', nullif(channel, ''), nullif(country, ''), null, '{}', simulated, events, events
    from engine_unlisted where ${within}) as decisions`;
}

/** Counts decisions of a period. Buckets of the series begin at midnight of `timeZone` or a multiple after it. */
export async function tallyDecisions(
  ctx: Connection,
  period: TallyPeriod,
  bucketSeconds: number,
  timeZone: string,
): Promise<DecisionTallies> {
  const decisions = decisionsOf(period);
  const totals = await sql<{ total: number; simulated: number; unlisted: number }>`
    select coalesce(sum(events), 0)::float8 as total,
      coalesce(sum(events) filter (where simulated), 0)::float8 as simulated,
      coalesce(sum(unlisted), 0)::float8 as unlisted
    from ${decisions}`.execute(ctx.db);
  const [{ total = 0, simulated = 0, unlisted = 0 } = {}] = totals.rows;
  const byKey = async (key: RawBuilder<unknown>): Promise<Tally[]> => {
    const { rows } = await sql<Tally>`
      select key, sum(events)::float8 as count from (select ${key} as key, events from ${decisions}) as keyed
      where key is not null group by key order by count desc, key limit ${TOP}`.execute(ctx.db);
    return rows;
  };
  const byColumn = (column: (typeof TALLIED)[keyof typeof TALLIED]) => byKey(sql.ref(column));
  const bucketOf = (time: RawBuilder<unknown>): RawBuilder<Date> =>
    sql`date_bin(make_interval(secs => ${bucketSeconds}), ${time}, timestamp '2000-01-01' at time zone ${timeZone})`;
  const begins = await sql<{ first: Date }>`
    select ${bucketOf(sql`${new Date(period.from)}::timestamptz`)} as first`.execute(ctx.db);
  const series = await sql<{ bucket: Date; verdict: string; count: number }>`
    select ${bucketOf(sql.ref('at'))} as bucket, verdict, sum(events)::float8 as count from ${decisions}
    group by 1, 2 order by 1`.execute(ctx.db);
  return {
    total,
    simulated,
    unlisted,
    verdicts: await byColumn(TALLIED.verdicts),
    kinds: await byColumn(TALLIED.kinds),
    channels: await byColumn(TALLIED.channels),
    countries: await byColumn(TALLIED.countries),
    fraudTypes: await byColumn(TALLIED.fraudTypes),
    reasons: await byKey(sql`unnest(reason_codes)`),
    firstBucket: begins.rows[0]?.first.getTime() ?? period.from,
    series: series.rows.map(({ bucket, verdict, count }) => ({ at: bucket.getTime(), verdict, count })),
  };
}
