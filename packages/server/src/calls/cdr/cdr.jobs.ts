import Type from 'typebox';
import { audit, type Context, type Jobs } from '../../platform/index.ts';
import { forgetFiles } from './cdr-file.store.ts';
import { changeImport, countKept, leftUploads } from './cdr-import.store.ts';
import { deleteRefusedBefore } from './cdr-refused.store.ts';
import { removeSpool } from './cdr-spool.store.ts';

const DAY_MS = 86_400_000;

/** For how long what is kept, in days. */
export interface CdrKeeping {
  readonly refusedDays: number;
  readonly knownDays: number;
  readonly timeZone: string;
}

/** Lets go of refused records, of uploads that nobody resumed, and of what is known of files read long ago. */
export async function expireCdr(ctx: Context, { refusedDays, knownDays }: CdrKeeping): Promise<void> {
  const before = (days: number): Date => new Date(ctx.clock.now() - days * DAY_MS);
  const removed = await deleteRefusedBefore(ctx, before(refusedDays));
  if (removed > 0) await countKept(ctx);
  const uploads = await leftUploads(ctx, before(refusedDays));
  for (const { id, path } of uploads) {
    await removeSpool(path);
    await changeImport(ctx, id, { path: '' });
  }
  await forgetFiles(ctx, before(knownDays));
  if (removed + uploads.length === 0) return;
  await audit(ctx, 'cdr-refused.expire', undefined, { records: removed, uploads: uploads.length });
}

/** Every night, as the pack's `retention.json` and `cdr.json` say. */
export function defineCdrExpiry(jobs: Pick<Jobs, 'define'>, keeping: CdrKeeping): void {
  const nothing = Type.Object({}, { additionalProperties: false });
  jobs.define('calls.cdr-expiry', nothing, (ctx) => expireCdr(ctx, keeping), {
    schedule: { cron: '40 3 * * *', timeZone: keeping.timeZone },
  });
}
