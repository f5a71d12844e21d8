import type { FanzhaEvent } from '@fanzha/contract';
import type { Decider } from './decider.model.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';

const CALLERS = 20;
const START = Date.UTC(2026, 10, 23, 0);
const DAY_MS = 86_400_000;

const COUNTERS = [
  'count("caller", "1m")',
  'count("caller", "24h")',
  'distinct("callee", "caller", "1h")',
  'mean("call.duration", "caller", "24h")',
  'share("call.answered", "caller", "1h")',
  'since("call.roaming", "caller")',
];

/** A decider whose rule reads counters of several sorts, under the secret given. */
export function newCountingDecider(seed: Uint8Array): Decider {
  return createDecider({
    pack: newPack({ rules: [newRule({ when: `${COUNTERS.join(' + ')} > 0.0` })] }),
    kinds: TEST_KINDS,
    signals: TEST_SIGNALS,
    clock: { now: () => START + DAY_MS, date: () => new Date(START + DAY_MS) },
    counting: { seed },
    numbering: testNumbering,
  });
}

/** The event of a number: calls of twenty people, most of which end; the same every time. */
export function eventOfNumber(decider: Decider, number: number): FanzhaEvent {
  const at = new Date(START + number * 400).toISOString();
  if (number % 3 === 2) {
    const talk = (number * 7) % 90;
    const end = { ringSeconds: 4, talkSeconds: talk, answered: talk > 10 };
    return decider.parse({ kind: 'call.end', id: `e${number}`, at, attempt: `a${number - 2}`, ...end });
  }
  const from = `+8621600000${String(number % CALLERS).padStart(2, '0')}`;
  const to = `+8613${String((number * 7919) % 1e9).padStart(9, '0')}`;
  return decider.parse(newAttempt(`a${number}`, { at, from, to, roaming: number % 50 === 0 }));
}

/** What every caller's next call would be told, after so many events. */
export function toldAfter(decider: Decider, events: number): unknown[] {
  return Array.from({ length: CALLERS }, (_, caller) => {
    const asked = Math.ceil(events / 60) * 60 + caller;
    const number = asked % 3 === 2 ? asked + CALLERS : asked;
    const { facts } = decider.preview(eventOfNumber(decider, number % 3 === 2 ? number + CALLERS : number));
    return COUNTERS.map((name) => facts[name]);
  });
}
