import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, openVault } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder, newEngine } from './engine.fixture.ts';
import { TALLY_MS } from './rule-tally.model.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);

it('tallies every decided event once, also across a restart, by five minutes of its decision', async () => {
  const clock = testClock('2026-11-23T10:00:00+08:00');
  const parts = { db, clock, dataFolder: newDataFolder() };
  const vault = openVault(parts.dataFolder);
  const ctx = testContext({ db, clock });
  const call = (id: number): Record<string, unknown> =>
    newAttempt(`call-${id}`, {
      at: new Date(clock.now()).toISOString(),
      ingress: id % 3 === 0 ? 'international' : 'interconnect',
      ...(id % 5 === 0 ? { simulated: true } : {}),
    });
  for (const half of [0, 1]) {
    const engine = await newEngine({ ...parts, vault });
    if (half === 1) await engine.start();
    for (let id = half * 60; id < half * 60 + 60; id++) {
      await engine.submit(ctx, [call(id), call(id)]);
      clock.advance(5000);
    }
    if (half === 1) await engine.caughtUp();
    await engine.stop();
  }
  const { rows } = await sql<{ rule: string; simulated: boolean; hits: number; buckets: number }>`
    select rule, simulated, sum(hits)::int as hits, count(distinct bucket)::int as buckets
    from engine_rule_tally group by 1, 2 order by 1, 2`.execute(db);
  expect(rows).toEqual([
    { rule: '', simulated: false, hits: 96, buckets: 2 },
    { rule: '', simulated: true, hits: 24, buckets: 2 },
    { rule: 'abroad', simulated: false, hits: 32, buckets: 2 },
    { rule: 'abroad', simulated: true, hits: 8, buckets: 2 },
  ]);
  const first = await sql<{ at: Date }>`select min(bucket) as at from engine_rule_tally`.execute(db);
  expect((first.rows[0]?.at.getTime() ?? 1) % TALLY_MS).toBe(0);
});
