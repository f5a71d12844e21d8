import { fileURLToPath } from 'node:url';
import { type CallAttempt, type Decision, eventIdConflict, unavailable } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeDecider } from '../../compose.ts';
import { AppError, openPack } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import { CallAnswerFile } from './call-answer.model.ts';
import { createCallAnswers } from './call-answer.service.ts';
import { screenedView, toldCall } from './call-screening.model.ts';
import { createCallScreening, type ScreeningParts } from './call-screening.service.ts';

const folder = fileURLToPath(new URL('../../../../../packs/cn', import.meta.url));
const START = Date.parse('2026-11-24T10:00:00+08:00');
const clock = { now: () => START, date: () => new Date(START) };
const decider = composeDecider(folder, clock);
const file = openPack(folder).read('call-answers.json', CallAnswerFile);
const headers = { card: () => ({ name: 'Call-Info', value: '<https://card>' }), richData: () => [] };

/** What the engine answers, from the real decider. */
function decisionOf(call: CallAttempt): Decision {
  const { verdict, label, degraded } = decider.decide(call);
  const text = label && decider.texts.text(label);
  return {
    id: `d-${call.id}`,
    event: call.id,
    verdict,
    ...(text === undefined ? {} : { label: text }),
    reasons: [],
    degraded: [...degraded],
  } as unknown as Decision;
}

function screening(decide: ScreeningParts['decide'] = async (_, call) => decisionOf(call as CallAttempt)) {
  const answers = createCallAnswers(file, {}, headers);
  return createCallScreening({
    parse: (input, locale) => decider.parse(input, locale),
    decide,
    answers,
    clock,
  });
}
const told = (partial: Record<string, unknown> = {}) => ({
  ...newCall(),
  at: clock.date().toISOString(),
  ...partial,
});

describe('screening of a call that a proxy tells', () => {
  it('takes what a script can write: texts for truths, empty texts for what it does not know', async () => {
    const {
      kind: _kind,
      at: _at,
      ...bare
    } = newCall({ id: 'a', from: '+8613912345678', ingress: 'international' });
    const unknown = {
      carrier: '',
      networkFrom: '',
      diversion: '',
      identity: '',
      sipDate: 'yesterday',
      cell: '',
    };
    expect(await screening().screen({ ...bare, ...unknown, roaming: 'false' }, 'en')).toMatchObject({
      event: 'a',
      answer: { action: 'reject', code: 608 },
    });
    const abroad = await screening().screen({ ...bare, id: 'b', ...unknown, roaming: '1' }, 'en');
    expect(abroad.answer.action).not.toBe('reject');
  });

  it('names what a proxy tells wrongly', async () => {
    await expect(screening().screen(told({ ingress: 'space' }), 'en')).rejects.toMatchObject({
      fields: [{ field: 'ingress' }],
    });
    await expect(screening().screen(told({ trunck: 'hk' }), 'en')).rejects.toMatchObject({
      fields: [{ field: 'trunck' }],
    });
    await expect(screening().screen('call', 'en')).rejects.toBeInstanceOf(AppError);
    const message = { kind: 'sms.submit', id: 'm', sender: '1', to: '2', text: 't', channel: 'smpp' };
    await expect(screening().screen(message, 'en')).rejects.toBeInstanceOf(AppError);
  });

  it('lets a call go on that is not decided in time, and says so', async () => {
    const never = screening(() => new Promise(() => undefined));
    expect(await never.screen(told(), 'en')).toEqual({
      event: 'call-1',
      answer: { action: 'allow', decision: '', degraded: 'timeout', headers: [] },
    });
    const away = screening(() => Promise.reject(new AppError(unavailable)));
    expect((await away.screen(told(), 'en')).answer).toMatchObject({
      action: 'allow',
      degraded: 'unavailable',
    });
    expect(away.figures()).toEqual({ screened: 1, undecided: 1 });
  });

  it('decides another call under a Call-ID that was used: nobody gets through by reusing one', async () => {
    const first = told({ from: '+8613812345678' });
    const known = new Map<string, string>();
    const once = screening(async (_, call) => {
      const { id, from } = call as CallAttempt;
      if ((known.get(id) ?? from) !== from) throw new AppError(eventIdConflict);
      known.set(id, from);
      return decisionOf(call as CallAttempt);
    });
    await once.screen(first, 'en');
    const second = { ...first, from: '+8613912345678', ingress: 'international' };
    const { event, answer } = await once.screen(second, 'en');
    expect(event).toMatch(/^call-1~[0-9a-f]{12}$/);
    expect(answer).toMatchObject({ action: 'reject', decision: `d-${event}` });
    expect((await once.screen(second, 'en')).event).toBe(event);
  });
});

it('whatever a caller writes into a request, the call is decided', async () => {
  const written = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ minLength: 190, maxLength: 900 }),
  );
  const attempts = fc.record({
    id: written.filter((id) => id !== ''),
    from: written,
    to: written,
    networkFrom: written,
    diversion: written,
    sipDate: written,
    featureCaps: written,
    identity: fc.oneof(written, fc.array(written, { maxLength: 12 }), fc.constant('x'.repeat(20_000))),
  });
  await fc.assert(
    fc.asyncProperty(attempts, async (fields) => {
      const { answer } = await screening().screen({ ingress: 'international', ...fields }, 'en');
      expect(answer.degraded ?? '').not.toMatch(/timeout|unavailable/);
    }),
    { numRuns: 200 },
  );
});

it('hands over no header that would be two', () => {
  const sly = { name: 'Call-Info', value: '<a>\r\nContact: <sip:evil>' };
  const view = screenedView('e', {
    action: 'label',
    decision: 'd',
    headers: [sly, { name: 'Reason', value: 'ok' }],
  });
  expect(view.headerLines).toBe('Reason: ok\r\n');
});

it('reads the Date of a request in either form, and nothing into one that is none', () => {
  const dateOf = (sipDate: string) => (toldCall({ sipDate }, START).attempt as { sipDate?: string }).sipDate;
  expect(dateOf('Sat, 13 Nov 2010 23:29:00 GMT')).toBe('2010-11-13T23:29:00.000Z');
  expect(dateOf('2010-11-13T23:29:00+08:00')).toBe('2010-11-13T15:29:00.000Z');
  expect(dateOf('13.11.2010')).toBeUndefined();
  expect(toldCall({ featureCaps: '*;+g.3gpp.srvcc;+sip.608' }, START).showsCards).toBe(true);
});
