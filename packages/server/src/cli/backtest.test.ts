import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BacktestReport } from '@fanzha/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeReplay, composeTraffic } from '../compose.ts';
import {
  type CoreListener,
  createDecider,
  createEngine,
  generateTraffic,
  openCore,
} from '../engine/index.ts';

import {
  AUDIT_MIGRATIONS,
  AUTH_MIGRATIONS,
  openVault,
  silentLogger,
  systemClock,
} from '../platform/index.ts';
import { testContext, testDatabase } from '../platform/testing/index.ts';

const { db, url } = await testDatabase(
  { name: 'auth', migrations: AUTH_MIGRATIONS },
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('../engine/migrations/', import.meta.url) },
  { name: 'intel', migrations: new URL('../intel/migrations/', import.meta.url) },
  { name: 'calls', migrations: new URL('../calls/migrations/', import.meta.url) },
);
const PACK = fileURLToPath(new URL('../../../../packs/cn', import.meta.url));
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const EVENTS = 400;
const data = mkdtempSync(join(tmpdir(), 'fanzha-backtest-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));
const decided: string[] = [];

beforeAll(async () => {
  const { pack, ground, seed, displayNumber } = await composeReplay({
    packFolder: PACK,
    dataFolder: data,
    knowledge: undefined,
  });
  const numbering = { display: displayNumber, parse: (canonical: string) => ({ canonical }) };
  const decider = createDecider({
    pack,
    kinds: ground.kinds,
    signals: ground.signals,
    clock: systemClock,
    numbering,
    counting: { seed },
  });
  const vault = openVault(data);
  const ours = {
    decider,
    pack,
    dataFolder: data,
    db,
    vault,
    numbering,
    clock: systemClock,
    log: silentLogger,
  };
  const open = (listener: CoreListener) => openCore({ ...ours, fsync: false, listener });
  const engine = await createEngine({ ...ours, open });
  await engine.start();
  const traffic = generateTraffic({
    sources: composeTraffic(pack),
    seed: 3,
    events: EVENTS,
    until: systemClock.now(),
    timeZone: pack.timeZone,
    idPrefix: 'cli',
  });
  const events = Array.from(traffic, ({ event }) => event);
  for (const outcome of await engine.submit(testContext({ db }), events)) {
    if (outcome.ok && outcome.entry.decision.verdict === 'block') decided.push(outcome.id);
  }
  await engine.caughtUp();
  await engine.stop();
});

function fanzha(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DATABASE_URL: url, FANZHA_PACK: PACK };
    const child = spawn(process.execPath, [MAIN, ...args, '--data', data], { env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function file(name: string, content: unknown): string {
  const path = join(data, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a backtest from the command line', () => {
  it('replays the journal of a data folder, with labels that came from a file', async () => {
    expect(decided.length).toBeGreaterThan(2);
    const lines = decided.map((decision) => JSON.stringify({ decision, outcome: 'fraud' }));
    const labelled = await fanzha('label', file('labels.jsonl', `${lines.join('\n')}\n`), '--json');
    expect(JSON.parse(labelled.stdout)).toEqual({
      lines: decided.length,
      changed: decided.length,
      refused: 0,
    });
    const run = await fanzha('backtest', '--policy', file('none.json', { rules: [], tables: [] }), '--json');
    expect(run.code, run.stderr).toBe(0);
    const report: BacktestReport = JSON.parse(run.stdout);
    expect(report.reproduced.compared).toBeGreaterThan(EVENTS / 3);
    expect(report.reproduced.equal).toBe(report.reproduced.compared);
    expect(report.noLongerBlocked.total).toBe(decided.length);
    expect(report.baselineAccuracy?.recall).toMatchObject({ hits: decided.length, of: decided.length });
    expect(report.candidateAccuracy).toMatchObject({ precision: null, recall: { hits: 0 } });
    const text = await fanzha('backtest', '--policy', file('same.json', {}));
    expect(text.stdout).toContain('无变化 unchanged');
  });

  it.each([
    [
      'a rule that is wrong',
      {
        rules: [
          {
            id: 'x.y',
            on: ['call.attempt'],
            when: 'call.ingres == "a"',
            verdict: 'block',
            reason: 'call.abroad',
            judges: 'event',
            score: 1,
            values: [],
            owner: 'o',
          },
        ],
      },
      1,
      'call.ingress',
    ],
    ['a file that is no policy', { rules: 'all' }, 3, 'rules'],
    ['a file that is no JSON', '{', 3, 'cannot be read'],
  ])('names %s', async (name, content, code, message) => {
    const run = await fanzha('backtest', '--policy', file(`${name}.json`, content));
    expect(run.code, run.stderr).toBe(code);
    expect(run.stderr).toContain(message);
    expect(run.stdout).toBe('');
  });

  it.each([
    ['a version that there is not', ['--policy', '99'], 'there is no version 99'],
    [
      'a period that ends before it begins',
      ['--policy', '1', '--from', '2026-11-23T00:00:00Z', '--to', '2026-11-22T00:00:00Z'],
      'before --to',
    ],
    ['a time that is none', ['--policy', '1', '--from', 'yesterday'], 'not a time'],
  ])('refuses %s', async (_what, args, message) => {
    const run = await fanzha('backtest', ...args);
    expect(run.code, run.stderr).toBe(2);
    expect(run.stderr).toContain(message);
  });

  it('says which lines of labels it could not use', async () => {
    const run = await fanzha(
      'label',
      file('wrong.jsonl', '{"decision":"zzz","outcome":"fraud"}\n{"outcome":"no"}\n'),
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('line 1: Not found');
    expect(run.stderr).toContain('line 2: outcome');
  });
});
