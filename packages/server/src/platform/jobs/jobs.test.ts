import { sql } from 'kysely';
import Type from 'typebox';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { inTransaction } from '../db/transaction.ts';
import { silentLogger } from '../log/log.ts';
import { testContext } from '../testing/context.ts';
import { testDatabase } from '../testing/database.ts';
import { createJobs, type JobHandler, type JobPolicy } from './jobs.ts';

const { db, url, schema } = await testDatabase();
const jobSchema = `${schema}_jobs`;
const ctx = testContext({ db, clock: systemClock });
const Note = Type.Object({ n: Type.Integer() });
let stops: (() => Promise<void>)[] = [];

async function start(name: string, handler: JobHandler<{ n: number }>, policy: JobPolicy = {}) {
  const jobs = createJobs({
    url,
    db,
    clock: systemClock,
    log: silentLogger,
    schema: jobSchema,
    pollSeconds: 0.5,
  });
  const queue = jobs.define(name, Note, handler, policy);
  await jobs.start();
  stops.push(() => jobs.stop());
  return queue;
}

async function count(queue: string, state: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(`${jobSchema}.job`)}
    where name = ${queue} and state = ${state}`.execute(db);
  return rows[0]?.n ?? -1;
}

afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

afterAll(async () => {
  await sql`drop schema ${sql.id(jobSchema)} cascade`.execute(db);
});

describe('jobs', () => {
  it('run when the transaction that asked for them is committed, and never when it was rolled back', async () => {
    const ran = Promise.withResolvers<number>();
    const queue = await start('note', async (_ctx, { n }) => ran.resolve(n));
    const failed = inTransaction(ctx, async (inner) => {
      await queue.send(inner, { n: 1 });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await inTransaction(ctx, (inner) => queue.send(inner, { n: 2 }));
    expect(await ran.promise).toBe(2);
  });

  it('run again after a failure, and rest in the dead queue when they keep failing', async () => {
    const attempts: number[] = [];
    const twice = Promise.withResolvers<void>();
    const queue = await start(
      'hopeless',
      async (_ctx, { n }) => {
        attempts.push(n);
        if (attempts.length === 2) twice.resolve();
        throw new Error('never');
      },
      { retryLimit: 1, retryDelaySeconds: 1 },
    );
    await queue.send(ctx, { n: 7 });
    await twice.promise;
    await Promise.all(stops.map((stop) => stop()));
    expect(attempts).toEqual([7, 7]);
    expect(await count('hopeless.dead', 'created')).toBe(1);
  });

  it('wait once for the same thing, and are many for different things', async () => {
    const queue = await start('slow', async () => undefined);
    await Promise.all(stops.map((stop) => stop()));
    for (const once of ['a', 'a', 'b', undefined, undefined]) {
      await queue.send(ctx, { n: 1 }, once === undefined ? {} : { once });
    }
    expect(await count('slow', 'created')).toBe(4);
  });

  it('are refused when their data or their timetable is wrong', async () => {
    const queue = await start('strict', async () => undefined);
    await expect(queue.send(ctx, { n: 1.5 })).rejects.toThrow(/job strict: n must be a whole number/);
    const wrong = start('cron', async () => undefined, {
      schedule: { cron: 'at night', timeZone: 'Asia/Shanghai' },
    });
    await expect(wrong).rejects.toThrow();
  });
});
