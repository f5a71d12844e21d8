import { readFileSync } from 'node:fs';
import type { SmsSubmit } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { readForm } from './dataset.model.ts';
import { createMessages } from './index.ts';
import { createLureFinder, LureWords } from './lure.model.ts';
import { extract, pack } from './message.fixture.ts';

const AT = Date.parse('2026-11-23T10:00:00Z');
const numbering = openNumbering(pack);
const messages = createMessages({ pack, numbering });
const decider = createDecider({
  pack: {
    ...pack,
    list: (folder: string) =>
      pack.list(folder).filter((file) => folder !== 'rules' || file === 'messages.json'),
  },
  clock: { now: () => AT, date: () => new Date(AT) },
  numbering,
  kinds: messages.kinds,
  signals: [
    ...createIntel({ pack, numbering }).signals,
    ...messages.signals,
    { id: 'calls', version: '0', kinds: ['call.attempt' as const], facts: {}, evaluate: () => ({}) },
  ],
});

function decide(text: string, more: Partial<SmsSubmit> = {}) {
  return decider.decide(
    decider.parse({
      kind: 'sms.submit',
      id: 'lure',
      at: '2026-11-23T10:00:00Z',
      sender: '1069012345678',
      to: '13800138000',
      channel: 'smpp',
      text,
      ...more,
    }),
  );
}

const shipped = pack.read('lures.json', LureWords);
const find = createLureFinder(shipped);
const lexicon = (groups: Record<string, string[]>, all: string[]): LureWords => ({
  version: '1',
  date: '2026-11-23',
  source: 'test',
  warnings: ['beware'],
  groups,
  lures: [{ id: 'toll', fraudType: 'phishing', strength: 0.5, all }],
});
const TASK = '招聘兼职，手机点赞就能赚钱，佣金日结，一单一结，加微信 jz_20268';

interface Line {
  readonly text: string;
  readonly half: 'build' | 'final';
  readonly opener?: boolean;
}
const corpus = readFileSync(new URL('../../../../eval/messages/lures.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line);
const stopped = (lines: readonly Line[]): number =>
  lines.filter(({ text }) => ['hold', 'block'].includes(decide(text).verdict)).length / lines.length;

describe('bait in the wording of a known fraud', () => {
  it('is held with its kind and the words that gave it away', () => {
    const { verdict, fraudType, reasons } = decide(TASK);
    expect({ verdict, fraudType }).toEqual({ verdict: 'hold', fraudType: 'task-rebate' });
    expect(reasons[0]?.code).toBe('message.lure-suspected');
    expect(reasons[0]?.values['message.lureWords']).toContain('一单一结');
  });

  it('is blocked when a private number or one from abroad sends it', () => {
    expect(decide(TASK, { sender: '13900139000', channel: 'p2p' }).verdict).toBe('block');
    expect(decide(TASK, { sender: '+639170000123', channel: 'international' }).verdict).toBe('block');
  });

  it.each([
    ['blanks', [...TASK.slice(0, -10)].join(' ') + TASK.slice(-10)],
    ['traditional characters', '招聘兼職，手機點贊就能賺錢，傭金日結，一單一結，加微信 jz_20268'],
    ['zero-width characters', [...TASK].join('\u200b')],
  ])('is held in spite of %s', (_trick, text) => {
    expect(decide(text).verdict).toBe('hold');
  });

  it.each([
    ['a bank', { sender: '95588' }],
    ['the police line', { sender: '96110' }],
  ])('is at most labelled from the own number of %s', (_who, more) => {
    expect(decide(TASK, more).verdict).toBe('label');
  });

  it('is not hidden by a code word, and never holds a code that gives no link or handle', () => {
    expect(['hold', 'block']).toContain(decide(`您的验证码是 482910。${TASK}`).verdict);
    expect(['allow', 'label']).toContain(
      decide('您的兼职任务平台验证码是 482910，如有疑问请拨 95588').verdict,
    );
  });

  it('is told apart from a warning against it, unless the warning itself gives a handle', () => {
    expect(decide('【反诈中心】兼职刷单、先垫付后返利都是诈骗，如有疑问请拨打96110').verdict).toBe('allow');
    expect(decide(`谨防诈骗，${TASK}`).verdict).toBe('hold');
  });

  it.each([
    '【人民法院】您有案件材料未领取，请登录 https://zxfw.court.gov.cn 查看传票',
    'Royal Mail: your parcel is held, a customs duty is due. Pay at https://www.royalmail.com/pay',
  ])('is not held where the only way is a site of the body itself: %s', (text) => {
    expect(decide(text).verdict).not.toBe('hold');
  });

  it('labels openings of a conversation that ask for nothing yet', () => {
    const openers = corpus.filter(({ opener, half }) => opener === true && half === 'build');
    expect(openers.map(({ text }) => decide(text).verdict)).toEqual(openers.map(() => 'label'));
  });

  it('is found as often as the documents say', () => {
    const asking = corpus.filter(({ opener }) => opener !== true);
    expect(stopped(asking.filter(({ half }) => half === 'build'))).toBeGreaterThan(0.97);
    expect(stopped(asking.filter(({ half }) => half === 'final'))).toBeGreaterThan(0.35);
  });
});

describe('the finder of lures', () => {
  it('takes Latin phrases as whole words, between Han characters too', () => {
    const latin = createLureFinder(lexicon({ road: ['toll fee'] }, ['road']));
    const strengthOf = (text: string): number => latin(readForm(text, extract)).strength;
    expect(strengthOf('Pay the TOLL  fee!')).toBe(0.5);
    expect(strengthOf('请付toll fee谢谢')).toBe(0.5);
    expect(strengthOf('pay the atoll fees')).toBe(0);
  });

  it('refuses a lexicon that names a group that is not there, or a phrase without letters', () => {
    expect(() => createLureFinder(lexicon({ road: ['toll'] }, ['rail']))).toThrow('rail');
    expect(() => createLureFinder(lexicon({ road: ['，'] }, ['road']))).toThrow('nothing is left');
  });

  it('names only kinds of fraud that the taxonomy has, so that every lure has a rule', () => {
    const { rules } = JSON.parse(
      readFileSync(new URL('../../../../packs/cn/rules/messages.json', import.meta.url), 'utf8'),
    ) as { rules: { id: string }[] };
    const ids = new Set(rules.map(({ id }) => id));
    for (const { fraudType } of shipped.lures)
      expect(fraudType === undefined || ids.has(`message.lure.${fraudType}`)).toBe(true);
  });

  it('never throws and stays between 0 and 1 whatever comes in', () => {
    const pieces = fc.constantFrom(...Object.values(shipped.groups).flat(), ' ', '\u200b', '加微信 ab12345');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        const { strength, words } = find(readForm(hostile, extract));
        expect(strength).toBeGreaterThanOrEqual(0);
        expect(strength).toBeLessThanOrEqual(1);
        expect(words.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
