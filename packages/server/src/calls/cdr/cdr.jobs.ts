import Type from 'typebox';
import { audit, type Context, type Jobs } from '../../platform/index.ts';
import { forgetFiles } from './cdr-import.store.ts';
import { deleteRefusedBefore } from './cdr-refused.store.ts';

const DAY_MS = 86_400_000;

/** For how long what is kept, in days. */
export interface CdrKeeping {
  readonly refusedDays: number;
  readonly knownDays: number;
  readonly timeZone: string;
}

/** Lets go of refused records and of files read long ago. */
export async function expireCdr(ctx: Context, { refusedDays, knownDays }: CdrKeeping): Promise<void> {
  const before = (days: number): Date => new Date(ctx.clock.now() - days * DAY_MS);
  const removed = await deleteRefusedBefore(ctx, before(refusedDays));
  await forgetFiles(ctx, before(knownDays));
  if (removed > 0) await audit(ctx, 'cdr-refused.expire', undefined, { records: removed });
}

/** Every night, as the pack's `retention.json` and `cdr.json` say. */
export function defineCdrExpiry(jobs: Pick<Jobs, 'define'>, keeping: CdrKeeping): void {
  const nothing = Type.Object({}, { additionalProperties: false });
  jobs.define('calls.cdr-expiry', nothing, (ctx) => expireCdr(ctx, keeping), {
    schedule: { cron: '40 3 * * *', timeZone: keeping.timeZone },
  });
}
