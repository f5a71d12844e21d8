import type { EventKindName } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import { type Shadowed, type ShadowRow, type ShadowTotal, sumShadows } from './shadow-tally.model.ts';

type Connection = { readonly db: Database };

/** Most differences that are kept one by one for a version, real and simulated each; the sums are always whole. */
const MAX_KEPT = 10_000;

/** Adds what ran in shadow beside a batch; in the transaction that moves the checkpoint, so that each counts once. */
export async function writeShadows(ctx: Connection, decided: Iterable<Shadowed>): Promise<void> {
  const { totals, counts, rules, rows } = sumShadows(decided);
  if (totals.length === 0) return;
  await sql`insert into engine_shadow_tally (version, simulated, kind, live_verdict, shadow_verdict, count)
    select * from json_to_recordset(${JSON.stringify(counts)}::json) as row (
      version text, simulated boolean, kind text, live text, shadow text, count bigint)
    on conflict (version, simulated, kind, live_verdict, shadow_verdict) do update
      set count = engine_shadow_tally.count + excluded.count`.execute(ctx.db);
  if (rules.length > 0) {
    await sql`insert into engine_shadow_rule (version, simulated, rule, gained, lost)
      select * from json_to_recordset(${JSON.stringify(rules)}::json) as row (
        version text, simulated boolean, rule text, gained bigint, lost bigint)
      on conflict (version, simulated, rule) do update set
        gained = engine_shadow_rule.gained + excluded.gained,
        lost = engine_shadow_rule.lost + excluded.lost`.execute(ctx.db);
  }
  for (const total of totals) await addTotal(ctx, total, rows);
}

async function addTotal(ctx: Connection, total: ShadowTotal, rows: readonly ShadowRow[]): Promise<void> {
  const { version, simulated, events, different, first, last } = total;
  const own = rows.filter((row) => row.version === version && row.simulated === simulated);
  const found = await sql<{ kept: number }>`
    insert into engine_shadow_total (version, simulated, events, different, kept, first_at, last_at)
    values (${version}, ${simulated}, ${events}, ${different}, 0, ${new Date(first)}, ${new Date(last)})
    on conflict (version, simulated) do update set
      events = engine_shadow_total.events + excluded.events,
      different = engine_shadow_total.different + excluded.different,
      first_at = least(engine_shadow_total.first_at, excluded.first_at),
      last_at = greatest(engine_shadow_total.last_at, excluded.last_at)
    returning kept`.execute(ctx.db);
  const kept = own.slice(0, Math.max(0, MAX_KEPT - (found.rows[0]?.kept ?? 0)));
  if (kept.length === 0) return;
  await sql`insert into engine_shadow_difference
      (version, seq, at, kind, live_verdict, shadow_verdict, gained, lost, simulated)
    select * from json_to_recordset(${JSON.stringify(kept)}::json) as row (version text, seq bigint,
      at timestamptz, kind text, live text, shadow text, gained text[], lost text[], simulated boolean)`.execute(
    ctx.db,
  );
  await sql`update engine_shadow_total set kept = kept + ${kept.length}
    where version = ${version} and simulated = ${simulated}`.execute(ctx.db);
}

/** What a version did in shadow, summed up. */
export interface ShadowReport {
  readonly events: number;
  readonly simulated: number;
  readonly different: number;
  readonly first?: number;
  readonly last?: number;
  readonly matrix: readonly { kind: EventKindName; live: Verdict; shadow: Verdict; count: number }[];
  readonly rules: readonly { rule: string; gained: number; lost: number }[];
}

/** Reads the sums of a version; of simulated or real events only where that is said. */
export async function readShadowReport(
  ctx: Connection,
  version: string,
  simulated?: boolean,
): Promise<ShadowReport> {
  const which = sql`version = ${version} ${simulated === undefined ? sql`` : sql`and simulated = ${simulated}`}`;
  const totals = await sql<{
    simulated: boolean;
    events: string;
    different: string;
    first_at: Date;
    last_at: Date;
  }>`
    select simulated, events::text, different::text, first_at, last_at from engine_shadow_total
    where ${which}`.execute(ctx.db);
  const counts = await sql<{ kind: string; live: string; shadow: string; count: string }>`
    select kind, live_verdict as live, shadow_verdict as shadow, sum(count)::text as count from engine_shadow_tally
    where ${which} group by 1, 2, 3 order by 1, 2, 3`.execute(ctx.db);
  const rules = await sql<{ rule: string; gained: string; lost: string }>`
    select rule, sum(gained)::text as gained, sum(lost)::text as lost from engine_shadow_rule
    where ${which} group by 1 order by sum(gained) + sum(lost) desc, 1`.execute(ctx.db);
  const sum = (of: (row: (typeof totals.rows)[number]) => number) =>
    totals.rows.reduce((all, row) => all + of(row), 0);
  const times = totals.rows.flatMap(({ first_at, last_at }) => [first_at.getTime(), last_at.getTime()]);
  return {
    events: sum(({ events }) => Number(events)),
    simulated: sum((row) => (row.simulated ? Number(row.events) : 0)),
    different: sum(({ different }) => Number(different)),
    ...(times.length === 0 ? {} : { first: Math.min(...times), last: Math.max(...times) }),
    matrix: counts.rows.map(({ kind, live, shadow, count }) => ({
      kind: kind as EventKindName,
      live: live as Verdict,
      shadow: shadow as Verdict,
      count: Number(count),
    })),
    rules: rules.rows.map(({ rule, gained, lost }) => ({ rule, gained: Number(gained), lost: Number(lost) })),
  };
}

/** Differences of a version, the newest first. */
export async function listShadowRows(
  ctx: Connection,
  version: string,
  filter: { readonly simulated?: boolean; readonly before?: number; readonly limit: number },
): Promise<ShadowRow[]> {
  const { simulated, before, limit } = filter;
  const { rows } = await sql<Omit<ShadowRow, 'seq' | 'at'> & { seq: string; at: Date }>`
    select version, seq::text, at, kind, live_verdict as live, shadow_verdict as shadow, gained, lost, simulated
    from engine_shadow_difference where version = ${version}
      ${simulated === undefined ? sql`` : sql`and simulated = ${simulated}`}
      ${before === undefined ? sql`` : sql`and seq < ${before}`}
    order by seq desc limit ${limit}`.execute(ctx.db);
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }));
}
