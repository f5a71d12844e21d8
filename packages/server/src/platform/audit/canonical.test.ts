import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, cleanJson } from './canonical.ts';

describe('canonical JSON', () => {
  it('spells a value in one way, whatever the order of its names', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 1e21 }], a: 'é"' })).toBe(
      '{"a":"é\\"","b":[1,{"c":1e+21,"d":null}]}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const clean = cleanJson(value);
        const reversed = Object.fromEntries(Object.entries(clean).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(clean));
        expect(JSON.parse(canonicalJson(clean))).toEqual(JSON.parse(JSON.stringify(clean)));
      }),
    );
  });

  it('makes hostile text fit for the database', () => {
    const clean = cleanJson({ 'a\u0000': 'x\u0000\ud800', list: ['\udc00', 1], gone: undefined });
    expect(clean).toEqual({ 'a\ufffd': 'x\ufffd\ufffd', list: ['\ufffd', 1] });
  });
});
