import type { BodyOf, Operation, ParamsOf, PolicyRule, QueryOf, ResponseOf } from '@fanzha/contract';
import * as contract from '@fanzha/contract';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  type Actor,
  AUDIT_MIGRATIONS,
  openVault,
  outboxMigrations,
  type RouteInput,
  SYSTEM_ACTOR,
  silentLogger,
} from '../platform/index.ts';
import { type TestDatabase, testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { SUBJECT_TOKEN } from './decision-record.model.ts';
import { newAttempt, newDataFolder, newEngine, TEST_RULES, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { policyGround } from './policy.service.ts';
import { POLICY_MOVES } from './policy-life.model.ts';
import { createPolicyLife } from './policy-life.service.ts';
import { markBacktested } from './policy-move.service.ts';
import { importPack, readSetting } from './policy-setting.service.ts';

const START = '2026-11-23T10:00:00+08:00';
const HOUR = 3_600_000;
const person = (id: string): Actor => ({ kind: 'user', id, name: id, permissions: new Set() });
const [ann, bob] = [person('ann'), person('bob')];

const sources = [
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
];
const TESTS = 10;
const databases: TestDatabase[] = [];
while (databases.length < TESTS) databases.push(await testDatabase(...sources));

function empty(): never {
  throw new Error('every test needs a database of its own');
}

/** An installation of its own: database, clock, decider, and the routes as people call them. */
async function house(rules: readonly PolicyRule[] = TEST_RULES) {
  const { db } = databases.pop() ?? empty();
  const clock = testClock(START);
  const dataFolder = newDataFolder();
  const vault = openVault(dataFolder);
  const ctx = (actor: Actor = SYSTEM_ACTOR) => testContext({ db, clock, actor });
  const boot = async (pack = newPack({ rules })) => {
    const parts = { pack, ground: policyGround(pack, TEST_KINDS, TEST_SIGNALS) };
    await importPack(ctx(), parts);
    const loaded = await readSetting(ctx(), parts);
    const decider = createDecider({
      ...parts.ground,
      pack,
      clock,
      numbering: testNumbering,
      setting: loaded.setting,
      subjectToken: (value) => vault.token(SUBJECT_TOKEN, value),
    });
    const room = createPolicyLife({
      ...parts,
      clock,
      log: silentLogger,
      sealer: vault,
      numbering: testNumbering,
      outbox: { subscribe: () => undefined },
      jobs: { define: () => ({ name: 'none', send: async () => undefined }) },
      loaded,
      adopt: decider.adopt,
    });
    const call = async <O extends Operation>(
      operation: O,
      actor: Actor,
      input: { params?: ParamsOf<O>; query?: QueryOf<O>; body?: BodyOf<O> } = {},
    ): Promise<ResponseOf<O>> => {
      const found = room.routes?.find((binding) => binding.operation.id === operation.id);
      return (await found?.handler(ctx(actor), {
        query: {},
        ...input,
      } as RouteInput<never>)) as ResponseOf<O>;
    };
    const decide = (id: string, partial = {}) => decider.decide(decider.parse(newAttempt(id, partial)));
    return { pack, decider, room, call, decide, loaded };
  };
  /** Stands for BACKTEST: a finished backtest of the content as it is now. */
  const backtest = async (number: number) => {
    await sql`insert into engine_backtest (version, content_hash, live, state, period_from, period_to, seed, started_at, started_by)
      select number, content_hash, '1', 'done', now(), now(), 1, now(), 'test'
      from engine_policy_version where number = ${number}`.execute(db);
    const { rows } = await sql<{ hash: string }>`select content_hash as hash from engine_policy_version
      where number = ${number}`.execute(db);
    await ctx()
      .db.transaction()
      .execute((trx) => markBacktested({ ...ctx(), db: trx }, number, rows[0]?.hash ?? ''));
  };
  return { db, clock, ctx, boot, backtest, dataFolder, vault };
}

type House = Awaited<ReturnType<typeof house>>;
type Running = Awaited<ReturnType<House['boot']>>;

const LOUD = newRule({
  id: 'loud',
  when: 'count("caller", "1h") >= 3.0',
  reason: 'call.abroad',
  verdict: 'hold',
});

/** A draft by ann with one rule more, approved by bob. */
async function draft({ call }: Running, rule: PolicyRule = LOUD) {
  const made = await call(contract.policyVersionsCreate, ann, { body: { title: 'one more' } });
  return call(contract.policyRulesPut, ann, {
    params: { number: made.number, id: rule.id },
    body: { revision: made.revision, rule },
  });
}

async function approved(at: House, running: Running, rule: PolicyRule = LOUD) {
  const { number } = await draft(running, rule);
  await at.backtest(number);
  const params = { number };
  const now = async () => ({
    revision: (await running.call(contract.policyVersionsGet, ann, { params })).revision,
  });
  await running.call(contract.policyVersionsShadow, ann, { params, body: await now() });
  at.clock.advance(HOUR);
  await running.call(contract.policyVersionsApprove, bob, { params, body: await now() });
  return { params, now };
}

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
    await next.start();
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
