import Type from 'typebox';
import type { Jobs } from '../platform/index.ts';
import type { RuleHealthBook } from './rule-health.service.ts';

/** Looks at the rules as often as the pack says. */
export function defineRuleHealth(
  jobs: Pick<Jobs, 'define'>,
  book: Pick<RuleHealthBook, 'check'>,
  schedule: { readonly cron: string; readonly timeZone: string },
): void {
  const nothing = Type.Object({}, { additionalProperties: false });
  jobs.define('engine.rule-health', nothing, (ctx) => book.check(ctx), { schedule });
}
