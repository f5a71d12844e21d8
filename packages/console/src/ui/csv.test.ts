import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.ts';

describe('exported rows', () => {
  it('cannot run as formulas in a spreadsheet', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const cell = csvOf(['a'], [[value]])
          .split('\r\n')
          .slice(1)
          .join('\r\n')
          .replace(/^"/, '');
        expect(cell).not.toMatch(/^[=+\-@\t]/);
      }),
    );
  });

  it('keep commas, quotes and line breaks inside their cell', () => {
    expect(csvOf(['a', 'b'], [['x,"y"', 'line\nbreak']])).toBe('\uFEFFa,b\r\n"x,""y""","line\nbreak"\r\n');
  });
});
