import type { DecisionTable } from '@fanzha/contract';
import { describe, expect, it } from 'vitest';
import { testClock } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { testNumbering } from './engine.fixture.ts';
import { createEngineSignals, loadPackValues } from './engine.signals.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { createRuleLanguage } from './rule-language.service.ts';

const title = { 'zh-CN': '值', en: 'value' };
const clock = testClock();
const source = 'test';
const pack = newPack({
  rules: [newRule({ when: 'count("caller", "10m") > pack.limit' })],
  files: {
    'values.json': {
      values: {
        limit: { title, periods: [{ value: 3, from: '2026-01-01', source }] },
        'night.from': { title, periods: [{ value: 22, from: '2026-01-01', source }] },
        'night.until': { title, periods: [{ value: 6, from: '2026-01-01', source }] },
      },
    },
  },
});
const signals = [...createEngineSignals(pack), ...TEST_SIGNALS];
const decider = createDecider({ pack, kinds: TEST_KINDS, signals, clock, numbering: testNumbering });
const rules = createRuleLanguage({
  decider,
  packValues: loadPackValues(pack),
  startedAt: (name) => decider.counting.startedAt(name),
  now: () => clock.now(),
});
const on = ['call.attempt'] as const;

describe('what editors ask about rules', () => {
  it('is answered with everything that a rule may hold, under a version that stands while it does', () => {
    const { version, language } = rules.language();
    expect(rules.language().version).toBe(version);
    expect(language.facts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['caller.number', 'event.isNight']),
    );
    expect(language.packValues.map(({ name, value }) => [name, value])).toContainEqual(['pack.limit', 3]);
    for (const { example } of language.functions)
      expect(rules.check({ on, when: example }).faults, example).toEqual([]);
    for (const { example } of language.counters)
      expect(rules.check({ on, when: `${example} > 0` }).faults, example).toEqual([]);
  });

  it('tells form, canonical text, and which counters count already', () => {
    const checked = rules.check({
      on,
      when: 'count( "caller","10m" )>pack.limit&&(caller.country in ["CN"])',
    });
    expect(checked).toEqual({
      ok: true,
      faults: [],
      text: 'count("caller", "10m") > pack.limit && caller.country in ["CN"]',
      form: {
        all: [
          {
            test: {
              left: { counter: 'count', arguments: ['caller', '10m'] },
              operator: 'greater',
              right: { pack: 'limit' },
            },
          },
          { test: { left: { fact: 'caller.country' }, operator: 'is-one-of', right: { value: ['CN'] } } },
        ],
      },
      facts: ['caller.country'],
      packValues: ['pack.limit'],
      counters: [{ call: 'count("caller", "10m")', state: 'counting', since: expect.any(String) }],
      runs: 'compiled',
    });
    expect(rules.check({ on, form: checked.form }).text).toBe(checked.text);
    const fresh = rules.check({ on, when: 'count("callee", "10m") > 3' });
    expect(fresh.counters).toEqual([{ call: 'count("callee", "10m")', state: 'new' }]);
  });

  it('names the character and what was meant, for each kind of event', () => {
    const { ok, faults } = rules.check({
      on: ['call.attempt', 'sms.submit'],
      when: 'true && caller.contry == "CN"',
    });
    expect(ok).toBe(false);
    expect(faults.map(({ kind, position, meant }) => [kind, position, meant])).toEqual([
      ['call.attempt', 9, 'caller.country'],
      ['sms.submit', 9, undefined],
    ]);
    expect(rules.check({ on, form: { all: [] } }).faults[0]?.message.en).toBe('a group is empty');
    expect(rules.check({ on }).faults).toHaveLength(1);
  });

  it('checks a table before it is saved: columns by themselves, cells, rows that never speak', () => {
    const row = { verdict: 'label', reason: 'call.test', judges: 'event', score: 0.5 } as const;
    const table: DecisionTable = {
      id: 'test.table',
      title: 'test',
      on: [...on],
      owner: 'test',
      hitPolicy: 'FIRST',
      inputs: [
        { expression: 'caller.country', type: 'string' },
        { expression: 'caller.risk', type: 'double' },
      ],
      rows: [
        { ...row, id: 'a', cells: ['"CN", "HK"', '-'] },
        { ...row, id: 'b', cells: ['"CN"', '> 0.5'] },
      ],
    };
    const { ok, findings, rules: made } = rules.checkTable(table);
    expect([ok, made.map(({ id }) => id)]).toEqual([true, ['test.table/a', 'test.table/b']]);
    expect(findings[0]).toMatchObject({ kind: 'never-hits', rows: ['b', 'a'] });
    expect(findings.filter(({ kind }) => kind === 'gap').length).toBeGreaterThan(0);
    const wrong = rules.checkTable({
      ...table,
      inputs: [
        { expression: 'true) || (caller.country', type: 'string' },
        { expression: 'caller.country', type: 'double' },
      ],
    });
    expect(wrong.faults.map(({ column, part }) => [column, part])).toEqual([
      [1, 'input'],
      [2, 'input'],
    ]);
  });
});

describe('values of the pack', () => {
  it('are those in force at the time of the event, and change without touching rules or what was counted', () => {
    const changing = newPack({
      rules: [newRule({ when: 'event.hour >= pack.limit' })],
      files: {
        'values.json': {
          values: {
            limit: {
              title,
              periods: [
                { value: 10, from: '2026-01-01', source },
                { value: 12, from: '2026-11-20', source },
              ],
            },
          },
        },
      },
    });
    const own = [...createEngineSignals(changing), ...TEST_SIGNALS];
    const dated = createDecider({
      pack: changing,
      kinds: TEST_KINDS,
      signals: own,
      clock,
      numbering: testNumbering,
    });
    const verdictAt = (at: string) =>
      dated.preview(
        dated.parse({
          kind: 'call.attempt',
          id: at,
          at,
          from: '+8613800000000',
          to: '+8613900000000',
          ingress: 'access',
        }),
      ).verdict;
    expect(verdictAt('2026-11-19T11:00:00+08:00')).toBe('block');
    expect(verdictAt('2026-11-20T11:00:00+08:00')).toBe('allow');
    expect(verdictAt('2026-11-20T04:00:00Z')).toBe('block');
  });

  it.each([
    [{ 'Not-a-name': { title, periods: [{ value: 1, from: '2026-01-01', source }] } }, 'is not a name'],
    [
      {
        limit: {
          title,
          periods: [
            { value: 1, from: '2026-01-01', source },
            { value: 'x', from: '2026-02-01', source },
          ],
        },
      },
      'different types',
    ],
    [
      {
        limit: {
          title,
          periods: [
            { value: 1, from: '2026-02-01', source },
            { value: 2, from: '2026-01-01', source },
          ],
        },
      },
      'not in the order of their days',
    ],
  ])('%j are refused', (values, message) => {
    expect(() => loadPackValues(newPack({ files: { 'values.json': { values } } }))).toThrow(message);
  });
});
