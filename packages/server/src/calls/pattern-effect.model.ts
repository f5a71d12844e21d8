import type { PatternEffect, RULE_CHANGES } from '@fanzha/contract';

/** The rules that a version made live, by id, with all that they ask as one text; ms since the epoch. */
export interface LiveRules {
  readonly version: number;
  readonly at: number;
  readonly rules: ReadonlyMap<string, string>;
}

/** A rule that a version brought, changed or took away when it went live. */
export interface RuleChange {
  readonly rule: string;
  readonly change: (typeof RULE_CHANGES)[number];
  readonly version: number;
  /** When it went live, ms since the epoch. */
  readonly at: number;
}

/** What each version changed against the one that was live before it, newest first; the first of all changed nothing. */
export function ruleChanges(history: readonly LiveRules[]): RuleChange[] {
  return history.flatMap(({ version, at, rules }, index) => {
    const before = history[index + 1];
    if (!before) return [];
    const ids = [...new Set([...rules.keys(), ...before.rules.keys()])].sort();
    return ids.flatMap((rule): RuleChange[] => {
      const [old, own] = [before.rules.get(rule), rules.get(rule)];
      if (old === own) return [];
      const change = old === undefined ? 'added' : own === undefined ? 'removed' : 'changed';
      return [{ rule, change, version, at }];
    });
  });
}

export interface EffectPeriod {
  readonly beforeFrom: number;
  readonly lengthMs: number;
}

const DAY_MS = 86_400_000;

/**
 * Two periods of the same length that cover the same hours of the day: up to a day after against the same hours of the
 * day before, else whole days on both sides. Undefined while less than `leastMs` has passed.
 */
export function effectPeriod(
  at: number,
  until: number,
  leastMs: number,
  mostMs: number,
): EffectPeriod | undefined {
  const passed = Math.min(until - at, mostMs);
  if (passed < leastMs) return undefined;
  if (passed < DAY_MS) return { beforeFrom: at - DAY_MS, lengthMs: passed };
  const lengthMs = passed - (passed % DAY_MS);
  return { beforeFrom: at - lengthMs, lengthMs };
}

const Z95 = 1.959964;

/**
 * Ratio of two counts over equal times with an interval of 95 %: on the logarithm, with variance φ·(1/a + 1/b), where φ
 * is how much more the hours before varied than a Poisson count would (quasi-Poisson; at least 1). Half a call is added
 * to both, so that none after still has an interval. Null where there was nothing before.
 */
export function rateRatio(before: number, after: number, hourly: readonly number[]): PatternEffect['change'] {
  if (before === 0) return null;
  const [a, b] = [after + 0.5, before + 0.5];
  const value = after / before;
  const spread = Math.sqrt(dispersion(hourly) * (1 / a + 1 / b)) * Z95;
  const middle = Math.log(a / b);
  const round = (ratio: number): number => Math.round(ratio * 1000) / 1000;
  return {
    value: round(value),
    low: round(Math.exp(middle - spread)),
    high: round(Math.exp(middle + spread)),
  };
}

/** Differences of neighbouring hours, so that day and night do not count as variation. */
function dispersion(hourly: readonly number[]): number {
  const pairs = hourly.slice(1).map((count, index) => [hourly[index] ?? 0, count] as const);
  const terms = pairs.flatMap(([one, two]) => (one + two > 0 ? [(one - two) ** 2 / (one + two)] : []));
  if (terms.length < 4) return 1;
  return Math.max(1, terms.reduce((sum, term) => sum + term, 0) / terms.length);
}
