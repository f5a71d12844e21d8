import type { BodyOf, Operation, ParamsOf, PolicyRule, QueryOf, ResponseOf } from '@fanzha/contract';
import * as contract from '@fanzha/contract';
import { sql } from 'kysely';
import {
  type Actor,
  AUDIT_MIGRATIONS,
  openVault,
  outboxMigrations,
  type RouteInput,
  SYSTEM_ACTOR,
  silentLogger,
} from '../platform/index.ts';
import { type TestDatabase, testClock, testContext } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { SUBJECT_TOKEN } from './decision-record.model.ts';
import { newAttempt, newDataFolder, TEST_RULES, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { policyGround } from './policy.service.ts';
import { createPolicyLife } from './policy-life.service.ts';
import { markBacktested } from './policy-move.service.ts';
import { importPack, readSetting } from './policy-setting.service.ts';

const START = '2026-11-23T10:00:00+08:00';
export const HOUR = 3_600_000;
const person = (id: string): Actor => ({ kind: 'user', id, name: id, permissions: new Set() });
export const [ann, bob] = [person('ann'), person('bob')];

/** What an installation's database has; each test takes one of its own. */
export const POLICY_TABLES = [
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
];
/** An installation of its own: database, clock, decider, and the routes as people call them. */
export async function policyHouse(
  database: Pick<TestDatabase, 'db'> | undefined,
  rules: readonly PolicyRule[] = TEST_RULES,
) {
  if (database === undefined) throw new Error('every test needs a database of its own');
  const { db } = database;
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

type House = Awaited<ReturnType<typeof policyHouse>>;
type Running = Awaited<ReturnType<House['boot']>>;

export const LOUD = newRule({
  id: 'loud',
  when: 'count("caller", "1h") >= 3.0',
  reason: 'call.abroad',
  verdict: 'hold',
});

/** A draft by ann with one rule more, approved by bob. */
export async function draft({ call }: Running, rule: PolicyRule = LOUD) {
  const made = await call(contract.policyVersionsCreate, ann, { body: { title: 'one more' } });
  return call(contract.policyRulesPut, ann, {
    params: { number: made.number, id: rule.id },
    body: { revision: made.revision, rule },
  });
}

export async function approved(at: House, running: Running, rule: PolicyRule = LOUD) {
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
