import Type from 'typebox';
import { audit, type Jobs, type Pack } from '../platform/index.ts';
import { deleteDecidedBefore } from './decision.store.ts';
import { decisionsKeptSince, RetentionFile } from './retention.model.ts';

const AT_ONCE = 20_000;

/** Every night, removes decisions that have been kept for as long as the pack's `retention.json` says. */
export function defineRetention(jobs: Pick<Jobs, 'define'>, pack: Pack): void {
  const retention = pack.read('retention.json', RetentionFile);
  const nothing = Type.Object({}, { additionalProperties: false });
  jobs.define(
    'engine.retention',
    nothing,
    async (ctx, _data, signal) => {
      const before = decisionsKeptSince(retention, ctx.clock.now());
      let removed = 0;
      for (let count = -1; count !== 0 && !signal.aborted; removed += count) {
        count = await deleteDecidedBefore(ctx, before, AT_ONCE);
      }
      if (removed === 0) return;
      await audit(ctx, 'decision.expire', undefined, { before: before.toISOString(), decisions: removed });
    },
    { schedule: { cron: '30 3 * * *', timeZone: pack.timeZone } },
  );
}
