import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { StoredAlarm } from './rule-alarm.model.ts';
import type { AlarmKind, AlarmState, Finding } from './rule-health.model.ts';

interface AlarmRow {
  id: number;
  kind: string;
  rule: string;
  other: string;
  state: string;
  figures: string;
  opened_at: Date;
  seen_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  note: string | null;
  closed_at: Date | null;
}

interface Tables {
  engine_rule_alarm: AlarmRow;
  engine_rule_known: { rule: string; asks: string; since: Date };
  engine_rule_check: { single: boolean; at: Date };
}

type Connection = { readonly db: Database };

const fromRow = (row: AlarmRow): StoredAlarm => ({
  id: row.id,
  kind: row.kind as AlarmKind,
  rule: row.rule,
  ...(row.other === '' ? {} : { other: row.other }),
  state: row.state as AlarmState,
  figures: JSON.parse(row.figures) as Record<string, number>,
  openedAt: row.opened_at.getTime(),
  seenAt: row.seen_at.getTime(),
  ...(row.acknowledged_at === null ? {} : { acknowledgedAt: row.acknowledged_at.getTime() }),
  ...(row.acknowledged_by === null ? {} : { acknowledgedBy: row.acknowledged_by }),
  ...(row.note === null ? {} : { note: row.note }),
  ...(row.closed_at === null ? {} : { closedAt: row.closed_at.getTime() }),
});

/** Alarms that are not closed, locked until the transaction ends: two checks at once must not open one twice. */
export async function lockStandingAlarms(ctx: Connection): Promise<StoredAlarm[]> {
  await sql`select pg_advisory_xact_lock(hashtextextended('fanzha.rule-health', 0))`.execute(ctx.db);
  return standingAlarms(ctx);
}

export async function standingAlarms(ctx: Connection): Promise<StoredAlarm[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_rule_alarm')
    .selectAll()
    .where('state', '<>', 'closed')
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

/** Opens an alarm; its id. */
export async function openAlarm(ctx: Connection, finding: Finding, now: Date): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into engine_rule_alarm (kind, rule, other, state, figures, opened_at, seen_at)
    values (${finding.kind}, ${finding.rule}, ${finding.other ?? ''}, 'open', ${JSON.stringify(finding.figures)},
      ${now}, ${now}) returning id`.execute(ctx.db);
  return rows[0]?.id ?? 0;
}

export async function noteSeen(ctx: Connection, id: number, finding: Finding, now: Date): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('engine_rule_alarm')
    .set({ figures: JSON.stringify(finding.figures), seen_at: now })
    .where('id', '=', id)
    .execute();
}

export async function closeAlarm(ctx: Connection, id: number, now: Date): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('engine_rule_alarm')
    .set({ state: 'closed', closed_at: now })
    .where('id', '=', id)
    .execute();
}

export async function acknowledgeAlarm(
  ctx: Connection,
  id: number,
  { by, note, at }: { readonly by: string; readonly note: string; readonly at: Date },
): Promise<void> {
  await tables<Tables>(ctx)
    .updateTable('engine_rule_alarm')
    .set({ state: 'acknowledged', acknowledged_at: at, acknowledged_by: by, note })
    .where('id', '=', id)
    .execute();
}

/** With `lock`, held until the transaction ends. */
export async function findAlarm(ctx: Connection, id: number, lock = false): Promise<StoredAlarm | undefined> {
  const query = tables<Tables>(ctx).selectFrom('engine_rule_alarm').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  return row && fromRow(row);
}

/** A page, newest first, from before an id on. */
export async function listAlarms(
  ctx: Connection,
  filter: { readonly state?: string; readonly rule?: string; readonly before?: number },
  limit: number,
): Promise<StoredAlarm[]> {
  let query = tables<Tables>(ctx).selectFrom('engine_rule_alarm').selectAll();
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(fromRow);
}

/** Notes what each rule asks now, and gives since when it has been asking that, ms since the epoch. */
export async function noteRules(
  ctx: Connection,
  rules: readonly { readonly rule: string; readonly asks: string }[],
  now: Date,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ rule: string; since: Date }>`
    insert into engine_rule_known (rule, asks, since)
    select rule, asks, ${now}::timestamptz from json_to_recordset(${JSON.stringify(rules)}::json)
      as row (rule text, asks text)
    on conflict (rule) do update set asks = excluded.asks,
      since = case when engine_rule_known.asks = excluded.asks then engine_rule_known.since else excluded.since end
    returning rule, since`.execute(ctx.db);
  await sql`delete from engine_rule_known where not rule = any(${rules.map(({ rule }) => rule)}::text[])`.execute(
    ctx.db,
  );
  return new Map(rows.map(({ rule, since }) => [rule, since.getTime()]));
}

export async function noteChecked(ctx: Connection, at: Date): Promise<void> {
  await sql`insert into engine_rule_check (at) values (${at}) on conflict (single) do update set at = ${at}`.execute(
    ctx.db,
  );
}

/** When the rules were last looked at. */
export async function lastCheck(ctx: Connection): Promise<Date | undefined> {
  const row = await tables<Tables>(ctx).selectFrom('engine_rule_check').select('at').executeTakeFirst();
  return row?.at;
}
