import { describe, expect, it } from 'vitest';
import { bestThreshold } from './calibration.model.ts';
import { createClassifier } from './classifier.model.ts';
import { clusterTexts } from './cluster.model.ts';
import { toSamples } from './dataset.model.ts';
import { evaluate } from './evaluation.model.ts';
import { train } from './learner.model.ts';
import { extract } from './message.fixture.ts';
import { dealClusters } from './random.model.ts';
import { meaningOf } from './taxonomy.model.ts';
import { type ModelCard, packWeights, unpackWeights } from './weights.model.ts';

const FOODS = ['苹果', '香蕉', '米饭', '面条', '牛肉', '青菜', '豆腐', '鸡蛋'];
const PRIZES = ['现金', '手机', '电脑', '红包', '彩金', '礼包', '金币', '话费'];
const texts = [
  ...FOODS.flatMap((a, i) =>
    FOODS.slice(i + 1).map((b) => ({ text: `今天晚上我们吃${a}和${b}好不好`, label: 'ham' })),
  ),
  ...PRIZES.flatMap((a, i) =>
    PRIZES.slice(i + 1).map((b) => ({
      text: `恭喜您获得${a}和${b}请登录www.win${i}.cc领取`,
      label: 'fraud',
    })),
  ),
];
// Every text is its own cluster here: the near-duplicates of a tiny set would otherwise all be one.
const samples = toSamples(texts, extract).map((sample, cluster) => ({ ...sample, cluster }));

describe('the learner', () => {
  const { classifier } = train(samples);

  it('tells what it was taught apart, with probabilities that sum to one', () => {
    const [scam] = toSamples([{ text: '恭喜您获得汽车请登录www.abc9.cc领取', label: '' }], extract);
    const [dinner] = toSamples([{ text: '晚上我们吃鱼好不好', label: '' }], extract);
    const fraud = classifier.labels.indexOf('fraud');
    const said = scam && classifier.predict(scam.form);
    expect(said?.probabilities[fraud]).toBeGreaterThan(0.8);
    expect(said?.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
    expect(dinner && classifier.predict(dinner.form).probabilities[fraud]).toBeLessThan(0.2);
  });

  it('names the words that weighed most, contacts by class', () => {
    const [scam] = toSamples([{ text: '恭喜您获得汽车请登录www.abc9.cc领取', label: '' }], extract);
    const grams = scam ? classifier.explain(scam.form, new Set(['fraud']), 8) : [];
    expect(grams.map(({ gram }) => gram)).toContain('‹link›');
    expect(
      grams.every(({ weight }, index) => Math.abs(weight) <= Math.abs(grams[index - 1]?.weight ?? Infinity)),
    ).toBe(true);
  });

  it('gives the same weights for the same seed', () => {
    expect(train(samples).classifier.weights).toEqual(classifier.weights);
  });

  it('refuses a set with one label', () => {
    expect(() => train(samples.filter(({ label }) => label === 'ham'))).toThrow('at least two labels');
  });

  it('says the same after packing weights into bytes, wherever the bytes lie in memory', () => {
    const { bytes, hashes, scales } = packWeights(classifier);
    const card = { ...classifier, hashes, scales, id: 'test' } as unknown as ModelCard;
    const moved = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    const again = createClassifier(unpackWeights(moved, card));
    for (const { form } of samples) {
      const [was, is] = [
        classifier.predict(form).probabilities[0] ?? 0,
        again.predict(form).probabilities[0] ?? 0,
      ];
      expect(Math.abs(was - is)).toBeLessThan(0.03);
    }
    expect(() => unpackWeights(bytes.subarray(1), card)).toThrow('expected');
  });
});

describe('near-duplicates', () => {
  it('are one cluster when only link, amount or name differ, and never on both sides of a split', () => {
    const copies = [
      '尊敬的工行用户您的积分已满可兑换498元现金请登录wap.icbca.cc领取',
      '尊敬的工行用户，您的积分已满，可兑换 588 元现金，请登录 wap.icbcb.cc 领取！',
      '明天上午九点在三楼会议室开会，请准时参加',
    ];
    const forms = toSamples(
      copies.map((text) => ({ text, label: 'x' })),
      extract,
    );
    expect(forms[0]?.cluster).toBe(forms[1]?.cluster);
    expect(forms[0]?.cluster).not.toBe(forms[2]?.cluster);
    const parts = dealClusters([0, 0, 2, 2, 4, 5], ['a', 'a', 'a', 'b', 'b', 'b'], 2, 1);
    expect(parts[0]).toBe(parts[1]);
    expect(parts[2]).toBe(parts[3]);
  });

  it('do not join texts that share nothing, nor fail on none', () => {
    expect([...clusterTexts([])]).toEqual([]);
    expect([...clusterTexts(['', 'a', '你好吗', 'xyzxyz'])]).toEqual([0, 1, 2, 3]);
  });
});

describe('an evaluation', () => {
  const judged = [
    ['a', 'a'],
    ['a', 'a'],
    ['a', 'b'],
    ['b', 'b'],
    ['b', 'a'],
    ['c', 'c'],
  ].map(([truth = '', predicted = ''], cluster) => ({
    truth,
    predicted,
    positive: truth === 'a',
    flagged: predicted === 'a',
    cluster,
  }));
  const result = evaluate(judged, 0.5);

  it('counts as anybody would by hand', () => {
    expect(result.classes.a).toMatchObject({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, n: 3 });
    expect(result.classes.b).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, n: 2 });
    expect(result.macroF1).toBeCloseTo((2 / 3 + 0.5 + 1) / 3);
    expect(result.confusion).toEqual({ a: { a: 2, b: 1 }, b: { a: 1, b: 1 }, c: { c: 1 } });
    expect(result.binary).toMatchObject({
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 1,
      negatives: 3,
    });
  });

  it('gives intervals around the figure, the same each time', () => {
    const [low, high] = result.macroF1Interval;
    expect(low).toBeLessThanOrEqual(result.macroF1);
    expect(high).toBeGreaterThanOrEqual(result.macroF1);
    expect(evaluate(judged, 0.5)).toEqual(result);
  });

  it('finds the threshold of best F1', () => {
    expect(bestThreshold([0.9, 0.8, 0.3, 0.1], [true, true, false, false])).toBeCloseTo(0.55);
  });
});

describe('the mapping of labels', () => {
  it('takes the first line that fits, and counts the unknown as fraud', () => {
    const mapping = {
      labels: [
        { label: 'AD:*', group: 'advert' as const },
        { label: 'ham', group: 'ordinary' as const },
      ],
    };
    expect(meaningOf('AD:Loan', mapping).group).toBe('advert');
    expect(meaningOf('ham', mapping).group).toBe('ordinary');
    expect(meaningOf('hamster', mapping).group).toBe('fraud');
  });
});
