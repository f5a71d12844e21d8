import { fileURLToPath } from 'node:url';
import type { Reason } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import { type AnsweredDecision, CallAnswerFile, displayText } from './call-answer.model.ts';
import { type AnswerSetting, createCallAnswers } from './call-answer.service.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const cn = pack.read('call-answers.json', CallAnswerFile);
/** The pack, where callees can refuse callers. */
const file = { ...cn, unwanted: { ...cn.unwanted, reasons: ['call.refused-by-callee'] } };
const CARD = { name: 'Call-Info', value: '<https://fraud.example/v1/calls/cards/x>;purpose=jwscard' };

function reason(partial: Partial<Reason>): Reason {
  return {
    code: 'call.code-disguised',
    text: { 'zh-CN': '', en: '' },
    verdict: 'block',
    score: 1,
    rule: 'r',
    values: {},
    ...partial,
  };
}
const decided = (partial: Partial<AnsweredDecision>): AnsweredDecision => ({
  id: 'd1',
  event: 'call-1',
  verdict: 'allow',
  reasons: [],
  degraded: [],
  ...partial,
});
const answers = (setting: AnswerSetting = {}, card: typeof CARD | undefined = CARD) =>
  createCallAnswers(file, setting, {
    card: () => card,
    richData: (_, displayName) => [{ name: 'Call-Info', value: displayName }],
  });
const answer = (
  partial: Partial<AnsweredDecision>,
  { setting, showsCards }: { setting?: AnswerSetting; showsCards?: boolean } = {},
) =>
  answers(setting).answer({
    call: newCall(),
    decision: decided(partial),
    ...(showsCards === undefined ? {} : { showsCards }),
  });

describe('what a decision comes to in signalling', () => {
  const label = { 'zh-CN': '境外来电：日本', en: 'Call from abroad: Japan' };

  it('lets an ordinary call go on untouched', () => {
    expect(answer({})).toEqual({ action: 'allow', decision: 'd1', headers: [] });
  });

  it('shows where a call comes from in the language of the called person’s network', () => {
    expect(answer({ verdict: 'label', label })).toMatchObject({
      action: 'label',
      displayName: '境外来电：日本',
    });
    expect(answer({ verdict: 'label', label }, { setting: { language: 'en' } })).toMatchObject({
      displayName: 'Call from abroad: Japan',
      headers: [{ name: 'Call-Info', value: 'Call from abroad: Japan' }],
    });
  });

  it('rejects with 608 and the card that leads to the appeal', () => {
    expect(answer({ verdict: 'block', reasons: [reason({})] })).toEqual({
      action: 'reject',
      decision: 'd1',
      code: 608,
      reason: 'Rejected',
      headers: [CARD],
    });
  });

  it('rejects with 603 where there is no card to show, or no code above 603 is taken', () => {
    const ask = { call: newCall(), decision: decided({ verdict: 'block' }) };
    expect(
      createCallAnswers(file, {}, { card: () => undefined, richData: () => [] }).answer(ask),
    ).toMatchObject({ code: 603, reason: 'Decline', headers: [] });
    expect(answers({ rejectionCode: 603 }).answer(ask)).toMatchObject({ code: 603, headers: [] });
  });

  it('says 607 only where nothing but the called person’s wish rejects the call', () => {
    const wish = reason({ code: 'call.refused-by-callee' });
    expect(answer({ verdict: 'block', reasons: [wish] })).toMatchObject({ code: 607, reason: 'Unwanted' });
    expect(answer({ verdict: 'block', reasons: [wish, reason({})] })).toMatchObject({ code: 608 });
    const mild = reason({ verdict: 'label' });
    expect(answer({ verdict: 'block', reasons: [wish, mild] })).toMatchObject({ code: 607 });
  });

  it('gives no final answer to calls that are held or limited, and says when to try again', () => {
    expect(answer({ verdict: 'limit' })).toMatchObject({
      code: 480,
      headers: [{ name: 'Retry-After', value: '300' }],
    });
    expect(answer({ verdict: 'hold' })).toMatchObject({ action: 'reject', code: 480 });
  });

  it('sends callers who cannot see a card to the announcement, doubtful ones to the check', () => {
    const setting = { announcement: 'sip:blocked@media.example', challenge: 'sip:check@media.example' };
    expect(answer({ verdict: 'block' }, { setting }).target).toBe('sip:blocked@media.example');
    expect(answer({ verdict: 'block' }, { setting, showsCards: true }).target).toBeUndefined();
    expect(answer({ verdict: 'challenge' }, { setting })).toMatchObject({
      action: 'label',
      target: 'sip:check@media.example',
    });
    expect(answer({ verdict: 'label', label }, { setting }).target).toBeUndefined();
  });

  it('lets a call through that nobody decided, and says so', () => {
    expect(answers().undecided('timeout')).toEqual({
      action: 'allow',
      decision: '',
      degraded: 'timeout',
      headers: [],
    });
    expect(answer({ degraded: ['journal', 'overload'] }).degraded).toBe('journal,overload');
  });
});

it('whatever a text holds, what is shown is one line of bounded length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 8, max: 120 }),
      (text, max) => {
        const shown = displayText(text, max);
        expect([...shown].length).toBeLessThanOrEqual(max);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(shown.isWellFormed()).toBe(true);
      },
    ),
  );
});
