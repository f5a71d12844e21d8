import * as contract from '@fanzha/contract';
import { sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newEngine } from './engine.fixture.ts';
import { newRule } from './policy.fixture.ts';
import { ann, bob, draft, HOUR, POLICY_TABLES, policyHouse } from './policy-life.fixture.ts';

const TESTS = 3;
const databases: TestDatabase[] = [];
while (databases.length < TESTS) databases.push(await testDatabase(...POLICY_TABLES));
const house = (rules?: Parameters<typeof policyHouse>[1]) => policyHouse(databases.pop(), rules);

describe('a policy in shadow', { timeout: 60_000 }, () => {
  it('has no effect, and its differences are written once, whatever stops the projection', async () => {
    const at = await house();
    const running = await at.boot();
    const { number } = await draft(running, newRule({ id: 'all', when: 'true', reason: 'call.abroad' }));
    await at.backtest(number);
    const params = { number };
    const { revision } = await running.call(contract.policyVersionsGet, ann, { params });
    await running.call(contract.policyVersionsShadow, ann, { params, body: { revision } });
    const parts = {
      db: at.db,
      clock: at.clock,
      dataFolder: at.dataFolder,
      decider: running.decider,
      pack: running.pack,
    };
    const engine = await newEngine(parts);
    await engine.start();
    const send = (id: string, ingress: string) => engine.submit(at.ctx(), [newAttempt(id, { ingress })]);
    await send('1', 'international');
    await engine.caughtUp();
    await engine.stop();
    const next = await newEngine(parts);
    await next.submit(at.ctx(), [
      newAttempt('2', { ingress: 'access' }),
      newAttempt('3', { ingress: 'access' }),
    ]);
    // As a kill between two writes of a batch: what was begun is gone whole, and is written again.
    await sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''gone''; end'`.execute(
      at.db,
    );
    await sql`create trigger refuse before update on engine_shadow_total execute function refuse()`.execute(
      at.db,
    );
    await next.start();
    await vi.waitUntil(() => next.health().state === 'degraded', { timeout: 10_000 });
    await sql`drop trigger refuse on engine_shadow_total`.execute(at.db);
    await next.caughtUp();
    await next.stop();
    const report = await running.call(contract.policyVersionsShadowReport, ann, { params, query: {} });
    expect(report).toMatchObject({ events: 3, different: 3, rules: [{ rule: 'all', gained: 3, lost: 0 }] });
    expect(report.matrix).toEqual([
      { kind: 'call.attempt', live: 'allow', shadow: 'block', count: 2 },
      { kind: 'call.attempt', live: 'block', shadow: 'block', count: 1 },
    ]);
    const { items } = await running.call(contract.policyVersionsShadowDifferences, ann, {
      params,
      query: {},
    });
    expect(items.map(({ live, gained }) => ({ live, gained }))).toEqual([
      { live: 'allow', gained: ['all'] },
      { live: 'allow', gained: ['all'] },
      { live: 'block', gained: ['all'] },
    ]);
  });
});

describe('a rule that sleeps for a subject', { timeout: 60_000 }, () => {
  const wanted = (rule: string) => ({
    rule,
    subject: { kind: 'number' as const, value: '+862161234567' },
    reason: 'a hospital',
    until: '2026-11-23T12:00:00+08:00',
  });

  it('needs a second person where it is severe, has no effect, and ends by the clock', async () => {
    const at = await house();
    const { call, decide, room } = await at.boot();
    const asked = await call(contract.snoozesAsk, ann, { body: wanted('abroad') });
    expect(asked).toMatchObject({ state: 'asked', needsApproval: true });
    expect(asked.subject.display).toContain('****');
    expect(decide('1').verdict).toBe('block');
    const params = { id: asked.id };
    await expect(call(contract.snoozesApprove, ann, { params })).rejects.toMatchObject({
      kind: { code: 'second-person' },
    });
    await expect(
      sql`update engine_snooze set state = 'active', active_at = now(), approved_by = 'ann'`.execute(at.db),
    ).rejects.toThrow(/second person/);
    await call(contract.snoozesApprove, bob, { params });
    const quiet = decide('2', { at: '2026-11-23T10:00:00+08:00' });
    expect(quiet).toMatchObject({
      verdict: 'allow',
      score: 0,
      reasons: [{ rule: 'abroad', snoozed: asked.id }],
    });
    expect(decide('3', { at: '2026-11-23T10:00:00+08:00', from: '+862161234568' }).verdict).toBe('block');
    at.clock.advance(2 * HOUR);
    expect(decide('4', { at: '2026-11-23T12:00:00+08:00' }).verdict).toBe('block');
    expect(await call(contract.snoozesList, ann, { query: {} })).toMatchObject({
      items: [{ state: 'ended' }],
    });
    expect(await room.snoozes.endOverdue(at.ctx())).toBe(1);
    await expect(call(contract.snoozesEnd, ann, { params, body: { reason: 'over' } })).rejects.toMatchObject({
      kind: { code: 'snooze-state' },
    });
  });

  it('is refused beyond the term of the pack, and ended by hand before its time', async () => {
    const at = await house([newRule({ id: 'mild', when: 'true', verdict: 'label', reason: 'call.abroad' })]);
    const { call, decide } = await at.boot();
    const long = { ...wanted('mild'), until: '2027-11-23T12:00:00+08:00' };
    await expect(call(contract.snoozesAsk, ann, { body: long })).rejects.toMatchObject({
      fields: [{ field: 'until' }],
    });
    const { id, state } = await call(contract.snoozesAsk, ann, { body: wanted('mild') });
    expect(state).toBe('active');
    const now = { at: '2026-11-23T10:00:00+08:00' };
    expect(decide('1', now).verdict).toBe('allow');
    await call(contract.snoozesEnd, ann, { params: { id }, body: { reason: 'not any more' } });
    expect(decide('2', now).verdict).toBe('label');
  });
});
