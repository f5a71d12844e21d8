import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterError, counterIdentity, isCounterFunction, parseCounter } from './counter.model.ts';

describe('counters', () => {
  it('reads every function from its arguments', () => {
    expect(parseCounter('count', ['caller', '10m'])).toMatchObject({
      by: ['caller'],
      windowMs: 600_000,
      where: [],
    });
    expect(
      parseCounter('distinct', ['callee', 'caller + callee.area', '30d', 'call.answered']),
    ).toMatchObject({
      of: ['callee'],
      by: ['callee.area', 'caller'],
      windowMs: 30 * 86_400_000,
      where: ['call.answered'],
    });
    expect(parseCounter('ratio', ['call.short', 'call.answered', 'caller', '1h'])).toMatchObject({
      where: ['call.short'],
      over: ['call.answered'],
    });
    expect(parseCounter('last', ['call.seconds', 'caller'])).toMatchObject({
      feature: 'call.seconds',
      windowMs: 0,
    });
  });

  it('names the argument that is wrong, and why, in both languages', () => {
    const faults: [Parameters<typeof parseCounter>, string, string][] = [
      [['count', ['caller', '31d']], 'window', '30d'],
      [['count', ['caller', '0m']], 'window', '1m'],
      [['count', ['Caller!', '1h']], 'by', 'not a name'],
      [['count', ['caller+caller', '1h']], 'by', 'each once'],
      [['count', ['callee=', '1h']], 'by', 'not a name'],
      [['count', ['callee=caller+callee=line', '1h']], 'by', 'each once'],
      [['count', ['caller']], 'count', '2 or 3'],
      [['since', ['x', 'caller', '1h']], 'since', 'takes 2'],
      [['sum', [3, 'caller', '1h']], 'feature', 'literal text'],
    ];
    for (const [call, field, reason] of faults) {
      const error = (() => {
        try {
          return parseCounter(...call);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(CounterError);
      expect(error).toMatchObject({
        field,
        reason: { en: expect.stringContaining(reason), 'zh-CN': expect.any(String) },
      });
    }
  });

  it('is the same counter when only its writing differs, and another when it counts something else', () => {
    const identity = (...call: Parameters<typeof parseCounter>) => counterIdentity(parseCounter(...call));
    expect(identity('count', ['caller+callee', '60m'])).toBe(identity('count', ['callee + caller', '1h']));
    expect(identity('count', ['caller=caller', '1h'])).toBe(identity('count', ['caller', '1h']));
    const all = [
      identity('count', ['caller', '1h']),
      identity('count', ['caller', '2h']),
      identity('count', ['callee', '1h']),
      identity('count', ['callee=caller', '1h']),
      identity('count', ['caller', '1h', 'call.answered']),
      identity('count', ['caller', '1h'], ['call.end']),
      identity('sum', ['call.seconds', 'caller', '1h']),
      identity('mean', ['call.seconds', 'caller', '1h']),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('either reads or refuses whatever it is given', () => {
    const argument = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constantFrom('caller', 'a+b', '1h', '99999d', '1h '),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('count' as const, 'sum' as const, 'since' as const),
        fc.array(argument),
        (name, args) => {
          try {
            parseCounter(name, args);
          } catch (error) {
            expect(error).toBeInstanceOf(CounterError);
          }
        },
      ),
    );
    expect(isCounterFunction('toString')).toBe(false);
  });
});
