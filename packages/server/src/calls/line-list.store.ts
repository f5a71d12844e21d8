import type { LineAct, LineContent } from '@fanzha/contract';
import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import type { LineStanding } from './line.model.ts';
import type { StoredLine, StoredLineChange } from './line.store.ts';

type Connection = { readonly db: Database };

export interface LineFilter {
  readonly kind?: string;
  readonly use?: string;
  readonly standing?: LineStanding;
  /** Part of the id or of the owner's name. */
  readonly search?: string;
  /** Canonical. */
  readonly number?: string;
  readonly trunk?: string;
  readonly carrier?: string;
  /** Day of the pack's zone by which standings are told. */
  readonly today: string;
  /** Id after which the page begins. */
  readonly after?: string;
  readonly limit: number;
}

export interface FoundLine extends StoredLine {
  readonly standing: LineStanding;
  readonly waiting: boolean;
}

const COLUMNS = sql`l.id, l.state, l.revision, l.content, l.suspended_for, l.changed_by, l.changed_at`;

const standingAt = (today: string) => sql<LineStanding>`case when l.state <> 'active' then l.state
  when l.valid_from > ${today}::date then 'not-yet-valid'
  when l.valid_until < ${today}::date then 'expired' else 'active' end`;

const WAITING = sql<boolean>`exists (select from calls_line_step s join calls_line_change c on c.id = s.change_id
  where s.line = l.id and c.state = 'asked')`;

/** A page of lines in the order of their ids. */
export async function findLines(ctx: Connection, filter: LineFilter): Promise<FoundLine[]> {
  const { kind, use, standing, search, number, trunk, carrier, today, after, limit } = filter;
  const route = { ...(trunk === undefined ? {} : { trunk }), ...(carrier === undefined ? {} : { carrier }) };
  const routes = Object.keys(route).length === 0 ? null : JSON.stringify({ routes: [route] });
  const like = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } =
    await sql<FoundLine>`select ${COLUMNS}, ${standingAt(today)} as standing, ${WAITING} as waiting
    from calls_line l
    where (${kind ?? null}::text is null or l.kind = ${kind ?? null})
      and (${use ?? null}::text is null or l.use = ${use ?? null})
      and (${standing ?? null}::text is null or ${standingAt(today)} = ${standing ?? null})
      and (${like}::text is null or l.id ilike ${like} or l.owner ilike ${like})
      and (${routes}::jsonb is null or l.content @> ${routes}::jsonb)
      and (${number ?? null}::text is null or exists (select from calls_line_number n where n.line = l.id
        and n.digits = length(${number ?? null}) and n.first <= ${number ?? null} and n.last >= ${number ?? null}))
      and (${after ?? null}::text is null or l.id > ${after ?? null})
    order by l.id limit ${limit}`.execute(ctx.db);
  return rows;
}

export async function findLine(ctx: Connection, id: string, today: string): Promise<FoundLine | undefined> {
  const { rows } =
    await sql<FoundLine>`select ${COLUMNS}, ${standingAt(today)} as standing, ${WAITING} as waiting
    from calls_line l where l.id = ${id}`.execute(ctx.db);
  return rows[0];
}

export interface LineChangeFilter {
  readonly act?: LineAct;
  readonly state?: StoredLineChange['state'];
  readonly after?: { readonly askedAt: Date; readonly id: string };
  readonly limit: number;
}

/** A page of changes, newest first. */
export async function findLineChanges(
  ctx: Connection,
  { act, state, after, limit }: LineChangeFilter,
): Promise<StoredLineChange[]> {
  const { rows } = await sql<StoredLineChange>`select * from calls_line_change
    where (${act ?? null}::text is null or act = ${act ?? null})
      and (${state ?? null}::text is null or state = ${state ?? null})
      and (${after?.askedAt ?? null}::timestamptz is null
        or (asked_at, id) < (${after?.askedAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by asked_at desc, id desc limit ${limit}`.execute(ctx.db);
  return rows;
}

export interface FoundStep extends StoredLineChange {
  readonly line: string;
  readonly step_skipped: boolean;
  readonly before_state: StoredLine['state'] | null;
  readonly before_content: LineContent | null;
  readonly after_state: StoredLine['state'];
  readonly after_content: LineContent;
}

const STEP = sql`c.*, s.line, s.skipped as step_skipped, s.before_state, s.before_content, s.after_state, s.after_content`;

/** A page of what was ever done to a line, newest first. */
export async function findHistory(
  ctx: Connection,
  line: string,
  { after, limit }: Pick<LineChangeFilter, 'after' | 'limit'>,
): Promise<FoundStep[]> {
  const { rows } = await sql<FoundStep>`select ${STEP} from calls_line_step s
    join calls_line_change c on c.id = s.change_id
    where s.line = ${line} and (${after?.askedAt ?? null}::timestamptz is null
      or (c.asked_at, c.id) < (${after?.askedAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by c.asked_at desc, c.id desc limit ${limit}`.execute(ctx.db);
  return rows;
}

/** A page of what a change does, in the order of the lines' ids. */
export async function findSteps(
  ctx: Connection,
  change: string,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Promise<FoundStep[]> {
  const { rows } = await sql<FoundStep>`select ${STEP} from calls_line_step s
    join calls_line_change c on c.id = s.change_id
    where s.change_id = ${change}::uuid and (${after ?? null}::text is null or s.line > ${after ?? null})
    order by s.line limit ${limit}`.execute(ctx.db);
  return rows;
}
