import type { EventKindName } from '@fanzha/contract';
import type { Context } from '../platform/index.ts';
import { listPublished } from './policy-version.store.ts';

/** The rules for a kind of event that a version made live, by id, with all that they ask and say as one text. */
export interface LiveRules {
  readonly version: number;
  /** When it went live, the last time where it did so more than once; ms since the epoch. */
  readonly at: number;
  readonly rules: ReadonlyMap<string, string>;
}

/** Versions that are live or were, the newest first; of a version that was rolled back to, when it came back. */
export async function liveHistory(
  ctx: Pick<Context, 'db'>,
  kind: EventKindName,
  limit: number,
): Promise<LiveRules[]> {
  const versions = await listPublished(ctx, limit);
  return versions.flatMap(({ number, published, content }) => {
    if (!published) return [];
    const rules = new Map<string, string>();
    for (const { owner, source, ...rule } of content.rules) {
      if (rule.on.includes(kind)) rules.set(rule.id, JSON.stringify(rule));
    }
    for (const { rows, inputs, id, on, hitPolicy } of content.tables) {
      if (!on.includes(kind)) continue;
      for (const row of rows) rules.set(`${id}/${row.id}`, JSON.stringify([hitPolicy, inputs, row]));
    }
    return [{ version: number, at: published.at, rules }];
  });
}
