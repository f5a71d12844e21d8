import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NumberRange, readNumberPlan } from './number-plan.ts';
import { RangeIndex } from './number-plan-index.ts';

const { national } = readNumberPlan({
  read: (file) => JSON.parse(readFileSync(new URL(`../../../packs/cn/${file}`, import.meta.url), 'utf8')),
});
const index = new RangeIndex(national.ranges);

/** The same by looking through all ranges. */
function longest(digits: string, fits: (range: NumberRange) => boolean): NumberRange | undefined {
  const fitting = national.ranges.filter((range) => digits.startsWith(range.prefix) && fits(range));
  const size = Math.max(...fitting.map(({ prefix }) => prefix.length));
  return fitting.find(({ prefix }) => prefix.length === size);
}

it('finds the range of the longest prefix, for numbers of every range and any other', () => {
  const rest = fc.stringMatching(/^[0-9]{0,20}$/);
  const prefix = fc.constantFrom('', ...national.ranges.map((range) => range.prefix));
  fc.assert(
    fc.property(prefix, rest, fc.constantFrom('', '+', '+86', '0086'), (begin, end, before) => {
      const digits = begin + end;
      const fits = ({ lengths }: NumberRange) => lengths.includes(digits.length);
      expect(index.find(before + digits, before.length)).toBe(longest(digits, fits));
      expect(index.nearest(digits)).toBe(longest(digits, (range) => range.prefix.length > 1));
    }),
    { numRuns: 5000 },
  );
});
