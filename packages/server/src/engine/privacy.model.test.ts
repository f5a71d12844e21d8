import { describe, expect, it } from 'vitest';
import { maskFacts, maskField, maskNumber } from './privacy.model.ts';

describe('what is shown of personal data', () => {
  it.each([
    ['138 1234 5678', '138****5678'],
    ['+81 90-1234-5678', '+819****5678'],
    ['6123 4567', '612****67'],
    ['95588', '95588'],
    ['110', '110'],
    ['anonymous', '****'],
    ['sip:alice@example.com', '****'],
    ['', ''],
  ])('%s as a number is %s', (presented, shown) => {
    expect(maskNumber(presented)).toBe(shown);
  });

  it.each([
    ['13812345678', '138****5678'],
    ['tel:+8613812345678;phone-context=x', '+861****5678'],
    ['sip:+8613812345678@10.0.0.1', '+861****5678'],
    ['您的验证码是 4711', { characters: 11, script: 'Han' }],
    ['hello 世界', { characters: 8, script: 'Han' }],
    ['your code is 4711', { characters: 17, script: 'Latin' }],
    ['🀄🀄', { characters: 2, script: 'other' }],
    [17, '****'],
  ])('%s as a field is %j', (value, shown) => {
    expect(maskField(value, (canonical) => canonical)).toEqual(shown);
  });

  it('hides a personal value wherever a fact repeats it', () => {
    const facts = { a: '+8613812345678', b: ['x', '+8613812345678'], c: 3, d: true };
    expect(maskFacts(facts, new Map([['+8613812345678', '138****5678']]))).toEqual({
      a: '138****5678',
      b: ['x', '138****5678'],
      c: 3,
      d: true,
    });
  });
});
