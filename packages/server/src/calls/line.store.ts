import type { LineAct, LineChangeView, LineContent } from '@fanzha/contract';
import { sql } from 'kysely';
import { type Database, tables } from '../platform/index.ts';
import type { LineDelta, LineState, LineStep } from './line.model.ts';

type Connection = { readonly db: Database };

interface LineRow {
  id: string;
  state: LineState;
  revision: number;
  kind: string;
  use: string;
  owner: string;
  valid_from: string;
  valid_until: string | null;
  content: LineContent;
  suspended_for: string | null;
  changed_by: string;
  changed_at: Date;
  version: number;
}
export type StoredLine = Pick<
  LineRow,
  'id' | 'state' | 'revision' | 'content' | 'suspended_for' | 'changed_by' | 'changed_at'
>;

interface ChangeRow {
  id: string;
  act: LineAct;
  state: LineChangeView['state'];
  kind: string | null;
  lines: number;
  sample: string[];
  skipped: number;
  reason: string;
  second_person: boolean;
  undoes: string | null;
  asked_by_id: string;
  asked_by: string;
  asked_at: Date;
  decided_by_id: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  note: string | null;
}
export type StoredLineChange = Readonly<ChangeRow>;

/** What a change does to one line; `before` is absent where the line was not there. */
export interface StoredStep {
  readonly line: string;
  /** Of the line that the change was made for. */
  readonly revision: number;
  readonly before?: { readonly state: LineState; readonly content: LineContent };
  readonly after: { readonly state: LineState; readonly content: LineContent };
}

interface StepRow {
  change_id: string;
  line: string;
  revision: number;
  before_state: LineState | null;
  before_content: LineContent | null;
  after_state: LineState;
  after_content: LineContent;
  skipped: boolean;
}

interface Tables {
  calls_line: LineRow;
  calls_line_change: ChangeRow;
  calls_line_step: StepRow;
  calls_line_complete: { kind: string; since: Date };
  calls_line_version: { single: boolean; version: number };
}

const db = (ctx: Connection) => tables<Tables>(ctx);

/** Takes the next version; whoever else changes something waits until the transaction ends. */
export async function nextLineVersion(ctx: Connection): Promise<number> {
  const row = await db(ctx)
    .updateTable('calls_line_version')
    .set((e) => ({ version: e('version', '+', 1) }))
    .returning('version')
    .executeTakeFirstOrThrow();
  return Number(row.version);
}

async function readVersion(ctx: Connection): Promise<number> {
  const row = await db(ctx).selectFrom('calls_line_version').select('version').executeTakeFirstOrThrow();
  return Number(row.version);
}

