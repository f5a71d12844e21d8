import { describe, expect, it } from 'vitest';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { loadPolicy, PolicyError } from './policy.service.ts';
import { loadWords } from './reason-text.service.ts';
import type { Signal } from './signal.model.ts';

const load = (parts: Parameters<typeof newPack>[0], signals: readonly Signal[] = TEST_SIGNALS) => {
  const pack = newPack(parts);
  return loadPolicy(pack, TEST_KINDS, signals, loadWords(pack));
};
const text = (zh: string, en: string) => ({ 'zh-CN': zh, en });
const saying = (template: string) => ({
  'call.test': { title: text('测', 'test'), text: text('测', template) },
});
const rule = newRule({ when: 'true' });

describe('a policy that is wrong is refused with the place and the reason', () => {
  it.each<[string, Parameters<typeof newPack>[0], string]>([
    [
      'unknown fact',
      { rules: [newRule({ when: 'caller.contry == "JP"' })] },
      'rules/test.json: rule test.rule, character 1: unknown fact caller.contry (did you mean caller.country?)',
    ],
    [
      'fact of another channel',
      { rules: [newRule({ when: 'message.length > 3' })] },
      'character 1: unknown fact message.length',
    ],
    ['syntax', { rules: [newRule({ when: 'call.roaming &&' })] }, 'character 16'],
    [
      'not a condition',
      { rules: [newRule({ when: 'caller.country' })] },
      'must be true or false, but is string',
    ],
    ['same id twice', { rules: [rule, rule] }, 'rules/test.json: rule test.rule, id: the id is used twice'],
    [
      'reason without text',
      { rules: [newRule({ when: 'true', reason: 'call.tset' })], reasons: saying('x') },
      'reason call.tset has no text in reasons/ (did you mean call.test?)',
    ],
    [
      'reason that is no code',
      { rules: [newRule({ when: 'true', reason: 'Bad Code' })], reasons: saying('x') },
      'is not a reason code',
    ],
    [
      'value that is no fact',
      { rules: [newRule({ when: 'true', values: ['caller.numbr'] })] },
      'value caller.numbr is not a declared fact of call.attempt (did you mean caller.number?)',
    ],
    [
      'placeholder without value',
      { rules: [rule], reasons: saying('from {caller.country}') },
      'uses {caller.country}, which is not among the rule',
    ],
    [
      'unknown format',
      {
        rules: [newRule({ when: 'true', values: ['caller.country'] })],
        reasons: saying('from {caller.country|contry}'),
      },
      'unknown format contry (did you mean country?)',
    ],
    [
      'unknown fraud type',
      { rules: [newRule({ when: 'true', fraudType: 'phising' })] },
      'fraud type phising is not in the taxonomy (did you mean phishing?)',
    ],
    [
      'rule on a recorded kind',
      { rules: [newRule({ when: 'true', on: ['call.end'] })] },
      'call.end is only recorded',
    ],
    [
      'guard with unknown fact',
      {
        guards: [
          {
            id: 'g1',
            title: text('保', 'g'),
            on: ['call.attempt'],
            when: 'caller.riks > 1',
            cap: 'label',
            judges: ['event'],
          },
        ],
      },
      'guards.json: guard g1, character 1: unknown fact caller.riks (did you mean caller.risk?)',
    ],
  ])('%s', (_, parts, expected) => {
    expect(() => load(parts)).toThrow(PolicyError);
    expect(() => load(parts)).toThrow(expected);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['unknown verdict', { ...rule, verdict: 'kill' }, 'rules[0].verdict must be one of allow, label'],
    ['score over one', { ...rule, score: 3 }, 'rules[0].score must not be more than 1'],
    ['no owner', { ...rule, owner: undefined }, 'rules[0].owner is required'],
    ['unknown field', { ...rule, sevrity: 1 }, 'rules[0].sevrity is not a known field'],
    ['date that is none', { ...rule, from: '2026-02-40' }, 'rules[0].from must be a date'],
  ])('%s', (_, wrong, expected) => {
    expect(() => load({ files: { 'rules/test.json': { rules: [wrong] } } })).toThrow(expected);
  });

  it('names every fault at once', () => {
    const rules = [newRule({ id: 'first', when: 'x' }), newRule({ id: 'second', when: 'y' })];
    expect(() => load({ rules })).toThrow(/first[\s\S]*second/);
  });

  it('refuses a fact that two signals declare', () => {
    const twin = { ...(TEST_SIGNALS[0] as Signal), id: 'twin' };
    expect(() => load({}, [...TEST_SIGNALS, twin])).toThrow('declared by two signals: test-call and twin');
  });
});

describe('a policy that is right', () => {
  it('leaves out rules for channels that are not there', () => {
    const pack = newPack({
      rules: [rule, newRule({ id: 'sms', on: ['sms.submit'], when: 'message.length > 3' })],
    });
    const calls = TEST_KINDS.filter((kind) => kind.name === 'call.attempt');
    const policy = loadPolicy(pack, calls, TEST_SIGNALS.slice(0, 1), loadWords(pack));
    expect(policy.rulesFor('call.attempt', 0)).toHaveLength(1);
    expect(policy.rulesFor('sms.submit', 0)).toHaveLength(0);
  });
});
