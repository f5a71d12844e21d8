import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CallAttempt, INGRESSES } from '@fanzha/contract';
import { openNumbering, readNumberPlan } from '@fanzha/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngineSignals, type EngineDecision } from '../engine/index.ts';
import { createIntel } from '../intel/index.ts';
import { openPack } from '../platform/index.ts';
import { newCall } from './call.fixture.ts';
import { createCalls, readLineRegister } from './index.ts';

const pack = openPack(fileURLToPath(new URL('../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const GATEWAY_RULES = JSON.parse(
  readFileSync(new URL('../../../../packs/cn/rules/calls.json', import.meta.url), 'utf8'),
) as { rules: readonly { id: string }[] };
const clock = {
  now: () => Date.parse('2026-11-23T10:00:00+08:00'),
  date: () => new Date('2026-11-23T02:00:00Z'),
};
const calls = createCalls({ pack, numbering });
const cases = (file: string) =>
  readFileSync(new URL(`../../../../eval/cases/${file}`, import.meta.url), 'utf8');
await calls.lines.apply(readLineRegister(JSON.parse(cases('calls.lines.json')), { pack, numbering }));
const decider = createDecider({
  pack,
  numbering,
  clock,
  kinds: calls.kinds,
  signals: [...createEngineSignals(pack), ...calls.signals, ...createIntel({ pack, numbering }).signals],
});
const decide = (partial: Partial<CallAttempt>): EngineDecision => decider.decide(newCall(partial));
const codes = (decision: EngineDecision) => decision.reasons.map(({ code }) => code);

describe('ordinary callers inside the country', () => {
  const plan = readNumberPlan(pack);
  const mobiles = plan.national.ranges
    .filter(({ kind, status }) => (kind === 'mobile' || kind === 'mvno') && status !== 'unassigned')
    .map(({ prefix }) => `+86${`${prefix}55667788`.slice(0, 11)}`);
  const landlines = plan.areas.flatMap(({ code, lengths }) =>
    lengths.flatMap((length) =>
      [...'2345678'].map((first) => `0${code}${`${first}3456789`.slice(0, length)}`),
    ),
  );

  it('are never so much as labelled, whatever their segment or area', () => {
    expect(mobiles.length).toBeGreaterThan(60);
    expect(landlines.length).toBeGreaterThan(2200);
    const touched = [...mobiles, ...landlines].filter((from) =>
      (['access', 'interconnect'] as const).some((ingress) => decide({ from, ingress }).verdict !== 'allow'),
    );
    expect(touched).toEqual([]);
  });

  it('are let in from abroad when their home network confirms roaming, and only mobiles can roam', () => {
    const roaming = (from: string) => decide({ from, ingress: 'international', roaming: true }).verdict;
    expect(new Set(mobiles.map(roaming))).toEqual(new Set(['allow']));
    expect(new Set(landlines.map(roaming))).toEqual(new Set(['block']));
  });
});

describe('what the people involved read', () => {
  it('tells the called person where the call comes from', () => {
    const decision = decide({ from: '+819012345678', ingress: 'international' });
    expect(decision.label && decider.texts.text(decision.label)).toEqual({
      'zh-CN': '境外来电：日本',
      en: 'Call from abroad: Japan',
    });
  });

  it('shows the country also where the number is outside its plan', () => {
    const decision = decide({ from: '+9551234567', ingress: 'international' });
    expect(decision.label?.code).toBe('call.from-abroad');
  });

  it('explains a disguised code in words', () => {
    const decision = decide({ from: '+862195588', ingress: 'interconnect' });
    expect(decider.texts.sentence(decision)).toEqual({
      'zh-CN': '已拦截：主叫显示为 +862195588，是 95588 前面加了 +86 和区号：95 客服号码不会这样显示',
      en: 'Blocked: The caller shows as +862195588: that is 95588 with +86 and an area code in front, and no 95 customer service number is ever shown that way',
    });
  });

  it('has both languages and no empty place for every reason that a call can get', () => {
    const froms =
      '+8613812345678 +862161234567 95588 +862195588 1381234567 15412345678 +999123456789 +819012345678 +15552234567 +8821612345 anonymous 1069012345 8695588 1440123456789'.split(
        ' ',
      );
    const spoken = froms.flatMap((from) =>
      INGRESSES.flatMap((ingress) => [
        ...decide({ from, ingress }).reasons,
        ...decide({ from, ingress, networkFrom: '+85291234567' }).reasons,
        ...decide({ from, ingress, networkFrom: '13912345678' }).reasons,
      ]),
    );
    const toMany = (from: string, ingress: CallAttempt['ingress']) =>
      Array.from({ length: 70 }, (_, call) =>
        decide({ from, ingress, to: `139${String(call).padStart(8, '0')}` }),
      );
    spoken.push(
      ...[...toMany('+819012345678', 'international'), ...toMany('13712345678', 'access')].flatMap(
        ({ reasons }) => reasons,
      ),
    );
    for (const line of cases('calls.jsonl').trim().split('\n')) {
      const { event } = JSON.parse(line) as { event: object };
      spoken.push(...decider.preview(decider.parse({ id: 'case', ...event })).reasons);
    }
    // What conduct over a day or more is judged by has tests of its own.
    const rules = new Set(GATEWAY_RULES.rules.map(({ id }) => id));
    expect(new Set(spoken.map(({ rule }) => rule).filter((id) => rules.has(id)))).toEqual(rules);
    for (const reason of spoken) {
      const text = decider.texts.text(reason);
      expect(text['zh-CN']).not.toMatch(/[{}]|undefined/);
      expect(text.en).not.toMatch(/[{}]|undefined|[\u4e00-\u9fff]/);
    }
  });
});

describe('the reading of a call', () => {
  it('names who takes part, in canonical form, and hides who is not suspected', () => {
    const call = newCall({
      from: '0086 138-1234-5678',
      to: '010-110',
      trunk: 'gw-1',
      carrier: 'c2',
      line: 'L9',
      diversion: '021-61234567',
    });
    const { reading } = decider.decide(call);
    expect(reading).toEqual({
      subjects: [
        { kind: 'number', role: 'caller', value: '+8613812345678' },
        { kind: 'number', role: 'callee', value: '110' },
        { kind: 'number', role: 'diverting', value: '+862161234567' },
        { kind: 'trunk', role: 'trunk', value: 'gw-1' },
        { kind: 'carrier', role: 'carrier', value: 'c2' },
        { kind: 'line', role: 'line', value: 'L9' },
      ],
      channel: 'interconnect',
      country: 'CN',
    });
    const kind = decider.kinds.get('call.attempt');
    expect(kind?.personal).toEqual(['to', 'diversion', 'identity', 'device', 'cell']);
    expect(kind?.personalRoles).toEqual(['callee', 'diverting', 'device', 'cell']);
  });

  it('takes the country of a withheld caller from the carrier', () => {
    const { reading } = decide({ from: 'anonymous', ingress: 'international', originCountry: 'MM' });
    expect(reading.country).toBe('MM');
    expect(reading.subjects.some(({ role }) => role === 'caller')).toBe(false);
  });
});

describe('an emergency call', () => {
  it.each(['110', '119', '120', '122', '010-110', '+8610110'])('to %s always goes through', (to) => {
    for (const from of ['+862195588', '+999123456789', '1381234567', '15412345678']) {
      expect(decide({ from, to, ingress: 'international' }).verdict).toBe('label');
    }
  });
});

describe('hostile callers', () => {
  it('get a verdict whatever they present, and nothing is ever degraded', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    const number = fc.string({ unit: fc.constantFrom(...'+0123456789 -#;,'), maxLength: 32 });
    const presented = fc.oneof(text, number);
    fc.assert(
      fc.property(
        presented,
        presented,
        presented,
        fc.constantFrom(...INGRESSES),
        (from, to, networkFrom, ingress) => {
          const decision = decide({ from, to, networkFrom, ingress });
          expect(decision.degraded).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('that show a domestic number from abroad are never just let through', () => {
    const domestic = fc
      .constantFrom('+86', '0086', '86', '', '0')
      .chain((lead) =>
        fc
          .string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 14 })
          .map((digits) => lead + digits),
      );
    fc.assert(
      fc.property(domestic, (from) => {
        const decision = decide({ from, ingress: 'international' });
        if (decision.facts['caller.domestic'] === true) expect(decision.verdict, from).toBe('block');
        else expect(codes(decision).length, from).toBeGreaterThan(0);
      }),
      { numRuns: 3000 },
    );
  });
});
