import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_RECORDED } from '@fanzha/contract';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder, newEngine, TEST_RULES } from './engine.fixture.ts';
import type { Engine } from './engine.service.ts';
import type { OverloadSetting } from './overload.model.ts';
import {
  newPack,
  newRule,
  TEST_JOURNAL,
  TEST_LISTS,
  TEST_OVERLOAD,
  TEST_POLICY_LIFE,
  TEST_WINDOWS,
} from './policy.fixture.ts';

const { db } = await testDatabase({
  name: 'engine',
  migrations: new URL('./migrations/', import.meta.url),
});
const clock = testClock();
const ctx = testContext({ db, clock });
let running: Engine | undefined;
afterEach(() => running?.stop());

/** An engine with rules that count, whose journal can be taken away. */
async function engineWith(overload: Partial<OverloadSetting> = {}) {
  await running?.stop();
  await sql`truncate engine_decision, engine_projection`.execute(db);
  const dataFolder = newDataFolder();
  const many = newRule({
    id: 'many',
    when: 'count("caller", "1h") > 3.0',
    reason: 'call.many',
    verdict: 'limit',
  });
  const setting = { ...TEST_OVERLOAD, ...overload };
  const engineJson = {
    windows: TEST_WINDOWS,
    overload: setting,
    lists: TEST_LISTS,
    journal: TEST_JOURNAL,
    policyLife: TEST_POLICY_LIFE,
  };
  const pack = newPack({ rules: [...TEST_RULES, many], files: { 'engine.json': engineJson } });
  const engine = await newEngine({ db, clock, dataFolder, segmentBytes: 100, pack });
  await engine.start();
  running = engine;
  const folder = join(dataFolder, 'journal');
  return {
    engine,
    breakJournal: () => renameSync(folder, `${folder}.away`),
    mendJournal: () => renameSync(`${folder}.away`, folder),
  };
}

interface Answer {
  readonly id: string;
  readonly verdict: string;
  readonly degraded: readonly string[];
  readonly duplicate?: boolean;
}

const decide = async (engine: Engine, body: object): Promise<Answer> =>
  (await engine.routes
    ?.find(({ operation }) => operation.id === 'decisions.make')
    ?.handler(ctx, { params: {}, query: {}, body } as never)) as Answer;
const figure = (engine: Engine, name: string): number | undefined =>
  engine.health().figures.find((each) => each.name === name)?.value;
const sms = { at: '2026-11-23T01:00:00Z', sender: '1', to: '2', text: 'x', channel: 'smpp' };
const domestic = { ingress: 'access' };

async function rows(): Promise<{ event_id: string; degraded: string[] }[]> {
  const { rows: found } = await sql<{ event_id: string; degraded: string[] }>`
    select event_id, record::jsonb->'decision'->'degraded' as degraded from engine_decision order by seq`.execute(
    db,
  );
  return found;
}

