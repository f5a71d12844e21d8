import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, openPack } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { RetentionFile } from './retention.model.ts';
import { expireDecisions } from './retention.service.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);

describe('retention', () => {
  it('removes what has been kept for as long as the pack says, not a day earlier, and says so', async () => {
    const clock = testClock('2026-11-23T03:30:00+08:00');
    const pack = openPack(new URL('../../../../packs/cn', import.meta.url).pathname);
    for (const [seq, days] of [
      [1, 191],
      [2, 189],
    ]) {
      await sql`insert into engine_decision values (${seq}, 'call.end', ${String(seq)}, now(),
        ${new Date(clock.now() - Number(days) * 86_400_000)}, 'allow', 0, null, '{}', null, null, false, '{}', '')`.execute(
        db,
      );
    }
    const retention = pack.read('retention.json', RetentionFile);
    await expireDecisions(testContext({ db, clock }), retention, new AbortController().signal);
    const { rows } = await sql<{ seq: number }>`select seq from engine_decision`.execute(db);
    expect(rows).toEqual([{ seq: 2 }]);
    const log = await sql<{ action: string }>`select action, detail from platform_audit`.execute(db);
    expect(log.rows).toMatchObject([{ action: 'decision.expire', detail: { decisions: 1 } }]);
  });
});
