import Type from 'typebox';
import type { Jobs } from '../platform/index.ts';
import type { DisplacementWatch } from './displacement.service.ts';
import type { PatternBook } from './pattern.service.ts';

/** Watches for displacement as often as the pack says, and rolls counts up every night. */
export function definePatternJobs(
  jobs: Pick<Jobs, 'define'>,
  book: Pick<PatternBook, 'rollUp'>,
  watch: Pick<DisplacementWatch, 'check'>,
  { cron, timeZone }: { readonly cron: string; readonly timeZone: string },
): void {
  const nothing = Type.Object({}, { additionalProperties: false });
  const look = async (ctx: Parameters<DisplacementWatch['check']>[0]): Promise<void> => {
    await watch.check(ctx);
  };
  jobs.define('calls.displacement', nothing, look, { schedule: { cron, timeZone } });
  jobs.define('calls.pattern-roll-up', nothing, (ctx) => book.rollUp(ctx), {
    schedule: { cron: '50 3 * * *', timeZone },
  });
}
