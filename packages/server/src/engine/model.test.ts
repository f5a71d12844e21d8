import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PERMISSIONS, SCORE_BINS } from '@fanzha/contract';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS, type Context, outboxMigrations, silentLogger } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { type StoredRow, writeProjected } from './decision.store.ts';
import { isDrift, type ModelWatch, measureDrift } from './drift.model.ts';
import { keptName, type ModelFiles, type ModelHost, type ModelVersion } from './model.model.ts';
import { openModelFolder } from './model-file.store.ts';
import { createModelRegistry } from './model-registry.service.ts';
import { modelDetail, modelSummaries } from './model-view.service.ts';
import { acknowledgeDrift, measureModels } from './model-watch.service.ts';
import { binScores, emptyBins, scoreBin } from './score-bins.model.ts';
import { ScoreTally } from './score-tally.model.ts';
import type { ScoreFacts } from './signal.model.ts';

const { db } = await testDatabase(
  outboxMigrations,
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);
const clock = testClock('2026-11-23T10:30:00Z');
const folder = mkdtempSync(join(tmpdir(), 'fanzha-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const as = (id: string): Context =>
  testContext({ db, clock, actor: { kind: 'user', id, name: id, permissions: new Set(PERMISSIONS) } });
const ann = as('ann');
const ben = as('ben');

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(95);
/** Scores as a good model gives them: frauds near one, the rest near zero. */
const scoreOf = (positive: boolean, spread = 6): number =>
  positive ? 1 - random() ** spread : random() ** spread;
const VALIDATION = binScores(
  Array.from({ length: 4000 }, (_, index) => ({
    score: scoreOf(index % 4 === 0),
    positive: index % 4 === 0,
  })),
);
const WATCH: ModelWatch = {
  psi: 0.25,
  leastEvents: 500,
  hours: 24,
  beforeDays: 28,
  keepDays: 190,
  from: '2026-01-01',
  source: 's',
};

function drawn(count: number, share: number, spread = 6): number[] {
  const bins = emptyBins();
  for (let index = 0; index < count; index++) {
    const bin = scoreBin(scoreOf(random() < share, spread));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

const REFERENCE = { reference: 4000, before: 5000 };

describe('drift', () => {
  it('is not seen where there is none: no alarm in 1,000 days of the fewest events that are looked at', () => {
    const before = drawn(5000, 0.02);
    let alarms = 0;
    for (let day = 0; day < 1000; day++) {
      if (isDrift(measureDrift(drawn(500, 0.02), before, VALIDATION, WATCH), REFERENCE, SCORE_BINS, WATCH))
        alarms++;
    }
    expect(alarms).toBe(0);
  });

  it('does not take more fraud for another behaviour of the model, and finds how much more', () => {
    const figures = measureDrift(drawn(5000, 0.3), [], VALIDATION, WATCH);
    expect(figures.share).toBeCloseTo(0.3, 1);
    expect(isDrift(figures, { ...REFERENCE, before: 0 }, SCORE_BINS, WATCH)).toBe(false);
  });

  it('is found on every one of 200 days on which scores have moved', () => {
    const before = drawn(5000, 0.02);
    for (let day = 0; day < 200; day++) {
      const figures = measureDrift(drawn(1000, 0.02, 2), before, VALIDATION, WATCH);
      expect(isDrift(figures, REFERENCE, SCORE_BINS, WATCH)).toBe(true);
    }
  });

  it('is not spoken of when there are too few events', () => {
    expect(measureDrift(drawn(499, 0.9), drawn(5000, 0.02), VALIDATION, WATCH)).toEqual({ count: 499 });
  });
});

const weightsOf = (version: string) => Buffer.from(`weights of ${version}`);
const versionOf = (version: string): ModelVersion => ({
  model: 'm',
  version,
  sha256: createHash('sha256').update(weightsOf(version)).digest('hex'),
  trained: '2026-11-01',
  features: { count: 3, space: { 'zh-CN': '词', en: 'words' } },
  training: [{ name: 'set', count: 10, terms: 't' }],
  calibration: { 'zh-CN': '无', en: 'none' },
  figures: {},
  outputs: [
    {
      name: 'fraud',
      fact: 'x.fraud',
      title: { 'zh-CN': '诈骗', en: 'fraud' },
      thresholds: { hold: 0.5, block: 0.9 },
      validation: VALIDATION,
    },
  ],
});

/** A room's side of a model: remembers what it was told to use. */
function newHost(): ModelHost & { readonly used: Record<string, string | undefined> } {
  const used: Record<string, string | undefined> = {};
  const read = ({ card, weights }: ModelFiles): ModelVersion => {
    const { id, version } = JSON.parse(Buffer.from(card).toString()) as { id: string; version: string };
    if (Buffer.from(weights).toString() !== `weights of ${version}`) throw new Error('weights do not fit');
    return { ...versionOf(version), model: id };
  };
  return {
    id: 'm',
    title: { 'zh-CN': '模型', en: 'Model' },
    owner: 'pack',
    kinds: ['sms.submit'],
    shipped: versionOf('1'),
    shippedFiles: () => files('1'),
    read,
    use: (role, given) => {
      used[role] = given && read(given).version;
    },
    used,
  };
}

const files = (version: string): ModelFiles => ({
  card: Buffer.from(JSON.stringify({ id: 'm', version })),
  weights: weightsOf(version),
});

function put(name: string, version: string, weights = weightsOf(version)): void {
  mkdirSync(join(folder, 'models'), { recursive: true });
  writeFileSync(join(folder, 'models', `${name}.json`), files(version).card);
  writeFileSync(join(folder, 'models', `${name}.bin`), weights);
}

const SCORES: readonly ScoreFacts[] = [
  {
    model: 'm',
    output: 'fraud',
    by: 'x.model',
    score: 'x.fraud',
    challenger: { by: 'x.other', score: 'x.otherFraud' },
  },
];

let position = 0;
function row(facts: Record<string, string | number>, simulated = false): StoredRow {
  position += 1;
  const decision = {
    kind: 'sms.submit',
    eventId: `e${position}`,
    at: clock.date().toISOString(),
    decidedAt: clock.now(),
    verdict: 'allow',
    score: 0,
    reasons: [],
    facts,
    policy: { id: 'p', version: '1' },
    models: [],
    degraded: [],
    simulated,
    tookMicros: 1,
  };
  const record = { event: {}, maskedFields: [], digest: '', subjects: [], keys: [], decision };
  return { seq: position, record: record as unknown as StoredRow['record'] };
}

async function project(rows: StoredRow[], unlisted = 0): Promise<boolean> {
  const newTally = () => new ScoreTally(SCORES, () => 0.5);
  const group = {
    at: Math.floor(clock.now() / 1000),
    kind: 'sms.submit' as const,
    decidedAt: clock.now(),
    version: '1',
    simulated: false,
    events: unlisted,
  };
  const from = position - rows.length;
  return writeProjected({ db, newTally }, { rows, unlisted: unlisted > 0 ? [group] : [] }, from, position);
}

describe('a challenger', () => {
  const host = newHost();
  const registry = createModelRegistry([host], openModelFolder(folder), silentLogger);
  const parts = { registry, scores: SCORES, watch: WATCH };
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'done',
      (error: { kind?: { code: string } }) => error.kind?.code,
    );

  it('scores beside the champion without taking its place, is approved by somebody else, and stays after a restart', async () => {
    put('m', '2');
    put('broken', '9', Buffer.from('other weights'));
    const before = await modelDetail(ann, parts, 'm', 1);
    expect(before.candidates).toEqual([
      { file: 'broken.json', version: '', problem: 'weights do not fit' },
      { file: 'm.json', version: '2' },
    ]);
    expect(await code(registry.startChallenger(ann, 'm', '9'))).toBe('not-found');
    await registry.startChallenger(ann, 'm', '2');
    expect(host.used).toEqual({ champion: undefined, challenger: '2' });
    expect(await code(registry.startChallenger(ann, 'm', '2'))).toBe('wrong-state');
    put('m', '3');
    expect(await code(registry.promote(ann, 'm', '2'))).toBe('second-person-needed');
    expect(await code(registry.promote(ben, 'm', '3'))).toBe('wrong-state');
    await registry.promote(ben, 'm', '2', 'better recall');
    expect(host.used).toEqual({ champion: '2', challenger: undefined });

    const restarted = newHost();
    await createModelRegistry([restarted], openModelFolder(folder), silentLogger).restore({ db });
    expect(restarted.used).toEqual({ champion: '2', challenger: undefined });
    const { versions, champion } = await modelDetail(ann, parts, 'm', 1);
    expect(champion).toBe('2');
    expect(versions.map(({ version, state }) => [version, state])).toEqual([
      ['2', 'champion'],
      ['1', 'retired'],
    ]);
  });

  it('may be the version that was retired: the way back is the way there', async () => {
    await registry.startChallenger(ben, 'm', '1');
    await registry.dropChallenger(ann, 'm');
    await registry.startChallenger(ben, 'm', '1');
    await registry.promote(ann, 'm', '1');
    expect(host.used).toEqual({ champion: '1', challenger: undefined });
  });

  it('is forgotten, and deciding goes on by the pack, when its files are gone', async () => {
    await registry.startChallenger(ann, 'm', '2');
    rmSync(join(folder, 'models', 'kept', `${keptName(versionOf('2'))}.bin`));
    const restarted = newHost();
    await createModelRegistry([restarted], openModelFolder(folder), silentLogger).restore({ db });
    expect(restarted.used).toEqual({ champion: '1', challenger: undefined });
    await registry.dropChallenger(ann, 'm');
  });

  it('is compared on live events only, each counted once', async () => {
    put('m', '2');
    await registry.startChallenger(ann, 'm', '2');
    const both = (fraud: number, otherFraud: number) =>
      row({ 'x.model': 'm@1', 'x.fraud': fraud, 'x.other': 'm@2', 'x.otherFraud': otherFraud });
    const rows = [both(0.9, 0.8), both(0.9, 0.1), both(0.1, 0.2), both(0.2, 0.7)];
    const simulated = { ...row({ 'x.model': 'm@1', 'x.fraud': 0.99 }, true) };
    expect(await project([...rows, simulated])).toBe(true);
    expect(await writeProjected({ db }, { rows, unlisted: [] }, 0, position)).toBe(false);
    const { challenge, scoredLastDay, hours } = await modelDetail(ann, parts, 'm', 24);
    expect(challenge).toMatchObject([
      { champion: '1', challenger: '2', output: 'fraud', threshold: 0.5, count: 4 },
    ]);
    expect(challenge[0]).toMatchObject({ both: 1, championOnly: 1, challengerOnly: 1, neither: 1 });
    expect(challenge[0]?.meanDifference).toBeCloseTo((-0.1 - 0.8 + 0.1 + 0.5) / 4);
    expect(challenge[0]?.sample).toEqual(['4', '2']);
    expect(scoredLastDay).toBe(4);
    expect(hours.map(({ version }) => version)).toEqual(['1', '2']);
    await registry.dropChallenger(ann, 'm');
  });

  it('lets listed decisions stand for those that are only counted', async () => {
    clock.set('2026-12-20T10:30:00Z');
    const rows = Array.from({ length: 10 }, () => row({ 'x.model': 'm@1', 'x.fraud': 0.01 }));
    await project(rows, 990);
    const [summary] = await modelSummaries(ann, parts);
    expect(summary?.scoredLastDay).toBe(1000);
  });
});

describe('the watch', () => {
  const registry = createModelRegistry([newHost()], openModelFolder(folder), silentLogger);
  const live = (count: number, spread: number) =>
    project(
      Array.from({ length: count }, () =>
        row({ 'x.model': 'm@1', 'x.fraud': scoreOf(random() < 0.05, spread) }),
      ),
    );
  const state = async () => {
    const [summary] = await modelSummaries(ann, { registry, scores: SCORES, watch: WATCH });
    return summary?.drift;
  };
  const alarms = async () => {
    const { rows } = await sql`select 1 from platform_outbox where topic = 'model.drifted'`.execute(db);
    return rows.length;
  };

  it('tells of drift once, lets it be acknowledged, and ends by itself', async () => {
    clock.set('2027-02-01T10:30:00Z');
    await measureModels(ann, registry, WATCH);
    expect(await state()).toBe('unmeasured');
    await live(800, 6);
    await measureModels(ann, registry, WATCH);
    expect(await state()).toBe('steady');
    clock.advance(48 * 3_600_000);
    await live(800, 1.5);
    await measureModels(ann, registry, WATCH);
    await measureModels(ann, registry, WATCH);
    expect(await state()).toBe('drifting');
    expect(await alarms()).toBe(1);
    await acknowledgeDrift(ben, 'm', 'fraud', 'new campaign, retraining');
    await measureModels(ann, registry, WATCH);
    expect(await state()).toBe('acknowledged');
    await expect(acknowledgeDrift(ben, 'm', 'fraud', 'again')).rejects.toMatchObject({
      kind: { code: 'wrong-state' },
    });
    clock.advance(30 * 24 * 3_600_000);
    await live(800, 6);
    await measureModels(ann, registry, WATCH);
    expect(await state()).toBe('steady');
  });

  it('draws a curve of live scores against what people confirmed', async () => {
    const scored = row({ 'x.model': 'm@1', 'x.fraud': 0.95 });
    await project([scored]);
    await sql`insert into engine_label (seq, kind, event_id, decided_at, verdict, rules, simulated, outcome, source,
      by_name, at) values (${scored.seq}, 'sms.submit', 'e', now(), 'allow', '{}', false, 'fraud', 'analyst', 'ann',
      now())`.execute(db);
    const { confirmed } = await modelDetail(ann, { registry, scores: SCORES, watch: WATCH }, 'm', 1);
    expect(confirmed.fraud).toMatchObject({ count: 1, bins: [{ positive: 1, meanScore: 0.95 }] });
  });
});
