import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualInstant } from './instant.ts';

const two = (min: number, max: number) =>
  fc.integer({ min, max }).map((value) => String(value).padStart(2, '0'));
const zone = fc.oneof(
  fc.constant('Z'),
  fc.tuple(fc.constantFrom('+', '-'), two(0, 23), two(0, 59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
);
const part = fc.oneof(
  fc.constant(''),
  fc.stringMatching(/^[0-9]{1,3}$/).map((digits) => `.${digits}`),
);
const date = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), two(1, 12), two(1, 28))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${month}-${day}`);

describe('an instant in its usual form', () => {
  it('is what Date.parse makes of it', () => {
    const usual = fc.tuple(date, two(0, 23), two(0, 59), two(0, 59), part, zone);
    fc.assert(
      fc.property(usual, ([day, h, m, s, ms, offset]) => {
        const text = `${day}T${h}:${m}:${s}${ms}${offset}`;
        expect(usualInstant(text), text).toBe(Date.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2024-02-29T00:00:00Z', true],
    ['2000-02-29T00:00:00Z', true],
    ['1900-02-29T00:00:00Z', false],
    ['2026-02-29T00:00:00Z', false],
    ['2026-04-31T00:00:00Z', false],
    ['2026-12-31T23:59:59.999+23:59', true],
    ['2026-00-01T00:00:00Z', false],
    ['2026-01-00T00:00:00Z', false],
    ['2026-13-01T00:00:00Z', false],
    ['2026-01-01T24:00:00Z', false],
    ['2026-01-01T00:60:00Z', false],
    ['2026-01-01T00:00:60Z', false],
    ['2026-01-01T00:00:00', false],
    ['2026-01-01T00:00:00.Z', false],
    ['2026-01-01T00:00:00.1234Z', false],
    ['2026-01-01T00:00:00Z ', false],
    ['2026-01-01T00:00:00+24:00', false],
    ['2026-01-01T00:00:00+0800', false],
    ['2026-01-01t00:00:00z', false],
    ['2026-1-01T00:00:00Z', false],
    ['', false],
  ])('%s: %s', (text, usual) => {
    expect(usualInstant(text)).toEqual(usual ? Date.parse(text) : Number.NaN);
  });

  it('never says another time than Date.parse, whatever comes in', () => {
    const [few, many] = [fc.constantFrom(...'0123456789-:.TZ+ tz２'), 30];
    const torn = fc
      .tuple(date, fc.string({ unit: few, maxLength: many }))
      .map(([day, rest]) => `${day}T${rest}`);
    fc.assert(
      fc.property(fc.oneof(torn, fc.string({ unit: few, maxLength: many })), (text) => {
        const at = usualInstant(text);
        if (!Number.isNaN(at)) expect(at).toBe(Date.parse(text));
      }),
      { numRuns: 5000 },
    );
  });
});
