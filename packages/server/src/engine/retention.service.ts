import { audit, type Context } from '../platform/index.ts';
import { deleteDecidedBefore } from './decision.store.ts';
import { deleteLabelsBefore } from './label.store.ts';
import { decisionsKeptSince, type RetentionFile } from './retention.model.ts';

const AT_ONCE = 20_000;

/** Removes decisions and their labels that have been kept for as long as the pack says; records how many went. */
export async function expireDecisions(
  ctx: Context,
  retention: RetentionFile,
  signal: AbortSignal,
): Promise<void> {
  const before = decisionsKeptSince(retention, ctx.clock.now());
  let removed = 0;
  for (let count = -1; count !== 0 && !signal.aborted; removed += count) {
    count = await deleteDecidedBefore(ctx, before, AT_ONCE);
  }
  const labels = await deleteLabelsBefore(ctx, before);
  if (removed + labels === 0) return;
  await audit(ctx, 'decision.expire', undefined, {
    before: before.toISOString(),
    decisions: removed,
    labels,
  });
}
