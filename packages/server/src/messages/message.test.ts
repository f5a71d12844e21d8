import { existsSync, readFileSync } from 'node:fs';
import type { SmsSubmit } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { createMessages, openMessageLab } from './index.ts';
import { pack } from './message.fixture.ts';

const AT = Date.parse('2026-11-23T10:00:00Z');
const clock = { now: () => AT, date: () => new Date(AT) };
const numbering = openNumbering(pack);
const messages = createMessages({ pack, numbering });
// The policy of the pack names facts of calls as well; only the rules of messages are read here.
const messagePack = {
  ...pack,
  list: (folder: string) =>
    pack.list(folder).filter((file) => folder !== 'rules' || file === 'messages.json'),
};
const callFacts = {
  id: 'calls',
  version: '0',
  kinds: ['call.attempt' as const],
  facts: {},
  evaluate: () => ({}),
};
const decider = createDecider({
  pack: messagePack,
  clock,
  numbering,
  kinds: messages.kinds,
  signals: [...createIntel({ pack, numbering }).signals, ...messages.signals, callFacts],
});

const repository = new URL('../../../../', import.meta.url);
const corpus = (name: string): string[] =>
  readFileSync(new URL(`eval/messages/${name}.jsonl`, repository), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);

let next = 0;
function decide(text: string, more: Partial<SmsSubmit> = {}) {
  const event = decider.parse({
    kind: 'sms.submit',
    id: String(next++),
    at: '2026-11-23T10:00:00Z',
    sender: '1069012345678',
    to: '13800138000',
    channel: 'smpp',
    text,
    ...more,
  });
  return decider.decide(event);
}
const codes = (text: string, more: Partial<SmsSubmit> = {}): string[] =>
  decide(text, more).reasons.map(({ code }) => code);

const PHISH = '尊敬的工行用户，您的积分已满，可兑换498元现金，请登录wap.icbczz.cc领取【工商银行】';
const CODE = '【招商银行】您的验证码是123456，请勿告诉他人。';

describe('ordinary notices', () => {
  it.each(corpus('notices'))('pass: %s', (text) => {
    expect(['allow', 'label']).toContain(decide(text).verdict);
  });
});

describe('obvious frauds', () => {
  it('are mostly stopped or held', () => {
    const verdicts = corpus('scams').map((text) => decide(text).verdict);
    const stopped = verdicts.filter((verdict) => verdict === 'block' || verdict === 'hold').length;
    expect(stopped / verdicts.length).toBeGreaterThan(0.8);
  });

  it('are blocked with the words that weighed most', () => {
    const { verdict, reasons, fraudType, degraded } = decide(PHISH);
    expect({ verdict, fraudType, degraded }).toEqual({
      verdict: 'block',
      fraudType: 'phishing',
      degraded: [],
    });
    expect(reasons[0]?.code).toBe('message.fraud-text');
    expect(reasons[0]?.values['message.why']).toContain('请登录');
    expect(reasons[0]?.values['message.links']).toEqual(['wap.icbczz.cc']);
  });

  it.each([
    [
      'traditional characters',
      '尊敬的工行用戶，您的積分已滿，可兌換498元現金，請登錄wap.icbczz.cc領取【工商銀行】',
    ],
    ['blanks', [...PHISH.replace('wap.icbczz.cc', '')].join(' ').replace('登 录', '登录wap.icbczz.cc')],
    ['zero-width characters', [...PHISH].join('\u200b')],
    ['full-width letters', PHISH.replace('wap.icbczz.cc', 'ｗａｐ．ｉｃｂｃｚｚ．ｃｃ')],
    ['a long harmless start', `${'祝您身体健康万事如意。'.repeat(3)}${PHISH}`],
  ])('are stopped in spite of %s', (_trick, text) => {
    expect(['block', 'hold']).toContain(decide(text).verdict);
  });

  it('are blocked in research text too, where contacts are placeholders', () => {
    expect(decide('尊敬 的 工行 用户 您 的 积分 已满 可 兑换 现金 请 登录 URL 领取 工商银行').verdict).toBe(
      'block',
    );
  });

  it('of illegal business get their own reason', () => {
    expect(codes('本公司代开各类正规发票，税点低，可验证后付款，联系电话13800001234 李经理')).toContain(
      'message.illegal-business',
    );
  });

  it('from a number on the never-block list are only labelled: a wrong block there hurts most', () => {
    expect(decide(PHISH, { sender: '95588' }).verdict).toBe('label');
  });
});

describe('one-time codes', () => {
  it('are never held or blocked on the word of the classifier', () => {
    for (const text of [CODE, '123456 is your verification code.', `${CODE}积分兑换现金，逾期失效`]) {
      expect(['allow', 'label']).toContain(decide(text).verdict);
    }
  });
});

describe('senders', () => {
  it.each([
    ['95588', 'message.service-from-abroad'],
    ['10086', 'message.service-from-abroad'],
    ['13800138000', 'message.mobile-from-abroad'],
    ['+8613800138000', 'message.mobile-from-abroad'],
  ])('%s from abroad is blocked whatever it says', (sender, code) => {
    const decision = decide('你好', { sender, channel: 'international' });
    expect(decision.verdict).toBe('block');
    expect(decision.reasons.map((reason) => reason.code)).toContain(code);
  });

  it('of other countries are labelled with their country', () => {
    const decision = decide('See you tomorrow', { sender: '+81 90 1234 5678', channel: 'international' });
    expect(decision.verdict).toBe('label');
    expect(decision.reading.country).toBe('JP');
  });

  it('and everything else that takes part are subjects', () => {
    const { subjects } = decide('【某某】加微信abc_12345，或登录www.abc9.cc，电话13911112222').reading;
    expect(subjects.map(({ role, value }) => `${role}=${value}`)).toEqual([
      'sender=1069012345678',
      'recipient=+8613800138000',
      'link=www.abc9.cc',
      'contact=+8613911112222',
      'handle=wechat:abc_12345',
      'signature=某某',
    ]);
  });
});

describe('texts that no model knows', () => {
  it('pass without a score', () => {
    const decision = decide('Привет, ваш заказ готов');
    expect(decision.verdict).toBe('allow');
    expect(decision.facts['message.modelled']).toBe(false);
  });
});

const data = new URL('../shared/data/messages/', repository);
describe.skipIf(!existsSync(data))('research data, where it is there', () => {
  it('is told apart on clusters that the learner has not seen', () => {
    const lab = openMessageLab(pack);
    const lines = readFileSync(new URL('mendeley-en.jsonl', data), 'utf8').trim().split('\n').slice(0, 1500);
    const texts = lines.map((line) => JSON.parse(line) as { text: string; label: string });
    const parts = lab.split(texts, 3, 7);
    const result = lab.evaluate(
      texts.filter((_, index) => parts[index] === 0),
      { train: texts.filter((_, index) => parts[index] !== 0), mapping: lab.mapping },
    );
    expect(result.binary.f1).toBeGreaterThan(0.8);
  }, 60_000);
});
