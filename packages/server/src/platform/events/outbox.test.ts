import { sql } from 'kysely';
import Type from 'typebox';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { inTransaction } from '../db/transaction.ts';
import { silentLogger } from '../log/log.ts';
import { testContext } from '../testing/context.ts';
import { testDatabase } from '../testing/database.ts';
import { createOutbox, type EventHandler, emit, eventType, type Outbox, outboxMigrations } from './outbox.ts';

const { db } = await testDatabase(outboxMigrations);
await sql`create table seen (subscriber text, n int)`.execute(db);
const ctx = testContext({ db, clock: systemClock });

let topics = 0;
function newType() {
  topics += 1;
  return eventType(`thing.happened${topics}`, Type.Object({ n: Type.Integer() }));
}
type Happened = ReturnType<typeof newType>;
let running: Outbox[] = [];

async function start(type: Happened, name: string, handler: EventHandler<{ n: number }>): Promise<Outbox> {
  const outbox = createOutbox({ db, clock: systemClock, log: silentLogger });
  outbox.subscribe(type, name, handler);
  await outbox.start();
  running.push(outbox);
  return outbox;
}

const say = (type: Happened, ...numbers: number[]) =>
  inTransaction(ctx, async (inner) => {
    for (const n of numbers) await emit(inner, type, { n });
  });

/** A handler that collects; resolves `until` when it has had that many. */
function collector(count: number) {
  const got: number[] = [];
  const { promise: until, resolve } = Promise.withResolvers<void>();
  const handler: EventHandler<{ n: number }> = async (_ctx, { n }) => {
    got.push(n);
    if (got.length >= count) resolve();
  };
  return { got, until, handler };
}

afterEach(async () => {
  await Promise.all(running.map((outbox) => outbox.stop()));
  running = [];
});

describe('outbox', () => {
  it('delivers what was committed, to each subscriber, and nothing that was rolled back', async () => {
    const type = newType();
    const [one, two] = [collector(3), collector(3)];
    await start(type, 'one', one.handler);
    await start(type, 'two', two.handler);
    await say(type, 1, 2);
    const failed = inTransaction(ctx, async (inner) => {
      await emit(inner, type, { n: 99 });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await say(type, 3);
    await Promise.all([one.until, two.until]);
    expect([one.got, two.got]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('keeps the order of a type under many writers at once, passing over none', async () => {
    const type = newType();
    const { got, until, handler } = collector(60);
    await start(type, 'reader', handler);
    const before = sql<{
      n: number;
    }>`select (data->>'n')::int as n from platform_outbox where topic = ${type.name} order by id`;
    await Promise.all(Array.from({ length: 20 }, (_, i) => say(type, 3 * i, 3 * i + 1, 3 * i + 2)));
    await until;
    expect(got).toEqual((await before.execute(db)).rows.map(({ n }) => n));
    expect(new Set(got).size).toBe(60);
  });

  it('gives a failed event again before any later one, and keeps the failed work out of the database', async () => {
    const type = newType();
    const { got, until, handler } = collector(2);
    let failures = 0;
    await start(type, 'clumsy', async (inner, data, event) => {
      await sql`insert into seen values ('clumsy', ${data.n})`.execute(inner.db);
      if (failures === 0) {
        failures += 1;
        throw new Error('not yet');
      }
      await handler(inner, data, event);
    });
    await say(type, 1, 2);
    await until;
    expect(got).toEqual([1, 2]);
    await running[0]?.stop();
    const { rows } = await sql`select n from seen where subscriber = 'clumsy' order by n`.execute(db);
    expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('goes on where it was after a stop, once, also with two dispatchers', async () => {
    const type = newType();
    const first = collector(2);
    const outbox = await start(type, 'same', first.handler);
    await say(type, 1, 2);
    await first.until;
    await outbox.stop();
    await say(type, 3, 4, 5);
    const rest = collector(3);
    await start(type, 'same', rest.handler);
    await start(type, 'same', rest.handler);
    await rest.until;
    expect(rest.got).toEqual([3, 4, 5]);
  });

  it('refuses what cannot be kept: outside a transaction, or of another form', async () => {
    const type = newType();
    await expect(emit(ctx, type, { n: 1 })).rejects.toThrow(/outside a transaction/);
    await expect(say(type, 1.5)).rejects.toThrow(/n must be a whole number/);
  });
});
