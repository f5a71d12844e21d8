import type { FanzhaEvent } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testClock } from '../platform/testing/index.ts';
import { BoundedMemory } from './bounded-memory.model.ts';
import type { Decider } from './decider.model.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, testNumbering } from './engine.fixture.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS, TEST_WINDOWS } from './policy.fixture.ts';
import { Replay } from './replay.service.ts';

const MEAN = 'mean("call.duration", "caller", "24h")';
const SHARE = 'share("call.answered", "callee", "1h")';
const COUNT = 'count("caller", "1h")';

function newDecider(openEvents = 1000): Decider {
  const rule = newRule({ when: `${MEAN} + ${SHARE} + ${COUNT} >= 0.0` });
  return createDecider({
    pack: newPack({ rules: [rule], files: { 'engine.json': { windows: { ...TEST_WINDOWS, openEvents } } } }),
    kinds: TEST_KINDS,
    signals: TEST_SIGNALS,
    clock: testClock(),
    numbering: testNumbering,
  });
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 1) + second * 1000).toISOString();
const attempt = (decider: Decider, id: string, second: number, more = {}) =>
  decider.parse(newAttempt(id, { at: at(second), ...more }));
const end = (
  decider: Decider,
  of: string,
  second: number,
  talkSeconds: number,
  id = `end-of-${of}`,
): FanzhaEvent =>
  decider.parse({
    kind: 'call.end',
    id,
    at: at(second),
    attempt: of,
    ringSeconds: 3,
    talkSeconds,
    answered: talkSeconds > 0,
  });

/** What a further call of the same people is told: mean talk, share answered, calls. */
function told(decider: Decider, second: number, more = {}): unknown[] {
  const { facts } = decider.preview(attempt(decider, 'asked', second, more));
  return [facts[MEAN], facts[SHARE], facts[COUNT]];
}

describe('who talked with a suspect', () => {
  const TALKED = 'sum("call.duration", "callee=caller", "1h", "call.suspected")';
  const suspicious = newRule({
    id: 'test.suspicious',
    when: 'caller.number == "+8613000000000"',
    judges: 'subject',
    reason: 'call.suspicious',
  });
  const pack = newPack({ rules: [suspicious, newRule({ when: `${TALKED} > 0`, reason: 'call.after' })] });
  const careful = () =>
    createDecider({
      pack,
      kinds: TEST_KINDS,
      signals: TEST_SIGNALS,
      clock: testClock(),
      numbering: testNumbering,
    });
  const victim = '+8613800000000';
  const calls: [string, string][] = [
    ['suspect', '+8613000000000'],
    ['friend', '+8613100000000'],
  ];

  it('is known when the call has ended: how long, and not of what others said', () => {
    const decider = careful();
    for (const [id, from] of calls) decider.decide(attempt(decider, id, 0, { from, to: victim }));
    for (const [id] of calls) decider.decide(end(decider, id, 900, 600));
    const later = attempt(decider, 'bank', 1000, { from: victim, to: '95588' });
    expect(decider.decide(later).facts[TALKED]).toBe(600);
  });

  it('is known to a replay, by what was decided then', () => {
    const decider = careful();
    const { live } = decider.setting;
    const parts = {
      pack,
      ground: decider.ground,
      seed: Buffer.alloc(8),
      subjectToken: (value: string) => value,
    };
    const replay = new Replay(parts, { live, candidate: live, snoozes: [] }, 0);
    const events = [
      attempt(decider, 'a', 0, { from: '+8613000000000', to: victim }),
      end(decider, 'a', 900, 600),
      attempt(decider, 'bank', 1000, { from: victim, to: '95588' }),
    ];
    for (const [position, event] of events.entries()) {
      const decision = decider.decide(event);
      const again = replay.judge({ event, position, decision });
      if (again) expect(again.live.reasons).toEqual(decision.reasons);
    }
  });

  it('is known after a restart, from what was decided then and from a snapshot', () => {
    const before = careful();
    const [[id, from] = ['', '']] = calls;
    const event = attempt(before, id, 0, { from, to: victim });
    const decision = before.decide(event, { position: 0 });
    const snapshot = [...before.counting.snapshot()];
    const [restored, recounted] = [careful(), careful()];
    expect(restored.counting.restore(snapshot).replayAfter).toBe(0);
    recounted.recount(event, 0, decision);
    for (const again of [restored, recounted]) {
      again.decide(end(again, id, 900, 600), { position: 1 });
      const later = attempt(again, 'bank', 1000, { from: victim, to: '95588' });
      expect(again.decide(later, { position: 2 }).facts[TALKED]).toBe(600);
    }
  });
});

