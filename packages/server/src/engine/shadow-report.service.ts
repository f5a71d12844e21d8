import type {
  policyVersionsShadowDifferences,
  policyVersionsShadowReport,
  ResponseOf,
} from '@fanzha/contract';
import { type Context, decodeCursor, encodeCursor } from '../platform/index.ts';
import { decisionId } from './decision-record.model.ts';
import { shadowLabel } from './policy-version.model.ts';
import { need } from './policy-version.service.ts';
import { listShadowRows, readShadowReport } from './shadow-tally.store.ts';

const DEFAULT_LIMIT = 50;

/** What the present content of a version did in shadow. Throws not-found. */
export async function shadowReport(
  ctx: Context,
  number: number,
  simulated?: boolean,
): Promise<ResponseOf<typeof policyVersionsShadowReport>> {
  const version = await need(ctx, number);
  const { first, last, matrix, rules, ...sums } = await readShadowReport(
    ctx,
    shadowLabel(version),
    simulated,
  );
  const running = version.shadowSince === undefined ? 0 : Math.max(0, ctx.clock.now() - version.shadowSince);
  return {
    version: number,
    seconds: (version.shadowMs + running) / 1000,
    ...sums,
    ...(first === undefined ? {} : { since: new Date(first).toISOString() }),
    ...(last === undefined ? {} : { until: new Date(last).toISOString() }),
    matrix: [...matrix],
    rules: [...rules],
  };
}

/** Decisions in which it would have been different, the newest first. Throws not-found. */
export async function shadowDifferences(
  ctx: Context,
  number: number,
  query: { cursor?: string; limit?: number; simulated?: boolean },
): Promise<ResponseOf<typeof policyVersionsShadowDifferences>> {
  const version = await need(ctx, number);
  const { cursor, limit = DEFAULT_LIMIT, simulated } = query;
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number'], ctx.locale);
  const isPosition = before === undefined || Number.isSafeInteger(before);
  const found = await listShadowRows(ctx, shadowLabel(version), {
    limit: limit + 1,
    ...(simulated === undefined ? {} : { simulated }),
    ...(before === undefined ? {} : { before: isPosition ? Number(before) : 0 }),
  });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(({ seq, version: _version, gained, lost, ...row }) => ({
      decision: decisionId(seq),
      ...row,
      gained: [...gained],
      lost: [...lost],
    })),
    ...(last ? { next: encodeCursor([last.seq]) } : {}),
  };
}
