import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { newSubscribers, subscriberCsv } from './subscriber.fixture.ts';

const bin = fileURLToPath(new URL('../../../bin/fanzha.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanzha-calls-'));
const known = join(folder, 'known.csv');
const unseen = join(folder, 'unseen.csv');
writeFileSync(known, subscriberCsv(newSubscribers(240)));
writeFileSync(unseen, `${subscriberCsv(newSubscribers(150, 5))}broken\n`);

const fanzha = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });

it('trains from a file, measures on another, and says what it left out', () => {
  const options = ['--model', 'calls-live', '--seed', '3', '--release', '2026.12', '--out', folder];
  const training = fanzha('train', 'calls', known, ...options);
  expect([training.status, training.stderr]).toEqual([0, expect.stringContaining('calls-live.bin: ')]);
  const card = join(folder, 'models', 'calls-live.json');
  const { stdout, stderr, status } = fanzha(
    'eval',
    'calls',
    unseen,
    '--model',
    'calls-live',
    '--card',
    card,
    '--json',
  );
  expect(status).toBe(0);
  expect(stderr).toContain('unseen.csv:152: (line) ');
  const share = expect.any(Number);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    n: 150,
    auc: share,
    macroF1: share,
    fraud: { precision: share, recall: share, f1: share },
    recallAtPrecision98: share,
    intervals: { auc: [share, share] },
    calibration: { ece: share },
    rule: { fraud: { precision: share } },
    rejected: 1,
    seenInTraining: 0,
    crossValidated: false,
    version: '2026.12',
  });
  expect(report.auc).toBeGreaterThan(0.8);
  const text = fanzha('eval', 'calls', known, '--model', 'calls-live', '--card', card).stdout;
  expect(text).toContain('240 were in the training: scored by the member that has not seen them');
  const { figures } = JSON.parse(readFileSync(card, 'utf8'));
  const again = fanzha(
    'eval',
    'calls',
    known,
    '--model',
    'calls-live',
    '--cross-validate',
    '--seed',
    '3',
    '--json',
  );
  expect(JSON.parse(again.stdout).auc).toBeCloseTo(figures.auc, 6);
});

it('says in one line what it cannot use', () => {
  const wrong: [string[], number, RegExp][] = [
    [['eval', 'calls', join(folder, 'no.csv')], 3, /no\.csv: no such file/],
    [['eval', 'calls', bin], 3, /lacks 56 columns|holds|lacks/],
    [
      ['eval', 'calls', unseen, '--model', 'calls-year'],
      3,
      /no model calls-year: one of calls-month, calls-live/,
    ],
    [['eval', 'calls', unseen, '--card', join(folder, 'no.json')], 3, /no\.json/],
    [['train', 'calls', known, '--out', folder, '--seed', 'x'], 2, /--seed: must be a whole number/],
  ];
  for (const [args, code, message] of wrong) {
    const { status, stderr, stdout } = fanzha(...args);
    expect([args[2], status, stdout]).toEqual([args[2], code, '']);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
  }
});
