import { describe, expect, it } from 'vitest';
import { openVault } from '../platform/index.ts';
import { testClock } from '../platform/testing/index.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, newDataFolder, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { createRecorder } from './recorder.service.ts';
import type { Deduction, Signal } from './signal.model.ts';

const title = { 'zh-CN': '忙', en: 'busy' };
const CALLS = 'count("caller", "10m")';
const PEOPLE = 'distinct("callee", "caller", "1h")';

/** A model of conduct: calls per person called. */
function conduct(deduce: Deduction['deduce'], counters = [CALLS, PEOPLE]): Signal {
  return {
    id: 'conduct',
    version: '1',
    kinds: ['call.attempt'],
    facts: {
      'conduct.score': { type: 'double', title },
      'conduct.why': { type: 'list<string>', title },
    },
    evaluate: () => ({}),
    deduction: { counters, facts: ['conduct.score', 'conduct.why'], deduce },
    explain: (_, __, facts) => [
      {
        model: 'conduct',
        version: '1',
        output: 'score',
        score: Number(facts[CALLS]) / Number(facts[PEOPLE]),
        contributions: [],
      },
    ],
  };
}

const callsPerPerson: Deduction['deduce'] = ([calls = 0, people = 1], facts) => {
  facts['conduct.score'] = calls / people;
};

function deciderOf(signal: Signal, when: string) {
  return createDecider({
    pack: newPack({ rules: [newRule({ when, values: [] })] }),
    kinds: TEST_KINDS,
    signals: [...TEST_SIGNALS, signal],
    clock: testClock(),
    numbering: testNumbering,
  });
}

const decide = (decider: ReturnType<typeof deciderOf>, id: string, to: string) =>
  decider.decide(decider.parse(newAttempt(id, { to })));

describe('what signals deduce from counters', () => {
  it('is known to rules at the same event, and told again of a decision that was recorded', () => {
    const decider = deciderOf(conduct(callsPerPerson), 'conduct.score > 1.4');
    const verdicts = ['+8613800000001', '+8613800000002', '+8613800000001'].map((to, index) => {
      const { verdict, facts } = decide(decider, String(index), to);
      return [verdict, facts['conduct.score']];
    });
    expect(verdicts).toEqual([
      ['allow', 1],
      ['allow', 1],
      ['block', 1.5],
    ]);
    const recorded = { [CALLS]: 6, [PEOPLE]: 2, 'conduct.score': 0 };
    decider.deduce('call.attempt', recorded);
    expect(recorded['conduct.score']).toBe(3);
    const event = decider.parse(newAttempt('again'));
    expect(decider.explain(event, recorded)[0]?.score).toBe(3);
  });

  it('stands in what people see of a decision of which the journal kept the counters alone', () => {
    const decider = deciderOf(conduct(callsPerPerson), 'conduct.score > 9');
    const decision = decide(decider, '1', '+8613800000001');
    const event = decider.parse(newAttempt('1', { to: '+8613800000001' }));
    const kept = { [CALLS]: 8, [PEOPLE]: 2 };
    const { shown } = createRecorder(decider, openVault(newDataFolder()));
    const { facts } = shown({ event, decision: { ...decision, facts: kept }, plain: true }).decision;
    expect(facts).toMatchObject({ ...kept, 'conduct.score': 4 });
  });

  it('costs nothing where no rule reads it', () => {
    let asked = 0;
    const signal = conduct(() => {
      asked += 1;
    });
    const decider = deciderOf(signal, 'call.ingress == "international"');
    decide(decider, '1', '+8613800000001');
    expect([asked, decider.counting.stats().counters]).toEqual([0, 0]);
  });

  it('counts as unknown when it fails or is not as declared, and the decision says so', () => {
    const failing = conduct((_, facts) => {
      facts['conduct.score'] = 9;
      throw new Error('no');
    });
    const wrong = conduct((_, facts) => {
      facts['conduct.score'] = Number.NaN;
    });
    for (const signal of [failing, wrong]) {
      const { degraded, facts, verdict } = decide(deciderOf(signal, 'conduct.score > 1'), '1', '+861380000');
      expect([degraded, facts['conduct.score'], verdict]).toEqual([['conduct'], 0, 'allow']);
    }
  });

  it('is refused at the start when it asks for a counter that there is not', () => {
    const signal = conduct(callsPerPerson, ['count("nobody", "10m")']);
    expect(() => deciderOf(signal, 'conduct.score > 1')).toThrow(/nobody/);
  });
});
