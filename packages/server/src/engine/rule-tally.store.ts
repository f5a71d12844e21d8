import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import { RuleTally, type Tallied } from './rule-tally.model.ts';

type Connection = { readonly db: Database };

/** Adds the hits of a batch of decisions; in the transaction that moves the checkpoint, so that each counts once. */
export async function writeTally(ctx: Connection, decisions: Iterable<Tallied>): Promise<void> {
  const tally = new RuleTally();
  for (const decision of decisions) tally.add(decision);
  const rows = tally.rows().map((row) => ({ ...row, bucket: new Date(row.bucket) }));
  if (rows.length > 0) {
    await sql`insert into engine_rule_tally (bucket, simulated, kind, version, rule, hits)
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        bucket timestamptz, simulated boolean, kind text, version text, rule text, hits bigint)
      on conflict (bucket, simulated, kind, version, rule) do update
        set hits = engine_rule_tally.hits + excluded.hits`.execute(ctx.db);
  }
  const pairs = tally.pairs().map(({ day, ...pair }) => ({ ...pair, day: dayOf(day) }));
  if (pairs.length > 0) {
    await sql`insert into engine_rule_pair (day, simulated, rule_a, rule_b, hits)
      select day, simulated, a, b, hits from json_to_recordset(${JSON.stringify(pairs)}::json) as row (
        day date, simulated boolean, a text, b text, hits bigint)
      on conflict (day, simulated, rule_a, rule_b) do update
        set hits = engine_rule_pair.hits + excluded.hits`.execute(ctx.db);
  }
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Hits of one rule ('' for all events) in one step of time. */
export interface HitsRow {
  readonly rule: string;
  readonly kind: string;
  /** Beginning of the step, ms since the epoch. */
  readonly at: number;
  readonly hits: number;
}

/** Real hits since an instant and before another, added up in steps of so many seconds that count from `to` back. */
export async function readHits(
  ctx: Connection,
  from: number,
  to: number,
  stepSeconds: number,
): Promise<HitsRow[]> {
  const { rows } = await sql<{ rule: string; kind: string; at: Date; hits: string }>`
    select rule, kind, date_bin(make_interval(secs => ${stepSeconds}), bucket, ${new Date(to)}::timestamptz) as at,
      sum(hits)::text as hits
    from engine_rule_tally
    where not simulated and bucket >= ${new Date(from)} and bucket < ${new Date(to)}
    group by 1, 2, 3`.execute(ctx.db);
  return rows.map(({ rule, kind, at, hits }) => ({ rule, kind, at: at.getTime(), hits: Number(hits) }));
}

/** How often two rules spoke together. */
export interface Together {
  readonly a: string;
  readonly b: string;
  readonly hits: number;
}

/** Pairs of rules over whole days from one (UTC) on, real events only. */
export async function readPairs(ctx: Connection, from: number): Promise<Together[]> {
  const { rows } = await sql<{ a: string; b: string; hits: string }>`
    select rule_a as a, rule_b as b, sum(hits)::text as hits from engine_rule_pair
    where not simulated and day >= ${dayOf(from)}::date group by 1, 2`.execute(ctx.db);
  return rows.map(({ a, b, hits }) => ({ a, b, hits: Number(hits) }));
}

/** Removes tallies from before an instant. */
export async function deleteTalliesBefore(ctx: Connection, before: number): Promise<void> {
  await sql`delete from engine_rule_tally where bucket < ${new Date(before)}`.execute(ctx.db);
  await sql`delete from engine_rule_pair where day < ${dayOf(before)}::date`.execute(ctx.db);
}
