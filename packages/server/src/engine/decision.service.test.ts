import type { FanzhaEvent } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type Clock } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import { createDecider } from './decision.service.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import type { Guard, Rule } from './policy.model.ts';
import type { Signal } from './signal.model.ts';

const NOW = Date.parse('2026-11-23T10:00:00+08:00');
const clock: Clock = { now: () => NOW, date: () => new Date(NOW) };
const numbering = { display: (canonical: string) => canonical.replace(/^\+86/, '') };

function deciderOf(
  rules: readonly Rule[],
  { guards = [], signals = TEST_SIGNALS }: { guards?: readonly Guard[]; signals?: readonly Signal[] } = {},
): Decider {
  return createDecider({ pack: newPack({ rules, guards }), kinds: TEST_KINDS, signals, clock, numbering });
}

const attempt = (partial: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'call.attempt',
  id: 'a1',
  at: '2026-11-23T10:00:00+08:00',
  from: '+8613812345678',
  to: '+862161234567',
  ingress: 'international',
  ...partial,
});
const decide = (decider: Decider, partial: Record<string, unknown> = {}) =>
  decider.decide(decider.parse(attempt(partial)));
const never: Guard = {
  id: 'never-block',
  title: { 'zh-CN': '免拦名单', en: 'never-block list' },
  on: ['call.attempt'],
  when: '"bank" in caller.tags',
  cap: 'label',
  judges: ['subject'],
};

describe('a verdict', () => {
  it('is the most severe that spoke, with every reason, the most severe first', () => {
    const decider = deciderOf([
      newRule({ id: 'mild', when: 'true', verdict: 'label', reason: 'call.mild', score: 0.9 }),
      newRule({ id: 'quiet', when: 'call.roaming', reason: 'call.quiet' }),
      newRule({
        id: 'hard',
        when: 'call.ingress == "international"',
        reason: 'call.hard',
        score: 0.5,
        fraudType: 'phishing',
      }),
    ]);
    const decision = decide(decider);
    expect(decision.verdict).toBe('block');
    expect(decision.reasons.map((reason) => reason.code)).toEqual(['call.hard', 'call.mild']);
    expect(decision.score).toBe(0.95);
    expect(decision.fraudType).toBe('phishing');
    expect(decision.label).toBeUndefined();
  });

  it('is allow without a reason when nothing speaks', () => {
    const decision = decide(deciderOf([newRule({ when: 'call.roaming' })]));
    expect(decision).toMatchObject({ verdict: 'allow', reasons: [], score: 0 });
  });

  it('carries the text that the callee sees when it is label', () => {
    const decider = deciderOf([
      newRule({ id: 'label.country', when: 'true', verdict: 'label', values: ['caller.country'] }),
    ]);
    const decision = decide(decider, { originCountry: 'JP' });
    expect(decision.label).toEqual({ code: 'call.test', values: { 'caller.country': 'JP' } });
  });

  it('of a number on the never-block list is at most label for its conduct, but not for a false presentation', () => {
    const rules = [
      newRule({ id: 'conduct', when: 'true', judges: 'subject' }),
      newRule({ id: 'false', when: 'call.roaming', judges: 'event', reason: 'call.false' }),
    ];
    const decider = deciderOf(rules, { guards: [never] });
    const capped = decide(decider, { trunk: 'bank' });
    expect(capped.verdict).toBe('label');
    expect(capped.reasons[0]).toMatchObject({ verdict: 'label', capped: 'never-block' });
    expect(decider.texts.sentence(capped)['zh-CN']).toContain('受保护：免拦名单');
    expect(decide(decider, { trunk: 'bank', roaming: true }).verdict).toBe('block');
    expect(decide(decider).verdict).toBe('block');
  });

  it('to an emergency number is never more than label', () => {
    const guard: Guard = {
      ...never,
      id: 'emergency',
      when: 'callee.number == "110"',
      judges: ['event', 'subject'],
    };
    const decider = deciderOf([newRule({ when: 'true' })], { guards: [guard] });
    expect(decide(decider, { to: '110' }).verdict).toBe('label');
  });

  it('honours the dates of a rule at the time of the event, in the zone of the pack', () => {
    const decider = deciderOf([newRule({ when: 'true', from: '2026-11-01', until: '2026-11-22' })]);
    expect(decide(decider, { at: '2026-10-31T15:59:59Z' }).verdict).toBe('allow');
    expect(decide(decider, { at: '2026-10-31T16:00:00Z' }).verdict).toBe('block');
    expect(decide(decider, { at: '2026-11-22T23:59:59+08:00' }).verdict).toBe('block');
    expect(decide(decider, { at: '2026-11-23T00:00:00+08:00' }).verdict).toBe('allow');
  });

  it('is still given when a signal breaks, which the decision names', () => {
    const broken: Signal = {
      id: 'broken-list',
      version: '1',
      kinds: ['call.attempt'],
      facts: { 'broken.hits': { type: 'double', title: { 'zh-CN': '命中', en: 'hits' } } },
      evaluate: () => {
        throw new Error('list not loaded');
      },
    };
    const rule = newRule({ when: 'broken.hits == 0 && call.ingress == "international"' });
    const decision = decide(deciderOf([rule], { signals: [...TEST_SIGNALS, broken] }));
    expect(decision).toMatchObject({ verdict: 'block', degraded: ['broken-list'] });
    const lying: Signal = { ...broken, evaluate: () => ({ 'broken.hits': 'many' }) };
    expect(decide(deciderOf([rule], { signals: [...TEST_SIGNALS, lying] })).degraded).toEqual([
      'broken-list',
    ]);
  });

  it('treats a rule that fails as silent and a guard that fails as standing', () => {
    const guard: Guard = { ...never, when: 'caller.tags[5] == "bank"' };
    const decider = deciderOf(
      [
        newRule({ when: 'true', judges: 'subject' }),
        newRule({ id: 'failing', when: 'caller.tags[5] == "x"' }),
      ],
      { guards: [guard] },
    );
    const decision = decide(decider);
    expect(decision.verdict).toBe('label');
    expect(decision.degraded).toEqual(['rule:failing', 'guard:never-block']);
  });

  it('is not asked for events that are only recorded', () => {
    const decider = deciderOf([newRule({ when: 'true' })]);
    const end = {
      id: 'e',
      at: '2026-11-23T02:00:00Z',
      attempt: 'a1',
      ringSeconds: 3,
      talkSeconds: 0,
      answered: false,
    };
    const decision = decider.decide(decider.parse(end));
    expect(decision).toMatchObject({ kind: 'call.end', verdict: 'allow', reasons: [] });
    expect(decider.texts.sentence(decision, false).en).toBe('Recorded only');
  });
});

