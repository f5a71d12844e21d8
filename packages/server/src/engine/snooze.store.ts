import type { SnoozeState } from '@fanzha/contract';
import type { SubjectKind, Verdict } from '@fanzha/vocabulary';
import { type Selectable, sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { Act } from './policy-version.model.ts';
import type { StoredSnooze } from './snooze.model.ts';

interface SnoozeTable {
  id: string;
  rule: string;
  subject_kind: string;
  subject_token: string;
  subject_sealed: Buffer;
  subject_display: string;
  reason: string;
  verdict: string;
  severe: boolean;
  until: Date;
  state: string;
  asked_at: Date;
  asked_by: string;
  asked_name: string;
  active_at: Date | null;
  approved_at: Date | null;
  approved_by: string | null;
  approved_name: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  ended_name: string | null;
  end_reason: string | null;
}

interface Tables {
  engine_snooze: SnoozeTable;
}

type Connection = { readonly db: Database };

/** Writes down that a snooze is asked for. */
export async function insertSnooze(
  ctx: Connection,
  snooze: StoredSnooze & { readonly subjectSealed: Uint8Array },
): Promise<void> {
  const { asked } = snooze;
  await tables<Tables>(ctx)
    .insertInto('engine_snooze')
    .values({
      id: snooze.id,
      rule: snooze.rule,
      subject_kind: snooze.subjectKind,
      subject_token: snooze.subjectToken,
      subject_sealed: Buffer.from(snooze.subjectSealed),
      subject_display: snooze.subjectDisplay,
      reason: snooze.reason,
      verdict: snooze.verdict,
      severe: snooze.severe,
      until: new Date(snooze.until),
      state: 'asked',
      asked_at: new Date(asked.at),
      asked_by: asked.by,
      asked_name: asked.name,
      active_at: null,
      approved_at: null,
      approved_by: null,
      approved_name: null,
      ended_at: null,
      ended_by: null,
      ended_name: null,
      end_reason: null,
    })
    .execute();
}

/** A move of a snooze; the database refuses what its state does not allow. */
export interface SnoozeMove {
  readonly state: SnoozeState;
  readonly activeAt?: number;
  readonly approved?: Act;
  readonly ended?: Act;
  readonly endReason?: string;
}

export async function moveSnooze(ctx: Connection, id: string, move: SnoozeMove): Promise<StoredSnooze> {
  const { state, activeAt, approved, ended, endReason } = move;
  const row = await tables<Tables>(ctx)
    .updateTable('engine_snooze')
    .set({
      state,
      ...(activeAt === undefined ? {} : { active_at: new Date(activeAt) }),
      ...(approved === undefined
        ? {}
        : { approved_at: new Date(approved.at), approved_by: approved.by, approved_name: approved.name }),
      ...(ended === undefined
        ? {}
        : { ended_at: new Date(ended.at), ended_by: ended.by, ended_name: ended.name }),
      ...(endReason === undefined ? {} : { end_reason: endReason }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return fromRow(row);
}

/** A snooze, held until the transaction ends. */
export async function lockSnooze(ctx: Connection, id: string): Promise<StoredSnooze | undefined> {
  const query = tables<Tables>(ctx).selectFrom('engine_snooze').selectAll().where('id', '=', id);
  const row = await query.forUpdate().executeTakeFirst();
  return row && fromRow(row);
}

export interface SnoozeFilter {
  readonly state?: SnoozeState;
  readonly rule?: string;
  /** Any of these. */
  readonly tokens?: readonly string[];
  readonly after?: { readonly at: number; readonly id: string };
  readonly limit: number;
}

/** Snoozes, those asked for last first; states are those at `now`. */
export async function listSnoozes(
  ctx: Connection,
  filter: SnoozeFilter,
  now: number,
): Promise<StoredSnooze[]> {
  const { state, rule, tokens, after, limit } = filter;
  let query = tables<Tables>(ctx).selectFrom('engine_snooze').selectAll();
  if (state === 'ended') {
    query = query.where(
      sql<boolean>`(state = 'ended' or (state in ('asked', 'active') and until <= ${new Date(now)}))`,
    );
  } else if (state !== undefined) {
    query = query.where('state', '=', state);
    if (state !== 'refused') query = query.where('until', '>', new Date(now));
  }
  if (rule !== undefined) query = query.where('rule', '=', rule);
  if (tokens !== undefined) query = query.where('subject_token', 'in', [...tokens]);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(asked_at, id) < (${new Date(after.at)}, ${after.id}::uuid)`);
  }
  const rows = await query.orderBy('asked_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(fromRow);
}

/** Snoozes in force that end after an instant, ms since the epoch. */
export async function readActive(ctx: Connection, after: number): Promise<StoredSnooze[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_snooze')
    .selectAll()
    .where('state', '=', 'active')
    .where('until', '>', new Date(after))
    .orderBy('asked_at')
    .orderBy('id')
    .execute();
  return rows.map(fromRow);
}

/** Ids of those that are past their end and not yet written down as ended. */
export async function readOverdue(ctx: Connection, now: number): Promise<string[]> {
  const rows = await tables<Tables>(ctx)
    .selectFrom('engine_snooze')
    .select('id')
    .where('state', 'in', ['asked', 'active'])
    .where('until', '<=', new Date(now))
    .limit(1000)
    .execute();
  return rows.map(({ id }) => id);
}

function fromRow(row: Selectable<SnoozeTable>): StoredSnooze {
  return {
    id: row.id,
    rule: row.rule,
    subjectKind: row.subject_kind as SubjectKind,
    subjectToken: row.subject_token,
    subjectDisplay: row.subject_display,
    reason: row.reason,
    verdict: row.verdict as Verdict,
    severe: row.severe,
    until: row.until.getTime(),
    state: row.state as SnoozeState,
    asked: { by: row.asked_by, name: row.asked_name, at: row.asked_at.getTime() },
    ...(row.active_at === null ? {} : { activeAt: row.active_at.getTime() }),
    ...actOf('approved', row.approved_by, row.approved_name, row.approved_at),
    ...actOf('ended', row.ended_by, row.ended_name, row.ended_at),
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
  };
}

function actOf<K extends string>(
  key: K,
  by: string | null,
  name: string | null,
  at: Date | null,
): Partial<Record<K, Act>> {
  if (by === null || at === null) return {};
  return { [key]: { by, name: name ?? by, at: at.getTime() } } as Record<K, Act>;
}
