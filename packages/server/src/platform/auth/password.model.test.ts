import { describe, expect, it } from 'vitest';
import { ADDRESS_RULE, lockSeconds, NAME_RULE } from './lockout.model.ts';
import { passwordFault } from './password.model.ts';

describe('passwords', () => {
  it.each([
    ['short', 'nine char'],
    ['a common one', 'PASSWORD123'],
    ['a common one in full-width letters', 'ｐａｓｓｗｏｒｄ１２３'],
    ['a common Chinese one', 'woaini1314520'],
    ['the name inside', 'my-Zhangwei-2026'],
    ['one character over and over', 'aaaaaaaaaaaaaaa'],
    ['two characters over and over', '1212121212121'],
    ['counting up', 'abcdefghijklmnop'],
    ['counting down', '9876543210'],
  ])('refuses %s', (_what, password) => {
    expect(passwordFault(password, 'zhangwei')).toBeDefined();
  });

  it.each(['correct horse battery', '我的密码今天改了又改', 'xK9$mw2!qLpz'])('takes %s', (password) => {
    expect(passwordFault(password, 'zhangwei')).toBeUndefined();
  });
});

describe('the wait after wrong attempts', () => {
  it('doubles up to its limit and never runs away', () => {
    expect([4, 5, 6, 7, 100, 1e9].map((failures) => lockSeconds(failures, NAME_RULE))).toEqual([
      0, 30, 60, 120, 900, 900,
    ]);
    expect(lockSeconds(1e9, ADDRESS_RULE)).toBe(3600);
  });
});
