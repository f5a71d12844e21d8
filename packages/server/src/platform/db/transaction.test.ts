import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { testContext } from '../testing/context.ts';
import { testDatabase } from '../testing/database.ts';
import { inTransaction } from './transaction.ts';

const { db } = await testDatabase();
const ctx = testContext({ db });
await sql`create table account (id int primary key, balance int not null)`.execute(db);

describe('inTransaction', () => {
  it('undoes everything when the work fails, also work that joined it', async () => {
    const failing = inTransaction(ctx, async (outer) => {
      await inTransaction(outer, (inner) => sql`insert into account values (1, 10)`.execute(inner.db));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const { rows } = await sql`select * from account`.execute(db);
    expect(rows).toEqual([]);
  });

  it('runs again after a serialisation failure, so that no update is lost', async () => {
    await sql`insert into account values (2, 0)`.execute(db);
    const addOne = () =>
      inTransaction(ctx, async (inner) => {
        await sql`set transaction isolation level serializable`.execute(inner.db);
        const { rows } = await sql<{ balance: number }>`select balance from account where id = 2`.execute(
          inner.db,
        );
        await sql`update account set balance = ${(rows[0]?.balance ?? 0) + 1} where id = 2`.execute(inner.db);
      });
    await Promise.all([addOne(), addOne(), addOne()]);
    const { rows } = await sql`select balance from account where id = 2`.execute(db);
    expect(rows).toEqual([{ balance: 3 }]);
  });

  it('does not run failed work again', async () => {
    let runs = 0;
    const work = inTransaction(ctx, async (inner) => {
      runs += 1;
      await sql`insert into account values (2, 0)`.execute(inner.db);
    });
    await expect(work).rejects.toThrow(/duplicate key/);
    expect(runs).toBe(1);
  });
});
