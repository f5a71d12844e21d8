import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerFault, readElements } from './der.model.ts';
import { der, entry } from './stir.fixture.ts';
import { authorises, readNumberAuthority } from './tn-auth-list.model.ts';

const tn = fc.stringMatching(/^[0-9#*]{1,15}$/);
const faultless = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DerFault)) throw error;
  }
};

describe('DER', () => {
  it('reads what it is made of, and no other writing of the same', () => {
    const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(content, content, (one, two) => {
        const elements = readElements(Buffer.concat([der(0x04, one), der(0x30, two)]));
        expect(elements.map(({ tag, content: inside }) => [tag, inside])).toEqual([
          [0x04, one],
          [0x30, two],
        ]);
      }),
    );
  });

  it.each(['0480', '048101', '04810100', '0482000100', '0402', '1f0100', '04840000000100', '04'])(
    'refuses %s',
    (hex) => {
      expect(() => readElements(Buffer.from(hex, 'hex'))).toThrow(DerFault);
    },
  );

  it('never fails otherwise, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        faultless(() => readElements(Buffer.from(bytes)));
        faultless(() => readNumberAuthority(Buffer.from(bytes)));
        faultless(() => readNumberAuthority(der(0x30, Buffer.from(bytes))));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the numbers of a certificate', () => {
  it('are the ones it lists', () => {
    fc.assert(
      fc.property(fc.array(tn, { minLength: 1, maxLength: 20 }), tn, (numbers, other) => {
        const authority = readNumberAuthority(der(0x30, ...numbers.map(entry.number)));
        expect(authority.numbers).toEqual(numbers);
        expect(numbers.every((number) => authorises(authority, number))).toBe(true);
        expect(authorises(authority, other)).toBe(numbers.includes(other));
      }),
    );
  });

  it('are a range from its first number on, of the same length', () => {
    const authority = readNumberAuthority(der(0x30, entry.range('12155550000', 10_000)));
    const allowed = ['12155549999', '12155550000', '12155559999', '12155560000', '1215555000'].map((number) =>
      authorises(authority, number),
    );
    expect(allowed).toEqual([false, true, true, false, false]);
  });

  it('are not read from a list that is empty, has other entries, letters or a range of one', () => {
    const wrong = [
      der(0x30),
      der(0x30, der(0xa3, der(0x16, Buffer.from('1')))),
      der(0x30, entry.number('12a')),
      der(0x30, entry.number('1234567890123456')),
      der(0x30, entry.range('1', 1)),
      Buffer.concat([der(0x30, entry.number('1')), Buffer.from([0])]),
    ];
    for (const bytes of wrong) expect(() => readNumberAuthority(bytes)).toThrow(DerFault);
  });
});
