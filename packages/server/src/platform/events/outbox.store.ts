import { type Kysely, sql } from 'kysely';
import type { Context } from '../context/context.ts';
import { type Database, tables } from '../db/database.ts';

/** An event as it waits in the outbox. */
export interface StoredEvent {
  readonly id: number;
  readonly topic: string;
  readonly at: Date;
  readonly data: unknown;
}

interface OutboxTables {
  platform_outbox: { id: number; topic: string; at: Date; data: unknown };
  platform_outbox_position: { subscriber: string; topic: string; position: number };
}

/**
 * Writes an event. The lock, held until the transaction ends, makes numbers of a topic become visible in their order:
 * without it a reader could pass over a lower number whose transaction commits later.
 */
export async function insertEvent(ctx: Context, topic: string, data: unknown): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`fanzha.outbox.${topic}`}, 0))`.execute(ctx.db);
  await sql`insert into platform_outbox (topic, at, data)
    values (${topic}, ${ctx.clock.date()}, ${JSON.stringify(data)}::jsonb)`.execute(ctx.db);
}

/** Makes the row that says how far a subscriber has come; a new one begins with the oldest event that is kept. */
export async function ensurePosition(db: Database, subscriber: string, topic: string): Promise<void> {
  await tables<OutboxTables>({ db })
    .insertInto('platform_outbox_position')
    .values({ subscriber, topic, position: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Locks a subscriber's position and gives its next event; undefined when there is none or another process is at it. */
export async function takeNext(
  db: Database,
  subscriber: string,
  topic: string,
): Promise<StoredEvent | undefined> {
  const from = tables<OutboxTables>({ db });
  const place = await from
    .selectFrom('platform_outbox_position')
    .select('position')
    .where('subscriber', '=', subscriber)
    .where('topic', '=', topic)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (place === undefined) return undefined;
  return from
    .selectFrom('platform_outbox')
    .selectAll()
    .where('topic', '=', topic)
    .where('id', '>', place.position)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export async function movePosition(db: Database, subscriber: string, event: StoredEvent): Promise<void> {
  await tables<OutboxTables>({ db })
    .updateTable('platform_outbox_position')
    .set({ position: event.id })
    .where('subscriber', '=', subscriber)
    .where('topic', '=', event.topic)
    .execute();
}

/** Removes events from before `until` that every subscriber of their topic has had. */
export async function deleteDelivered(db: Kysely<unknown>, until: Date): Promise<void> {
  await sql`delete from platform_outbox as event where at < ${until} and not exists (
    select from platform_outbox_position as place
    where place.topic = event.topic and place.position < event.id)`.execute(db);
}
