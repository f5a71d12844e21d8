import type { FanzhaEvent } from '@fanzha/contract';
import { describe, expect, it } from 'vitest';
import { newAttempt } from './engine.fixture.ts';
import type { EventKind } from './event.model.ts';
import { TEST_KINDS } from './policy.fixture.ts';
import { createSense } from './sense.service.ts';
import type { Facts, Signal } from './signal.model.ts';

const title = { 'zh-CN': '命中', en: 'hits' };
const [attempts] = TEST_KINDS as [EventKind];
const EVENTS = 250;

/** Reads so many events by a signal that tells its facts quickly; `tell` gets the number of the event. */
function readBy(tell: (facts: Facts, index: number) => void, from = 0) {
  let index = 0;
  const signal: Signal = {
    id: 'quick',
    version: '1',
    kinds: ['call.attempt'],
    facts: { 'quick.hits': { type: 'double', title }, 'quick.names': { type: 'list<string>', title } },
    evaluate: () => {
      const facts: Facts = {};
      tell(facts, index);
      return facts;
    },
    tell: (_, __, facts) => tell(facts, index),
  };
  const sense = createSense(attempts, [signal], []);
  const event = newAttempt('1') as FanzhaEvent;
  const all = Array.from({ length: EVENTS }, (_, at) => {
    index = at;
    return sense.read(event);
  });
  return all.slice(from);
}

describe('a signal that tells its facts quickly', () => {
  it('has them among the facts of every event', () => {
    const known = readBy((facts, index) => {
      facts['quick.hits'] = index + 0.5;
    });
    expect(known.map(({ facts }) => facts['quick.hits'])).toEqual(known.map((_, index) => index + 0.5));
    expect(known.every(({ degraded }) => degraded.length === 0)).toBe(true);
  });

  it('leaves them as nobody knows them when it breaks', () => {
    const known = readBy((facts, index) => {
      facts['quick.hits'] = 7;
      if (index > 0) throw new Error('list not loaded');
    }, 1);
    for (const { facts, degraded } of known) {
      expect(facts).toEqual({ 'quick.hits': 0, 'quick.names': [] });
      expect(degraded).toEqual(['quick']);
    }
  });

  it.each([
    ['of another type', 'quick.hits', 'many'],
    ['that it did not declare', 'quick.other', 1],
  ])(
    'is named when it says something %s: from the first event on, or once a sample shows it',
    (_, name, value) => {
      const lie = (facts: Facts) => {
        facts[name] = value;
      };
      for (const { facts, degraded } of readBy(lie)) {
        expect([facts['quick.hits'], facts['quick.other'], degraded]).toEqual([0, undefined, ['quick']]);
      }
      const later = readBy((facts, index) => {
        if (index > 20) lie(facts);
      }, 150);
      expect(later.every(({ facts, degraded }) => facts['quick.hits'] === 0 && degraded[0] === 'quick')).toBe(
        true,
      );
    },
  );
});
