import { audit, type Context } from '../platform/index.ts';
import { deleteDecidedBefore } from './decision.store.ts';
import { decisionsKeptSince, type RetentionFile } from './retention.model.ts';

const AT_ONCE = 20_000;

/** Removes decisions that have been kept for as long as the pack says, in small steps; records how many went. */
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
  if (removed === 0) return;
  await audit(ctx, 'decision.expire', undefined, { before: before.toISOString(), decisions: removed });
}
