/** How many wrong attempts are free, and how the wait grows after them. */
export interface LockoutRule {
  readonly free: number;
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

/** Against guessing one person's password. The longest wait is short, so that nobody can be kept out for long. */
export const NAME_RULE: LockoutRule = { free: 5, firstSeconds: 30, longestSeconds: 900 };
/** Against trying one password on many names; more is free because an office shares an address. */
export const ADDRESS_RULE: LockoutRule = { free: 25, firstSeconds: 30, longestSeconds: 3600 };

/** Failures are forgotten after a day without one. */
export const FORGET_AFTER_MS: number = 24 * 3600 * 1000;

/** Seconds to wait after the given number of failures in a row: nothing at first, then doubling up to the longest. */
export function lockSeconds(failures: number, rule: LockoutRule): number {
  if (failures < rule.free) return 0;
  return Math.min(rule.firstSeconds * 2 ** Math.min(failures - rule.free, 20), rule.longestSeconds);
}