describe('an inline decision while the journal cannot be written', () => {
  it('is made and marked, counts like any other, and is recorded once when the journal is back', async () => {
    const { engine, breakJournal, mendJournal } = await engineWith();
    await decide(engine, newAttempt('before', domestic));
    breakJournal();
    const answers = [];
    for (const id of ['a', 'b', 'c']) answers.push(await decide(engine, newAttempt(id, domestic)));
    expect(answers.map(({ id, verdict, degraded }) => [id, verdict, degraded])).toEqual([
      [NOT_RECORDED, 'allow', ['journal']],
      [NOT_RECORDED, 'allow', ['journal']],
      [NOT_RECORDED, 'limit', ['journal']],
    ]);
    expect(engine.health()).toMatchObject({ state: 'degraded' });
    expect(figure(engine, 'unrecordedWaiting')).toBe(3);
    expect(figure(engine, 'answeredUnrecorded.call.attempt')).toBe(3);
    mendJournal();
    await expect.poll(() => figure(engine, 'unrecordedWaiting'), { timeout: 10_000 }).toBe(0);
    const next = await decide(engine, newAttempt('after', domestic));
    expect(next).toMatchObject({ verdict: 'limit', degraded: [] });
    await engine.caughtUp();
    expect(await rows()).toEqual([
      { event_id: 'before', degraded: [] },
      { event_id: 'a', degraded: ['journal'] },
      { event_id: 'b', degraded: ['journal'] },
      { event_id: 'c', degraded: ['journal'] },
      { event_id: 'after', degraded: [] },
    ]);
    expect(engine.health().state).toBe('ok');
  });

  it('stays the same when the event is sent again, and another event with its id is refused', async () => {
    const { engine, breakJournal, mendJournal } = await engineWith();
    await decide(engine, newAttempt('before'));
    breakJournal();
    const first = await decide(engine, newAttempt('a'));
    expect(await decide(engine, newAttempt('a'))).toEqual({ ...first, duplicate: true });
    await expect(decide(engine, newAttempt('a', { to: '9' }))).rejects.toMatchObject({
      kind: { code: 'event-id-conflict' },
    });
    const streamed = await engine.submit(ctx, [newAttempt('a'), newAttempt('b')]);
    expect(streamed.map((outcome) => !outcome.ok && outcome.error.kind.code)).toEqual([
      'unavailable',
      'unavailable',
    ]);
    mendJournal();
    const again = await engine.submit(ctx, [newAttempt('a'), newAttempt('b')]);
    expect(again.map((outcome) => outcome.ok && outcome.duplicate)).toEqual([true, false]);
    await engine.caughtUp();
    expect((await rows()).map(({ event_id }) => event_id)).toEqual(['before', 'a', 'b']);
  });

  it('is refused where its kind fails closed, with the time to come back', async () => {
    const { engine, breakJournal, mendJournal } = await engineWith();
    await decide(engine, newAttempt('before'));
    breakJournal();
    await expect(decide(engine, { ...sms, id: 's' })).rejects.toMatchObject({
      kind: { code: 'unavailable' },
      retryAfter: 2,
    });
    expect(figure(engine, 'refused.sms.submit')).toBe(1);
    mendJournal();
    expect(await decide(engine, { ...sms, id: 's' })).toMatchObject({ verdict: 'allow', degraded: [] });
  });

  it('is answered also when there is no room to keep it, and that is said', async () => {
    const { engine, breakJournal, mendJournal } = await engineWith({ keepUnrecorded: 2 });
    await decide(engine, newAttempt('before'));
    breakJournal();
    for (let index = 0; index < 5; index++) {
      expect((await decide(engine, newAttempt(`during ${index}`))).degraded).toEqual(['journal']);
    }
    expect(figure(engine, 'unrecordedWaiting')).toBe(2);
    expect(figure(engine, 'unrecordedLost')).toBe(3);
    mendJournal();
  });
});

describe('more than may be under way', () => {
  it('is decided by the counters as they are, and recorded and counted later', async () => {
    const { engine } = await engineWith({ maxUnderWay: 2 });
    const sent = Array.from({ length: 6 }, (_, index) => newAttempt(`e${index}`, domestic));
    const answers = await Promise.all(sent.map((event) => decide(engine, event)));
    expect(answers.filter(({ degraded }) => degraded.includes('overload'))).toHaveLength(4);
    await expect.poll(() => figure(engine, 'unrecordedWaiting'), { timeout: 10_000 }).toBe(0);
    await engine.caughtUp();
    expect(new Set((await rows()).map(({ event_id }) => event_id)).size).toBe(6);
    expect(await rows()).toHaveLength(6);
    expect((await decide(engine, newAttempt('last', domestic))).verdict).toBe('limit');
    const refused = await Promise.allSettled(
      Array.from({ length: 4 }, (_, index) => decide(engine, { ...sms, id: `s${index}` })),
    );
    expect(refused.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });
});