describe('the end of a call', () => {
  it('is counted by the caller and the callee of its attempt', () => {
    const decider = newDecider();
    decider.decide(attempt(decider, 'a', 0));
    decider.decide(end(decider, 'a', 40, 37));
    decider.decide(attempt(decider, 'b', 50));
    decider.decide(end(decider, 'b', 60, 0));
    expect(told(decider, 70)).toEqual([18.5, 0.5, 3]);
    expect(told(decider, 70, { from: '+862100000000', to: '+8613800000000' })).toEqual([0, 0, 1]);
  });

  it('is counted also when it comes before its attempt, and once however often it comes', () => {
    const decider = newDecider();
    decider.decide(end(decider, 'a', 40, 30));
    expect(told(decider, 41)[0]).toBe(0);
    decider.decide(attempt(decider, 'a', 0));
    decider.decide(end(decider, 'a', 41, 90, 'another end'));
    decider.decide(end(decider, 'never begun', 41, 90));
    expect(told(decider, 60)).toEqual([30, 1, 2]);
  });

  it('of a simulated call says nothing about real ones', () => {
    const decider = newDecider();
    decider.decide(attempt(decider, 'a', 0, { simulated: true }));
    decider.decide(end(decider, 'a', 40, 37));
    expect(told(decider, 60)).toEqual([0, 0, 1]);
    expect(told(decider, 60, { simulated: true })).toEqual([37, 1, 2]);
  });

  it('costs bounded memory, however many calls never end and ends never began', () => {
    const decider = newDecider(100);
    for (let call = 0; call < 1000; call++) {
      decider.decide(attempt(decider, `open-${call}`, call));
      decider.decide(end(decider, `lost-${call}`, call, 1));
    }
    const { open, waiting } = decider.counting.stats();
    expect(open).toBeGreaterThanOrEqual(50);
    expect(open).toBeLessThanOrEqual(100);
    expect(waiting).toBeLessThanOrEqual(100);
    decider.decide(end(decider, 'open-999', 1001, 12));
    expect(told(decider, 1002)[0]).toBe(12);
  });

  it('and its attempt may not be mixed in one counter', () => {
    const rule = newRule({
      when: 'count("caller", "1h", "call.roaming") > 0 && ratio("call.roaming", "call.answered", "caller", "1h") > 0',
    });
    const parts = { kinds: TEST_KINDS, signals: TEST_SIGNALS, clock: testClock(), numbering: testNumbering };
    expect(() => createDecider({ ...parts, pack: newPack({ rules: [rule] }) })).toThrow(
      /character 46: no kind of event knows all of these facts together/,
    );
  });
});

describe('a bounded memory', () => {
  it('keeps the newest keys, and forgets by number and by time', () => {
    const steps = fc.array(fc.record({ key: fc.nat({ max: 400 }), step: fc.nat({ max: 100 }) }), {
      maxLength: 300,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, (run) => {
        const memory = new BoundedMemory<number>(40, 1000);
        let now = 0;
        const kept: [string, number][] = [];
        for (const [index, { key, step }] of run.entries()) {
          now += step;
          memory.keep(`${key}`, index, now, index);
          kept.push([`${key}`, now]);
          expect(memory.size).toBeLessThanOrEqual(41);
          const recent = kept.slice(-19).filter(([, time]) => now - time < 500);
          for (const [each] of recent) expect(memory.has(each)).toBe(true);
        }
        now += 1001;
        memory.keep('late', -1, now, run.length);
        memory.keep('later', -1, now + 1001, run.length);
        expect([...memory.walk(run.length)].length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
