import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, LineSplitter } from './line.model.ts';

function split(bytes: Uint8Array, sizes: readonly number[], maxBytes: number): Line[] {
  const splitter = new LineSplitter(maxBytes);
  const lines: Line[] = [];
  let offset = 0;
  for (let turn = 0; offset < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    lines.push(...splitter.push(bytes.subarray(offset, offset + size)));
    offset += size;
  }
  return [...lines, ...splitter.end()];
}

describe('cutting bytes into lines', () => {
  it('gives the same lines however the bytes arrive', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        sizes,
        fc.integer({ min: 1, max: 60 }),
        (bytes, cuts, max) => {
          expect(split(bytes, cuts, max)).toEqual(split(bytes, [bytes.length || 1], max));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds every line that is right, whatever stands between', () => {
    const good = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => JSON.stringify({ text }));
    const noise = fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
    fc.assert(
      fc.property(fc.array(fc.tuple(good, noise), { minLength: 1, maxLength: 8 }), (pairs) => {
        const bytes = Buffer.concat(
          pairs.flatMap(([text, junk]) => [Buffer.from(`${text}\n`), junk, Buffer.from('\n')]),
        );
        const texts = split(bytes, [7], 1000).flatMap((line) => ('text' in line ? [line.text] : []));
        for (const [text] of pairs) expect(texts).toContain(text);
      }),
    );
  });

  it('holds no more than one line, however long the sender makes it', () => {
    const splitter = new LineSplitter(100);
    const chunk = Buffer.alloc(1000, 'x');
    for (let turn = 0; turn < 1000; turn++) expect(splitter.push(chunk)).toEqual([]);
    expect(splitter.push(Buffer.from('\nok\n'))).toEqual([
      { number: 1, fault: 'too-long' },
      { number: 2, text: 'ok' },
    ]);
  });
});
