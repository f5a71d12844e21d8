import * as contract from '@fanzha/contract';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../platform/testing/index.ts';
import { TEST_RULES } from './engine.fixture.ts';
import { newPack, newRule } from './policy.fixture.ts';
import { ann, approved, bob, draft, HOUR, LOUD, POLICY_TABLES, policyHouse } from './policy-life.fixture.ts';
import { POLICY_MOVES } from './policy-life.model.ts';

const TESTS = 7;
const databases: TestDatabase[] = [];
while (databases.length < TESTS) databases.push(await testDatabase(...POLICY_TABLES));
const house = (rules?: Parameters<typeof policyHouse>[1]) => policyHouse(databases.pop(), rules);

describe('the life of a policy', { timeout: 60_000 }, () => {
  it('goes from draft to live through backtest, shadow and a second person, and back at once', async () => {
    const at = await house();
    const running = await at.boot();
    const { call, decide, decider } = running;
    expect(decider.policy.version).toBe('1');
    const made = await draft(running);
    const params = { number: made.number };
    const body = { revision: made.revision };
    await expect(call(contract.policyVersionsShadow, ann, { params, body })).rejects.toMatchObject({
      kind: { code: 'policy-state' },
    });
    await at.backtest(made.number);
    const now = async () => ({
      revision: (await call(contract.policyVersionsGet, ann, { params })).revision,
    });
    await call(contract.policyVersionsShadow, ann, { params, body: await now() });
    const refused = (actor: Actor, code: string, more = {}) =>
      now().then((seen) =>
        expect(
          call(contract.policyVersionsApprove, actor, { params, body: { ...seen, ...more } }),
        ).rejects.toMatchObject({
          kind: { code },
        }),
      );
    await refused(ann, 'second-person', { urgentReason: 'I am sure' });
    await refused(bob, 'policy-state');
    at.clock.advance(HOUR);
    await call(contract.policyVersionsApprove, bob, { params, body: await now() });
    await call(contract.policyVersionsPublish, bob, { params, body: await now() });
    expect(decider.policy.version).toBe(String(made.number));
    expect(decider.policy.rules.map(({ id }) => id)).toContain('loud');
    expect(decide('1').policy.version).toBe(String(made.number));
    const back = await call(contract.policyRollBack, ann, { body: { reason: 'too loud' } });
    expect(back).toMatchObject({ number: 1, state: 'live' });
    expect(decider.policy.version).toBe('1');
    const { rows } = await sql<{
      state: string;
    }>`select state from engine_policy_version order by number`.execute(at.db);
    expect(rows.map(({ state }) => state)).toEqual(['live', 'rolled-back']);
  });

  it('keeps what was counted when the policy is swapped, and again after a restart', async () => {
    const at = await house([
      newRule({ id: 'often', when: 'count("caller", "1h") >= 2.0', reason: 'call.abroad' }),
    ]);
    const running = await at.boot();
    running.decide('1');
    const { params, now } = await approved(
      at,
      running,
      newRule({ id: 'often', when: 'count("caller", "1h") >= 3.0', reason: 'call.abroad' }),
    );
    await running.call(contract.policyVersionsPublish, bob, { params, body: await now() });
    expect(running.decide('2').verdict).toBe('allow');
    expect(running.decide('3').verdict).toBe('block');
    const again = await at.boot();
    expect(again.decider.policy.version).toBe(String(params.number));
  });

  it('holds to its rules also in plain SQL', async () => {
    const at = await house();
    const running = await at.boot();
    const { number } = await draft(running);
    const set = (assignments: string) =>
      sql.raw(`update engine_policy_version set ${assignments} where number = ${number}`).execute(at.db);
    for (const [tried, why] of [
      ["state = 'live', published_at = now()", /becomes live by approval/],
      ["state = 'approved', approved_by = 'bob'", /cannot move/],
      ["state = 'backtested'", /no backtest/],
      ["origin = 'pack', pack_version = '9'", /does not change/],
      ["editors = '{}'", /does not change/],
      ["approved_by = 'bob'", /with a change of state/],
    ] as const) {
      await expect(set(tried), tried).rejects.toThrow(why);
    }
    await at.backtest(number);
    await expect(set("content = '{}'")).rejects.toThrow(/only a draft can be edited/);
    await set("state = 'shadow', shadow_since = changed_at");
    await expect(set("state = 'approved', approved_by = 'ann', urgent_reason = 'now'")).rejects.toThrow(
      /did not write/,
    );
    await expect(set("state = 'approved', approved_by = 'bob'")).rejects.toThrow(/shadow is not over/);
    await expect(sql`delete from engine_policy_version`.execute(at.db)).rejects.toThrow(/are kept/);
    await expect(
      sql`update engine_policy_version set state = 'retired' where number = 1`.execute(at.db),
    ).rejects.toThrow(/has to be live/);
    const { rows } = await sql<{
      from_state: string;
      to_state: string;
    }>`select * from engine_policy_move`.execute(at.db);
    const moves = Object.entries(POLICY_MOVES).flatMap(([from, to]) => to.map((state) => `${from} ${state}`));
    expect(rows.map((row) => `${row.from_state} ${row.to_state}`).sort()).toEqual(moves.sort());
  });

  it('takes approval away when somebody edits, and names who was first when two do', async () => {
    const at = await house();
    const running = await at.boot();
    const { params, now } = await approved(at, running);
    const stale = await now();
    const body = { ...stale, rule: { ...LOUD, score: 0.7 } };
    const edited = await running.call(contract.policyRulesPut, bob, {
      params: { ...params, id: 'loud' },
      body,
    });
    expect(edited).toMatchObject({ state: 'draft', editors: ['ann', 'bob'] });
    expect(edited).not.toHaveProperty('approved');
    const second = running.call(contract.policyRulesPut, ann, { params: { ...params, id: 'loud' }, body });
    await expect(second).rejects.toMatchObject({
      kind: { code: 'policy-changed' },
      detail: expect.stringContaining('bob'),
    });
    const diff = await running.call(contract.policyVersionsDiff, ann, { params });
    expect(diff.changes).toMatchObject([{ part: 'rule', id: 'loud', change: 'added' }]);
    const wrong = await running.call(contract.policyRulesPut, bob, {
      params: { ...params, id: 'loud' },
      body: { revision: edited.revision, rule: { ...LOUD, when: 'caller.contry == "JP"' } },
    });
    expect(wrong.faults).toMatchObject([{ part: 'rule', id: 'loud', field: 'when', position: 1 }]);
  });

  it('makes a new policy of the pack live by itself, but only a draft once people have published their own', async () => {
    const at = await house();
    await at.boot();
    const louder = newPack({
      rules: [...TEST_RULES, newRule({ id: 'later', when: 'false', reason: 'call.abroad' })],
    });
    const second = await at.boot(louder);
    expect(second.decider.policy.rules.map(({ id }) => id)).toContain('later');
    const { params, now } = await approved(at, second);
    await second.call(contract.policyVersionsPublish, bob, { params, body: await now() });
    const third = await at.boot();
    expect(third.decider.policy.version).toBe(String(params.number));
    const { items } = await third.call(contract.policyVersionsList, ann, { query: { state: 'draft' } });
    expect(items).toMatchObject([{ origin: 'pack', state: 'draft' }]);
  });

  it('runs the newest version that compiles when the live one no longer does, and says so', async () => {
    const at = await house();
    const running = await at.boot();
    const { params, now } = await approved(at, running);
    await running.call(contract.policyVersionsPublish, bob, { params, body: await now() });
    await sql`alter table engine_policy_version disable trigger user`.execute(at.db);
    await sql`update engine_policy_version set content = jsonb_set(content, '{rules,0,when}', '"gone.fact"')
      where number = ${params.number}`.execute(at.db);
    const again = await at.boot();
    expect(again.decider.policy.version).toBe('1');
    expect(await again.room.health?.()).toMatchObject({ state: 'degraded' });
  });
});

describe('rules with a last day', () => {
  it('are listed before they expire and after, and health tells', async () => {
    const at = await house([
      newRule({ id: 'old', when: 'true', reason: 'call.abroad', until: '2026-11-25' }),
    ]);
    const { call, room } = await at.boot();
    const rules = await call(contract.policyExpiring, ann);
    expect(rules).toEqual({ rules: [{ rule: 'old', owner: 'test', until: '2026-11-25', daysLeft: 2 }] });
    expect(await room.health?.()).toMatchObject({
      state: 'degraded',
      text: { en: expect.stringContaining('expire soon: old') },
    });
    at.clock.advance(72 * HOUR);
    expect(await room.health?.()).toMatchObject({
      text: { en: expect.stringContaining('have expired: old') },
    });
  });
});
