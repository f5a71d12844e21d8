import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { openBehaviourLab } from './behaviour-lab.service.ts';
import { plainRule } from './behaviour-report.service.ts';
import { inputsOf } from './feature.model.ts';
import { newSubscribers } from './subscriber.fixture.ts';
import { SUBSCRIBER_COLUMNS } from './subscriber-column.model.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const lab = openBehaviourLab(pack);
const known = newSubscribers(300);
const note = { source: 'made-up', date: '2026-11-24', version: '1', seed: 7 };
const trained = lab.train(known, 'calls-live', note);

function filesOf({ files }: typeof trained) {
  const [card, weights] = files;
  if (!card || !weights) throw new Error('two files');
  return { card: card.bytes, weights: weights.bytes };
}

describe('training a model of callers', () => {
  it('gives the same bytes for the same rows and seed, and others for another seed', () => {
    const again = lab.train(known, 'calls-live', note);
    expect(Buffer.from(filesOf(again).weights).equals(filesOf(trained).weights)).toBe(true);
    expect(again.card).toEqual(trained.card);
    const { card } = lab.train(known, 'calls-live', { ...note, seed: 8 });
    expect(card.sha256).not.toBe(trained.card.sha256);
  });

  it('tells persons apart that it has never seen, about as well as its card says', () => {
    const report = lab.evaluate(newSubscribers(600, 99), 'calls-live', filesOf(trained));
    const { auc = 0, aucLow = 0 } = trained.card.figures;
    expect(report).toMatchObject({ n: 600, frauds: 200, seenInTraining: 0, version: '1' });
    expect(auc).toBeGreaterThan(0.85);
    expect(report.auc).toBeGreaterThan(aucLow - 0.03);
    expect(report.intervals.auc[0]).toBeLessThan(report.auc);
    expect(report.calibration.ece).toBeLessThan(0.08);
  });

  it('never reports how well it remembers its own training rows', () => {
    // Labels by chance: only remembering could tell them apart.
    const random = known.map((each, index) => ({ ...each, fraud: (index * 7919) % 5 < 2 }));
    const learned = lab.train(random, 'calls-live', note);
    const report = lab.evaluate(random, 'calls-live', filesOf(learned));
    expect(report.seenInTraining).toBe(random.length);
    expect(report.auc).toBeGreaterThan(0.4);
    expect(report.auc).toBeLessThan(0.6);
    // Written anew by a program that keeps six figures, rows are still known.
    const rewritten = random.map((each) => ({
      ...each,
      columns: each.columns.map((value) => Number(value.toPrecision(6))),
    }));
    expect(lab.evaluate(rewritten, 'calls-live', filesOf(learned)).seenInTraining).toBe(random.length);
  });

  it('says that there is too little to learn from, and that there is no such model', () => {
    expect(() => lab.train(known.slice(0, 60), 'calls-live', note)).toThrow(
      /16 frauds and 32 others|50 of each/,
    );
    expect(() => lab.evaluate(known, 'calls-year')).toThrow(/calls-month, calls-live/);
  });
});

describe('the model of callers that ships', () => {
  it('is better on persons it has not seen than the plain rule, by the figures on its card', () => {
    const report = lab.evaluate(known, 'calls-month');
    expect(report).toMatchObject({ n: 300, seenInTraining: 0 });
    expect(report.rule.what).toContain('calls per callee < 2');
    const { card } = lab.shipped('calls-month');
    expect(card.figures.auc).toBeGreaterThan(0.955);
    expect(card.figures.recallAtPrecision98).toBeGreaterThan(0.6);
    expect(card.figures.macroF1).toBeGreaterThan(card.figures.ruleMacroF1 ?? 1);
    const { positive, negative } = card.validation.fraud;
    expect([...positive, ...negative].reduce((sum, count) => sum + count, 0)).toBe(card.rows);
  });

  it('explains every score by figures that add up to it', () => {
    for (const id of ['calls-month', 'calls-live']) {
      const { model } = lab.shipped(id);
      for (const { columns } of known.slice(0, 20)) {
        const inputs = inputsOf(model.space, columns);
        const { base, contributions } = model.explain(inputs);
        const sum = contributions.reduce((total, { weight }) => total + weight, base);
        expect(1 / (1 + Math.exp(-sum))).toBeCloseTo(model.score(inputs), 9);
        const weights = contributions.map(({ weight }) => Math.abs(weight));
        expect(weights).toEqual([...weights].sort((a, b) => b - a));
      }
    }
  });

  it('knows the plain rule: outgoing, once each, to many', () => {
    const columns = (share: number, each: number, people: number) => {
      const known = new Map([
        ['voc_calltype1', share],
        ['phone2opposite_mean', each],
        ['opposite_unique', people],
      ]);
      return SUBSCRIBER_COLUMNS.map((column) => known.get(column) ?? 0);
    };
    const said = [
      columns(0.91, 1.9, 20),
      columns(0.9, 1.9, 20),
      columns(0.91, 2, 20),
      columns(0.91, 1.9, 19),
    ];
    expect(said.map(plainRule)).toEqual([true, false, false, false]);
    expect(plainRule(SUBSCRIBER_COLUMNS.map(() => Number.NaN))).toBe(false);
  });
});