describe('parsing an event', () => {
  const decider = deciderOf([newRule({ when: 'true' })]);
  const sms = {
    id: 's1',
    at: '2026-11-23T02:00:00Z',
    sender: '95588',
    to: '138',
    text: 'hi',
    channel: 'smpp',
  };

  it('infers the kind that was left out', () => {
    expect(decider.parse(sms).kind).toBe('sms.submit');
    const { kind: _, ...call } = attempt();
    expect(decider.parse(call).kind).toBe('call.attempt');
  });

  it('gives a copy that nobody can change', () => {
    const input = attempt();
    const event = decider.parse(input);
    input.from = 'changed';
    expect(event).toMatchObject({ from: '+8613812345678' });
    expect(Object.isFrozen(event)).toBe(true);
  });

  it.each<[string, unknown, [field: string, reason: string][]]>([
    ['text', 'hello', [['', 'must be a JSON object']]],
    ['null', null, [['', 'must be a JSON object']]],
    ['a list', [], [['', 'must be a JSON object']]],
    ['an empty object', {}, [['kind', 'is required: the fields do not tell it']]],
    ['an unknown kind', attempt({ kind: 'call.atempt' }), [['kind', 'did you mean call.attempt?']]],
    ['a kind that is no text', attempt({ kind: 7 }), [['kind', 'must be one of']]],
    [
      'a kind from the prototype',
      JSON.parse('{"__proto__": {"kind": "call.end"}}'),
      [['kind', 'is required']],
    ],
    ['a missing field', attempt({ to: undefined }), [['to', 'is required']]],
    [
      'two wrong fields',
      attempt({ ingress: 'sea', roaming: 'yes' }),
      [
        ['ingress', 'international, interconnect, access'],
        ['roaming', 'true or false'],
      ],
    ],
    ['an unknown field', attempt({ form: 'x' }), [['form', 'is not a known field']]],
    ['a time without zone', attempt({ at: '2026-11-23 10:00' }), [['at', 'RFC 3339']]],
    ['a day that does not exist', attempt({ at: '2026-13-45T10:00:00Z' }), [['at', '']]],
    ['a time too early', attempt({ at: '1999-12-31T23:59:59Z' }), [['at', 'before the year 2000']]],
    [
      'a time in the future',
      attempt({ at: '2026-11-23T02:10:01Z' }),
      [['at', 'more than 10 minutes in the future']],
    ],
    ['an empty id', attempt({ id: '' }), [['id', 'must not be empty']]],
    ['an id too long', attempt({ id: 'x'.repeat(201) }), [['id', 'at most 200 characters']]],
    ['an id with NUL', attempt({ id: 'a\u0000b' }), [['id', 'control characters']]],
    ['a number that is no text', attempt({ from: 13812345678 }), [['from', 'must be text']]],
  ])('%s is refused', (_, input, expected) => {
    const error = (() => {
      try {
        decider.parse(input === undefined ? input : JSON.parse(JSON.stringify(input)));
        return undefined;
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(AppError);
    const { kind, fields } = error as AppError;
    expect(kind.code).toBe('event-invalid');
    for (const [field, reason] of expected) {
      expect(fields.find((found) => found.field === field)?.reason).toContain(reason);
    }
    expect(fields).toHaveLength(expected.length);
  });

  it('answers in Chinese when asked', () => {
    expect(() => decider.parse({}, 'zh-CN')).toThrow(
      expect.objectContaining({
        fields: [expect.objectContaining({ reason: expect.stringContaining('缺少事件类型') })],
      }),
    );
  });

  it('accepts an event or refuses it as invalid, whatever it is given', () => {
    const near = fc.record(
      {
        kind: fc.constantFrom('call.attempt', 'call.end', 'sms.submit', 'x', '__proto__'),
        id: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
        at: fc.oneof(fc.constant('2026-11-23T02:00:00Z'), fc.string(), fc.anything()),
        from: fc.oneof(fc.string({ unit: 'binary' }), fc.anything()),
        to: fc.string({ unit: 'binary' }),
        text: fc.string({ unit: 'binary', maxLength: 300 }),
        sender: fc.string({ unit: 'binary' }),
        ingress: fc.constantFrom('international', 'access', 'nowhere'),
        channel: fc.constantFrom('smpp', 'p2p'),
        attempt: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), near), (input) => {
        let event: FanzhaEvent;
        try {
          event = decider.parse(input);
        } catch (error) {
          return error instanceof AppError && error.kind.code === 'event-invalid' && error.fields.length > 0;
        }
        return decider.decide(event).eventId === event.id;
      }),
      { numRuns: 600 },
    );
  });
});
