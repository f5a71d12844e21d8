import { auditList, auditTree } from '@fanzha/contract';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { type RouteBinding, route } from '../http/route.ts';
import { listEntries, treeState } from './entry.service.ts';
import { rootOf } from './merkle.ts';

/** Routes of the audit log. */
export function auditRoutes(): RouteBinding[] {
  return [
    route(auditList, async (ctx, { query }) => {
      const { limit = 50, cursor, from, to, ...same } = query;
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number'], ctx.locale);
      const filter = {
        ...same,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
        ...(typeof before === 'number' ? { before } : {}),
      };
      const found = await listEntries(ctx, filter, limit + 1);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const more = found.length > limit && last !== undefined;
      return {
        items: shown.map(({ entry, leafHash }) => ({ ...entry, leafHash: leafHash.toString('hex') })),
        ...(more ? { next: encodeCursor([last.entry.seq]) } : {}),
      };
    }),
    route(auditTree, async (ctx) => {
      const { frontier, changedAt } = await treeState(ctx);
      return { size: frontier.size, rootHash: rootOf(frontier).toString('hex'), at: changedAt.toISOString() };
    }),
  ];
}
