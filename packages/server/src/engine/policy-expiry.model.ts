import type { ExpiringRule } from '@fanzha/contract';
import type { Rule } from './policy.model.ts';

const DAY_MS = 86_400_000;

/**
 * Rules whose last day (`until`, in the pack's zone) is at most `days` away or past, the most urgent first. `now` is in
 * ms since the epoch.
 */
export function expiringRules(
  rules: readonly Rule[],
  now: number,
  timeZone: string,
  days: number,
): ExpiringRule[] {
  // `sv` writes dates as ISO 8601 does.
  const today = Date.parse(new Date(now).toLocaleDateString('sv', { timeZone }));
  return rules
    .flatMap(({ id, owner, until }) => {
      if (until === undefined) return [];
      const daysLeft = Math.round((Date.parse(until) - today) / DAY_MS);
      return daysLeft <= days ? [{ rule: id, owner, until, daysLeft }] : [];
    })
    .sort((a, b) => a.daysLeft - b.daysLeft || (a.rule < b.rule ? -1 : 1));
}
