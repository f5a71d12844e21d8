import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remembered } from './remembered.ts';

describe('remembered', () => {
  it('says what the function says, and works out again only what is long or was asked long ago', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 })), (texts) => {
        let worked = 0;
        const ask = remembered((text) => {
          worked += 1;
          return [...text].length;
        }, 1000);
        for (const text of texts) expect(ask(text)).toBe([...text].length);
        const distinct = new Set(texts.filter((text) => text.length <= 64)).size;
        expect(worked).toBe(distinct + texts.filter((text) => text.length > 64).length);
      }),
    );
  });

  it('forgets the oldest', () => {
    const asked: string[] = [];
    const ask = remembered((text) => {
      asked.push(text);
      return text;
    }, 2);
    for (const text of ['a', 'b', 'a', 'c', 'd', 'e', 'a']) ask(text);
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });
});
