import fc from 'fast-check';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { readKey, writeKey } from '../auth/key.model.ts';
import type { AppError } from '../errors/app-error.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { requestIdOf } from './request-id.ts';
import { coerceText } from './request-reader.ts';

const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string({ unit: 'grapheme' }));

describe('whatever a stranger sends', () => {
  it('a cursor is read back or refused, never half-read', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), (number, text) => {
        fc.pre(!text.includes('\u0000') && !Object.is(number, -0));
        expect(decodeCursor(encodeCursor([number, text]), ['number', 'string'], 'en')).toEqual([
          number,
          text,
        ]);
      }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(decodeCursor(text, ['number'], 'en')).toEqual([expect.any(Number)]);
        } catch (error) {
          expect((error as AppError).fields[0]?.field).toBe('cursor');
        }
      }),
    );
  });

  it('a key is only read when it is one', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          anything.map((text) => `fz_${text}`),
        ),
        (text) => {
          const parts = readKey(text);
          if (parts !== undefined) expect(writeKey(parts.id, parts.secret)).toBe(text);
        },
      ),
    );
  });

  it('a request id is harmless to log', () => {
    fc.assert(
      fc.property(anything, fc.nat(), (text, now) => {
        expect(requestIdOf(text, now)).toMatch(/^[\w.-]{8,64}$/);
      }),
    );
  });

  it('a query only becomes a number that says the same', () => {
    const schema = Type.Object({ n: Type.Integer(), b: Type.Boolean(), s: Type.String() });
    fc.assert(
      fc.property(fc.oneof(anything, fc.integer().map(String), fc.double().map(String)), (text) => {
        const { n, b, s } = coerceText(schema, { n: text, b: text, s: text });
        expect(s).toBe(text);
        if (typeof n === 'number') expect(Number(text)).toBe(n);
        else expect(n).toBe(text);
        expect(b).toBe(text === 'true' ? true : text === 'false' ? false : text);
      }),
    );
  });
});