/** Lines by id; with `lock`, held in the order of their ids until the transaction ends. */
export async function readLines(
  ctx: Connection,
  ids: readonly string[],
  lock = false,
): Promise<Map<string, StoredLine>> {
  const query = db(ctx)
    .selectFrom('calls_line')
    .select(['id', 'state', 'revision', 'content', 'suspended_for', 'changed_by', 'changed_at'])
    .where(sql<boolean>`id = any(${[...ids]}::text[])`)
    .orderBy('id');
  const rows = await (lock ? query.forUpdate() : query).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Puts a change down with what it does; lines that are new, or were closed or refused, stand as drafts. */
export async function insertLineChange(
  ctx: Connection,
  change: StoredLineChange,
  steps: readonly StoredStep[],
): Promise<void> {
  await db(ctx).insertInto('calls_line_change').values(change).execute();
  if (steps.length === 0) return;
  // Half a character, as JSON may bring it, is no text for the database.
  const rows = JSON.stringify(
    steps.map(({ line, revision, before, after }) => ({ line, revision, before, after })),
    (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value),
  );
  const given = sql`jsonb_to_recordset(${rows}::jsonb)
    as g(line text, revision integer, before jsonb, after jsonb)`;
  await sql`insert into calls_line (id, state, revision, kind, use, owner, valid_from, valid_until, content,
      changed_by, changed_at, version)
    select line, 'draft', revision, after->'content'->>'kind', after->'content'->>'use', after->'content'->>'owner',
      (after->'content'->>'validFrom')::date, (after->'content'->>'validUntil')::date, after->'content',
      ${change.asked_by}, ${change.asked_at}, 0
    from ${given} where before is null
    on conflict (id) do update set state = 'draft', kind = excluded.kind, use = excluded.use, owner = excluded.owner,
      valid_from = excluded.valid_from, valid_until = excluded.valid_until, content = excluded.content,
      changed_by = excluded.changed_by, changed_at = excluded.changed_at`.execute(ctx.db);
  await sql`insert into calls_line_step (change_id, line, revision, before_state, before_content, after_state,
      after_content, skipped)
    select ${change.id}::uuid, line, revision, before->>'state', before->'content', after->>'state',
      after->'content', false from ${given}`.execute(ctx.db);
  await refreshNumbers(ctx, change.id);
}

/** Puts the steps of a change in force on the lines that nobody changed meanwhile; answers how many those were. */
export async function applyLineChange(
  ctx: Connection,
  change: Pick<StoredLineChange, 'id' | 'reason'>,
  by: string,
  at: Date,
  version: number,
): Promise<number> {
  await sql`update calls_line_step s set skipped = true from calls_line l
    where s.change_id = ${change.id}::uuid and l.id = s.line and l.revision <> s.revision`.execute(ctx.db);
  const { rows } = await sql<{ id: string }>`update calls_line l set state = s.after_state,
      revision = l.revision + 1, kind = s.after_content->>'kind', use = s.after_content->>'use',
      owner = s.after_content->>'owner', valid_from = (s.after_content->>'validFrom')::date,
      valid_until = (s.after_content->>'validUntil')::date, content = s.after_content,
      suspended_for = case when s.after_state <> 'suspended' then null
        when l.state = 'suspended' then l.suspended_for else ${change.reason} end,
      changed_by = ${by}, changed_at = ${at}, version = ${version}
    from calls_line_step s where s.change_id = ${change.id}::uuid and not s.skipped and l.id = s.line
    returning l.id`.execute(ctx.db);
  await refreshNumbers(ctx, change.id);
  return rows.length;
}

/** Drafts of a change that will not be. */
export async function refuseDrafts(ctx: Connection, change: string): Promise<void> {
  await sql`update calls_line l set state = 'refused' from calls_line_step s
    where s.change_id = ${change}::uuid and s.line = l.id and l.state = 'draft'
      and l.revision = s.revision`.execute(ctx.db);
}

async function refreshNumbers(ctx: Connection, change: string): Promise<void> {
  await sql`delete from calls_line_number n using calls_line_step s
    where s.change_id = ${change}::uuid and n.line = s.line`.execute(ctx.db);
  await sql`insert into calls_line_number (line, digits, first, last)
    select l.id, length(split_part(n, '..', 1)), split_part(n, '..', 1),
      coalesce(nullif(split_part(n, '..', 2), ''), n)
    from calls_line l join calls_line_step s on s.line = l.id and s.change_id = ${change}::uuid,
      jsonb_array_elements_text(l.content->'numbers') as n`.execute(ctx.db);
}

/** A change; with `lock`, held until the transaction ends. */
export async function findLineChange(
  ctx: Connection,
  id: string,
  lock = false,
): Promise<StoredLineChange | undefined> {
  const query = db(ctx).selectFrom('calls_line_change').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export async function updateLineChange(
  ctx: Connection,
  id: string,
  change: Partial<
    Pick<ChangeRow, 'state' | 'skipped' | 'decided_by_id' | 'decided_by' | 'decided_at' | 'note'>
  >,
): Promise<void> {
  await db(ctx).updateTable('calls_line_change').set(change).where('id', '=', id).execute();
}

/** What a change did to the lines that it was put in force on. */
export async function readDoneSteps(ctx: Connection, change: string): Promise<StoredStep[]> {
  const rows = await db(ctx)
    .selectFrom('calls_line_step')
    .selectAll()
    .where('change_id', '=', change)
    .where('skipped', '=', false)
    .orderBy('line')
    .execute();
  return rows.map(({ line, revision, before_state, before_content, after_state, after_content }) => ({
    line,
    revision,
    after: { state: after_state, content: after_content },
    ...(before_state === null || before_content === null
      ? {}
      : { before: { state: before_state, content: before_content } }),
  }));
}

/** Kinds of which all lines are registered. */
export async function readComplete(ctx: Connection): Promise<Map<string, Date>> {
  const rows = await db(ctx).selectFrom('calls_line_complete').selectAll().orderBy('kind').execute();
  return new Map(rows.map(({ kind, since }) => [kind, since]));
}

export async function setComplete(ctx: Connection, kind: string, since: Date | undefined): Promise<void> {
  await db(ctx).deleteFrom('calls_line_complete').where('kind', '=', kind).execute();
  if (since !== undefined) {
    await db(ctx).insertInto('calls_line_complete').values({ kind, since }).execute();
  }
}

/** Lines in one delta; changes are never cut, so there may be more. */
const DELTA_LINES = 2000;

/**
 * What changed after a version: whole changes in their order, at least one. `to` below the version asked for means that
 * the database was put back to an earlier time.
 */
export async function readLineDelta(ctx: Connection, since: number): Promise<LineDelta> {
  const current = await readVersion(ctx);
  const complete = [...(await readComplete(ctx))].map(([kind, at]) => ({ kind, since: at.getTime() }));
  if (since >= current) return { from: since, to: current, steps: [], complete };
  const { rows: reach } = await sql<{ version: string }>`
    select version::text from (
      select version, sum(count(*)) over (order by version) as total from calls_line
      where version > ${since} and version <= ${current} group by version) as sums
    where total >= ${DELTA_LINES} order by version limit 1`.execute(ctx.db);
  const to = reach[0] === undefined ? current : Number(reach[0].version);
  const rows = await db(ctx)
    .selectFrom('calls_line')
    .select(['id', 'state', 'content'])
    .where('version', '>', since)
    .where('version', '<=', to)
    .orderBy('version')
    .orderBy('id')
    .execute();
  const steps = rows.flatMap(({ id, state, content }): LineStep[] => {
    if (state === 'active' || state === 'suspended') return [{ id, line: { id, state, content } }];
    return since === 0 ? [] : [{ id }];
  });
  return { from: since, to, steps, complete };
}
