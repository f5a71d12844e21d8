import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetstringError, NetstringReader, netstring } from './netstring.model.ts';

const texts = (strings: Buffer[]) => strings.map((each) => each.toString());

/** A stream in pieces of the given sizes, over and over. */
function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe('netstrings', () => {
  it('come out as they went in, however the network cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (written, sizes) => {
          const reader = new NetstringReader(10_000);
          const stream = Buffer.concat(written.map(netstring));
          const read = [...pieces(stream, sizes)].flatMap((piece) => texts(reader.push(piece)));
          expect(read).toEqual(written);
        },
      ),
    );
  });

  it('noise ends in an error or in strings within the bound, never in anything else', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .array(fc.constantFrom('1', '0', '12', ':', ',', 'a', '999999'), { maxLength: 60 })
        .map((parts) => Buffer.from(parts.join(''))),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        const reader = new NetstringReader(64);
        try {
          for (const each of reader.push(bytes)) expect(each.length).toBeLessThanOrEqual(64);
        } catch (error) {
          expect(error).toBeInstanceOf(NetstringError);
        }
      }),
    );
  });

  it.each([
    ['a length that is none', 'x:', /decimal/],
    ['no length', ':,', /decimal/],
    ['a negative length', '-1:', /decimal/],
    ['a length with a leading zero', '05:hello,', /begins with 0/],
    ['a length in hexadecimal', '0x5:hello,', /decimal|begins with 0/],
    ['a wrong end', '5:hello;', /comma/],
    ['a length that is too short', '3:hello,', /comma/],
    ['more than is taken in', '101:', /longer than 100/],
    ['a length without end', '9'.repeat(4000), /longer than 100/],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => new NetstringReader(100).push(Buffer.from(bytes))).toThrow(message);
  });

  it('takes the empty string and one of exactly the bound', () => {
    const full = 'a'.repeat(100);
    const stream = Buffer.concat([netstring(''), netstring(full)]);
    expect(texts(new NetstringReader(100).push(stream))).toEqual(['', full]);
  });
});
