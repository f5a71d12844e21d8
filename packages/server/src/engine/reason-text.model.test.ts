import { describe, expect, it } from 'vitest';
import { createReasonTexts } from './reason-text.model.ts';

const text = (zh: string, en: string) => ({ 'zh-CN': zh, en });
const texts = createReasonTexts({
  reasons: new Map([
    [
      'call.spoof',
      {
        title: text('冒充', 'Spoofed'),
        text: text(
          '显示为{caller.area|area}固话，却从境外进入',
          'shown as a landline of {caller.area|area}, but from abroad',
        ),
      },
    ],
    [
      'call.disguise',
      {
        title: text('变形', 'Disguise'),
        text: text('是 {caller.target} 加了区号', '{caller.target} behind an area code'),
      },
    ],
    [
      'call.abroad',
      {
        title: text('境外', 'Abroad'),
        text: text('境外来电：{caller.country}', 'Call from abroad: {caller.country}'),
      },
    ],
    [
      'sms.model',
      {
        title: text('模型', 'Model'),
        text: text(
          '{message.fraud}，{message.why|list}，{message.link}',
          '{message.fraud}, {message.why}, {message.link}',
        ),
      },
    ],
    [
      'call.number',
      { title: text('号码', 'Number'), text: text('{caller.number|number}', '{caller.number|number}') },
    ],
  ]),
  labels: new Map([['area', new Map([['021', text('上海', 'Shanghai')]])]]),
  facts: {
    'caller.country': { type: 'string', title: text('国家', 'country'), format: 'country' },
    'message.fraud': { type: 'double', title: text('概率', 'probability'), format: 'percent' },
  },
  guards: new Map(),
  displayNumber: (canonical) => `<${canonical}>`,
});

describe('the text of a reason', () => {
  it.each([
    [
      'call.spoof',
      { 'caller.area': '021' },
      '显示为上海固话，却从境外进入',
      'shown as a landline of Shanghai, but from abroad',
    ],
    // A blank between Han and Latin, as everywhere else in what people read.
    [
      'call.spoof',
      { 'caller.area': 'A1' },
      '显示为 A1 固话，却从境外进入',
      'shown as a landline of A1, but from abroad',
    ],
    ['call.abroad', { 'caller.country': 'JP' }, '境外来电：日本', 'Call from abroad: Japan'],
    ['call.abroad', { 'caller.country': '' }, '境外来电：未知', 'Call from abroad: unknown'],
    [
      'call.abroad',
      { 'caller.country': 'not a code' },
      '境外来电：not a code',
      'Call from abroad: not a code',
    ],
    ['call.abroad', {}, '境外来电：未知', 'Call from abroad: unknown'],
    [
      'sms.model',
      { 'message.fraud': 0.9876, 'message.why': ['中奖', '链接'], 'message.link': true },
      '98.8%，中奖、链接，是',
      '98.8%, 中奖, 链接, yes',
    ],
    ['call.number', { 'caller.number': '+86138' }, '<+86138>', '<+86138>'],
    ['call.never-heard-of', {}, 'call.never-heard-of', 'call.never-heard-of'],
  ])('%s with its values', (code, values, zh, en) => {
    expect(texts.text({ code, values })).toEqual(text(zh, en));
  });

  it('does not expand what a value says', () => {
    const values = { 'caller.number': '{caller.area|area} $& $1' };
    expect(texts.text({ code: 'call.number', values }).en).toBe('<{caller.area|area} $& $1>');
  });

  it('becomes one sentence that a person would say', () => {
    const base = { rule: 'r', verdict: 'block' as const, score: 1 };
    const sentence = texts.sentence({
      kind: 'call.attempt',
      verdict: 'block',
      reasons: [
        { ...base, code: 'call.spoof', values: { 'caller.area': '021' } },
        { ...base, code: 'call.disguise', values: { 'caller.target': '110086' } },
        { ...base, verdict: 'label', code: 'call.abroad', values: {} },
      ],
    });
    expect(sentence['zh-CN']).toBe('已拦截：显示为上海固话，却从境外进入；是 110086 加了区号');
    expect(sentence.en).toBe(
      'Blocked: shown as a landline of Shanghai, but from abroad; 110086 behind an area code',
    );
    expect(texts.sentence({ kind: 'call.attempt', verdict: 'allow', reasons: [] }).en).toBe(
      'Allowed: no rule spoke',
    );
  });
});
