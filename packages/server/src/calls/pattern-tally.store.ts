import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { TallyRow, TallyView } from './pattern-tally.model.ts';

type Connection = { readonly db: Database };

/** Writes down what a batch of the projection counted; in its transaction, so that each call counts once. */
export async function insertDelta(ctx: Connection, counts: string): Promise<void> {
  await sql`insert into calls_pattern_delta (counts) values (${counts})`.execute(ctx.db);
}

/** Takes up to `limit` deltas out, oldest first; those that somebody else is taking are left to them. */
export async function takeDeltas(ctx: Connection, limit: number): Promise<string[]> {
  const { rows } = await sql<{ counts: string }>`delete from calls_pattern_delta where id in (
    select id from calls_pattern_delta order by id limit ${limit} for update skip locked) returning counts`.execute(
    ctx.db,
  );
  return rows.map(({ counts }) => counts);
}

/** Adds counts to the finest steps. */
export async function addCounts(
  ctx: Connection,
  rows: readonly TallyRow[],
  spanOf: Readonly<Record<TallyView, number>>,
): Promise<void> {
  if (rows.length === 0) return;
  const written = rows.map((row) => ({ ...row, bucket: new Date(row.bucket), span: spanOf[row.view] }));
  await sql`insert into calls_pattern_tally as old
      (view, span, bucket, simulated, ingress, pattern, verdict, country, key, calls)
    select view, span, bucket, simulated, ingress, pattern, verdict, country, key, calls
    from json_to_recordset(${JSON.stringify(written)}::json) as row (view text, span int, bucket timestamptz,
      simulated boolean, ingress text, pattern text, verdict text, country text, key text, calls bigint)
    on conflict (view, span, bucket, simulated, ingress, pattern, verdict, country, key) do update
      set calls = old.calls + excluded.calls`.execute(ctx.db);
}

export const HOUR_SECONDS = 3600;
export const DAY_SECONDS = 86_400;

/** Adds finer steps that begin before an instant up to hours or days; days begin at midnight of the zone. */
export async function rollUp(
  ctx: Connection,
  views: readonly TallyView[],
  span: typeof HOUR_SECONDS | typeof DAY_SECONDS,
  before: Date,
  timeZone: string,
): Promise<void> {
  const unit = span === HOUR_SECONDS ? 'hour' : 'day';
  await sql`with gone as (
      delete from calls_pattern_tally where view = any(${[...views]}::text[]) and span < ${span}::int
        and bucket < date_trunc(${unit}, ${before}::timestamptz, ${timeZone}) returning *)
    insert into calls_pattern_tally as old
      (view, span, bucket, simulated, ingress, pattern, verdict, country, key, calls)
    select view, ${span}::int, date_trunc(${unit}, bucket, ${timeZone}), simulated, ingress, pattern, verdict, country, key,
      sum(calls) from gone group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    on conflict (view, span, bucket, simulated, ingress, pattern, verdict, country, key) do update
      set calls = old.calls + excluded.calls`.execute(ctx.db);
}

export async function deleteCountsBefore(ctx: Connection, before: Date): Promise<void> {
  await sql`delete from calls_pattern_tally where bucket < ${before}`.execute(ctx.db);
}

export async function deleteSimulatedCounts(ctx: Connection): Promise<void> {
  await sql`delete from calls_pattern_tally where simulated`.execute(ctx.db);
}

const COLUMNS = ['ingress', 'pattern', 'verdict', 'country', 'key', 'simulated'] as const;
export type TallyColumn = (typeof COLUMNS)[number];

/** What counts are read for. Times are ms since the epoch, `to` exclusive. */
export interface TallyQuery {
  readonly view: TallyView;
  readonly from: number;
  readonly to: number;
  readonly simulated?: boolean;
  /** Any of the values of each column. */
  readonly where?: Partial<
    Readonly<Record<'ingress' | 'pattern' | 'verdict' | 'country' | 'key', readonly string[]>>
  >;
  readonly by: readonly TallyColumn[];
  /** Also by steps of so many seconds that count from `from` on. */
  readonly stepSeconds?: number;
}

export interface TallyCount {
  readonly at: number;
  readonly ingress: string;
  readonly pattern: string;
  readonly verdict: string;
  readonly country: string;
  readonly key: string;
  readonly simulated: boolean;
  readonly calls: number;
}

function condition({ view, from, to, simulated, where = {} }: TallyQuery): RawBuilder<unknown> {
  const parts = [
    sql`view = ${view}`,
    sql`bucket >= ${new Date(from)}::timestamptz`,
    sql`bucket < ${new Date(to)}::timestamptz`,
    ...(simulated === undefined ? [] : [sql`simulated = ${simulated}`]),
    ...Object.entries(where).map(([column, values]) => sql`${sql.ref(column)} = any(${[...values]}::text[])`),
  ];
  return sql.join(parts, sql` and `);
}

/** Adds up counts by columns, and by steps of time where asked; columns that are not asked for are empty. */
export async function readTally(ctx: Connection, query: TallyQuery): Promise<TallyCount[]> {
  const { by, from, stepSeconds } = query;
  const columns = COLUMNS.map((column) => {
    const empty = column === 'simulated' ? sql`false` : sql`''`;
    return sql`${by.includes(column) ? sql.ref(column) : empty} as ${sql.ref(column)}`;
  });
  const at =
    stepSeconds === undefined
      ? sql`${new Date(from)}::timestamptz`
      : sql`date_bin(make_interval(secs => ${stepSeconds}), bucket, ${new Date(from)}::timestamptz)`;
  const { rows } = await sql<Omit<TallyCount, 'at'> & { at: Date }>`
    select ${at} as at, ${sql.join(columns)}, sum(calls)::float8 as calls
    from calls_pattern_tally where ${condition(query)} group by 1, 2, 3, 4, 5, 6, 7 order by 1`.execute(
    ctx.db,
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

/** Calls of the same hours of several days, for each trunk or carrier: `day` 0 and `hour` 0 are the newest. */
export interface HourlyCount {
  readonly key: string;
  readonly pattern: string;
  readonly country: string;
  readonly simulated: boolean;
  readonly day: number;
  readonly hour: number;
  readonly calls: number;
}

/** Counts by trunk or carrier over the hours before `end` of today and of each of so many days before. */
export async function readSameHours(
  ctx: Connection,
  end: number,
  hours: number,
  days: number,
): Promise<HourlyCount[]> {
  const { rows } = await sql<HourlyCount>`
    select key, pattern, country, simulated, day, hour, sum(calls)::float8 as calls from (
      select *, floor(extract(epoch from ${new Date(end)}::timestamptz - bucket - interval '1 second') / 86400)::int as day,
        floor(mod(extract(epoch from ${new Date(end)}::timestamptz - bucket - interval '1 second'), 86400) / 3600)::int as hour
      from calls_pattern_tally where view = 'source' and span <= 3600
        and bucket < ${new Date(end)}::timestamptz
        and bucket >= ${new Date(end)}::timestamptz - make_interval(days => ${days}, hours => ${hours})) as placed
    where hour < ${hours} and day <= ${days}
    group by 1, 2, 3, 4, 5, 6`.execute(ctx.db);
  return rows;
}

/** When the oldest call by trunk or carrier was counted, for real and simulated ones. */
export async function firstCounted(ctx: Connection): Promise<Map<boolean, number>> {
  const { rows } = await sql<{ simulated: boolean; at: Date }>`
    select simulated, min(bucket) as at from calls_pattern_tally where view = 'source' group by 1`.execute(
    ctx.db,
  );
  return new Map(rows.map(({ simulated, at }) => [simulated, at.getTime()]));
}
