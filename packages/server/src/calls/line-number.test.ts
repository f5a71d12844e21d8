import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberDirectory, prefixesOf, readSpan, writeSpan } from './line-number.model.ts';

const number = fc.stringMatching(/^[0-9]{4}$/);
const span = fc
  .tuple(number, number)
  .map(([one, other]) => (one < other ? { first: one, last: other } : { first: other, last: one }));
const all = Array.from({ length: 10_000 }, (_, digits) => String(digits).padStart(4, '0'));

describe('spans of numbers', () => {
  it('are covered by beginnings, each number by exactly one and no other number by any', () => {
    fc.assert(
      fc.property(span, ({ first, last }) => {
        const prefixes = prefixesOf({ first, last });
        for (const each of all) {
          const covered = prefixes.filter((prefix) => each.startsWith(prefix)).length;
          expect(covered).toBe(first <= each && each <= last ? 1 : 0);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('find what they were registered for and nothing after it is taken out, however they overlap', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 6 }), number, fc.nat(5), (spans, asked, gone) => {
        const directory = new NumberDirectory<number>();
        for (const [index, each] of spans.entries()) directory.add(each, index);
        const out = spans[gone];
        if (out) directory.remove(out, gone);
        const expected = spans.flatMap(({ first, last }, index) =>
          index !== gone && first <= asked && asked <= last ? [index] : [],
        );
        expect([...directory.find(asked)].sort()).toEqual(expected);
        expect(directory.find(`${asked}0`)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('are read as they are written, and refused where they are none', () => {
    const read = (text: string) =>
      readSpan(text, (digits) => (/^\+?[0-9]+$/.test(digits) ? digits : undefined));
    expect(read('+8621..+8629')).toEqual({ first: '+8621', last: '+8629' });
    expect(writeSpan({ first: '95588', last: '95588' })).toBe('95588');
    expect(read('1..2..3')).toBe('not-a-number');
    expect(read('21..210')).toBe('lengths-differ');
    expect(read('+21..121')).toBe('lengths-differ');
    expect(read('29..21')).toBe('upside-down');
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (text) => void read(text)));
  });
});
