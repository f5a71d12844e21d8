import { resolve } from 'node:path';
import type { SmsSubmit } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { openPack } from '../platform/index.ts';
import { createMessages, openMessageScorer } from './index.ts';

const pack = openPack(resolve(import.meta.dirname, '../../../../packs/cn'));
const numbering = openNumbering(pack);
const { models, signals } = createMessages({ pack, numbering });
const signal = signals.find(({ id }) => id === 'message-model');
const [han] = models;
if (!signal || !han) throw new Error('no model');

const event: SmsSubmit = {
  id: '1',
  kind: 'sms.submit',
  at: '2026-11-23T10:00:00+08:00',
  channel: 'smpp',
  sender: '1069012345',
  to: '+8613812345678',
  text: '【中国银行】您的账户异常，请立即点击 http://bocc-cn.top 验证身份，否则冻结',
};
const facts = () => signal.evaluate(event, { subjects: [] });
/** The shipped weights under another version: the same scores, told apart by name. */
const other = () => {
  const { card, weights } = han.shippedFiles();
  const text = Buffer.from(card)
    .toString()
    .replace(/"version": "[^"]*"/, '"version": "2099.1"');
  return { card: Buffer.from(text), weights };
};

describe('the text models in the registry', () => {
  it('tell what they are and how right their probabilities were on texts held out of training', () => {
    for (const { shipped } of models) {
      const [fraud] = shipped.outputs;
      const { positive = [], negative = [], eceInterval } = fraud?.validation ?? {};
      const texts = [...positive, ...negative].reduce((sum, count) => sum + count, 0);
      expect(texts).toBe(shipped.figures.samples);
      expect(eceInterval?.[1]).toBeLessThan(0.03);
      expect(shipped.training.length).toBeGreaterThan(0);
    }
  });

  it('name the version that scored; a challenger changes nothing but its own facts', () => {
    const before = facts();
    expect(before['message.model']).toBe(`messages-han@${han.shipped.version}`);
    han.use('challenger', other());
    const { 'message.challenger': name, 'message.challengerFraud': fraud, ...rest } = facts();
    expect(name).toBe('messages-han@2099.1');
    expect(fraud).toBe(before['message.fraud']);
    expect(rest).toEqual({ ...before, 'message.challengerIllegal': before['message.illegal'] });
    han.use('challenger');
    expect(facts()).toEqual(before);
  });

  it('score with another version from the next event on, and decisions say so', () => {
    han.use('champion', other());
    expect(facts()['message.model']).toBe('messages-han@2099.1');
    expect(signal.models).toContainEqual({ id: 'messages-han', version: '2099.1' });
    han.use('champion');
    expect(facts()['message.model']).toBe(`messages-han@${han.shipped.version}`);
  });

  it('refuse files that do not fit, and go on with what they have', () => {
    const { card, weights } = han.shippedFiles();
    const changed = Buffer.from(weights);
    changed[0] = (changed[0] ?? 0) ^ 1;
    const wrong = [
      [{ card: Buffer.from('no json'), weights }, /JSON/],
      [{ card: Buffer.from('{"id": 1}'), weights }, /version/],
      [{ card, weights: changed }, /checksum/],
      [models[1]?.shippedFiles() ?? { card, weights }, /latin/],
    ] as const;
    for (const [files, reason] of wrong) {
      expect(() => han.read(files)).toThrow(reason);
      expect(() => han.use('champion', files)).toThrow(reason);
    }
    expect(facts()['message.model']).toBe(`messages-han@${han.shipped.version}`);
  });

  it('score texts in bulk as they do in line', () => {
    const said = openMessageScorer(pack)(event.text);
    expect(said?.fraud).toBeCloseTo(Number(facts()['message.fraud']), 6);
    expect(openMessageScorer(pack)('Привет, как дела?')).toBeUndefined();
  });
});
