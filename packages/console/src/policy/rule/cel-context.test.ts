import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextAt, corrected, tokensOf } from './cel-context.model.ts';

/** The bar is where the cursor stands. */
function at(marked: string) {
  const position = marked.indexOf('|');
  return contextAt(marked.replace('|', ''), position);
}

describe('what an editor of rules offers at the cursor', () => {
  it.each([
    ['caller.ki|', { kind: 'name', from: 0 }],
    ['event.isNight && |', { kind: 'name', from: 17 }],
    ['caller.kind == "mo|', { kind: 'value', of: 'caller.kind', from: 16, quoted: true }],
    ['caller.kind != |', { kind: 'value', of: 'caller.kind', quoted: false }],
    ['caller.kind in ["mobile", "|"]', { kind: 'value', of: 'caller.kind', quoted: true }],
    ['"off|" in lists.caller', { kind: 'value', of: 'lists.caller', quoted: true }],
    [
      'count("caller+cal|", "1h")',
      { kind: 'argument', from: 14, call: { name: 'count', index: 0, from: 0 } },
    ],
    ['distinct("callee", "caller", "|', { kind: 'argument', call: { name: 'distinct', index: 2, from: 0 } }],
    ['size("a b|', { kind: 'argument' }],
    ['"a"|', { kind: 'nothing' }],
    ['a // of cal|', { kind: 'nothing' }],
    ['"x".|', { kind: 'method' }],
  ])('%s', (marked, expected) => {
    expect(at(marked)).toMatchObject(expected);
  });

  it('puts what was meant in place of what a fault points at', () => {
    const fixed = (text: string, position: number, meant: string) => {
      const change = corrected(text, position, meant);
      return change && text.slice(0, change.from) + change.insert + text.slice(change.to);
    };
    expect(fixed('caller.kynd == "a"', 1, 'caller.kind')).toBe('caller.kind == "a"');
    expect(fixed('caller.kind == "mobil"', 16, 'mobile')).toBe('caller.kind == "mobile"');
    expect(fixed('count("caler", "1h") > 3', 7, 'caller')).toBe('count("caller", "1h") > 3');
    expect(fixed('caller.nmber.endsWith("1")', 1, 'caller.number')).toBe('caller.number.endsWith("1")');
  });

  it('reads any text without failing, and loses no letter of it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), fc.nat(), (text, position) => {
        contextAt(text, Math.min(position, text.length));
        const read = tokensOf(text);
        expect(read.every(({ from, to }) => text.slice(from, to) !== '')).toBe(true);
        expect(
          read
            .map((token) => token.text)
            .join('')
            .replace(/\s/g, ''),
        ).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
