import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pickLocale } from './locale.ts';

describe('pickLocale', () => {
  it.each([
    [undefined, 'zh-CN'],
    ['en', 'en'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['zh-TW', 'zh-CN'],
    ['fr;q=1, en;q=0.5, zh;q=0.7', 'zh-CN'],
    ['fr', 'zh-CN'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['*', 'zh-CN'],
  ])('answers %s in %s', (header, locale) => {
    expect(pickLocale(header)).toBe(locale);
  });

  it('takes any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => ['zh-CN', 'en'].includes(pickLocale(header))),
    );
  });
});
