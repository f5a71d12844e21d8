import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counterWords } from './counter-words.ts';

describe('a counter in words', () => {
  it('tells name, subjects and window apart', () => {
    expect(counterWords('distinct("callee", "caller", "1h")')).toEqual({
      code: 'distinct("callee", "caller", "1h")',
      name: 'distinct',
      parts: ['callee', 'caller'],
      window: '1h',
    });
  });

  it('keeps filters whole, commas and brackets in them too', () => {
    const { parts, window } = counterWords('share(call.cause in [16, 17], "caller", "24h")');
    expect(parts).toEqual(['call.cause in [16, 17]', 'caller']);
    expect(window).toBe('24h');
  });

  it('reads anything without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => counterWords(text).code === text));
  });
});
