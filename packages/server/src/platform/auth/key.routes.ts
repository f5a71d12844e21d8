import { keysAdd, keysList, keysRevoke } from '@fanzha/contract';
import { decodeCursor, encodeCursor, wrongCursor } from '../http/cursor.ts';
import { type RouteBinding, route } from '../http/route.ts';
import type { ActorCache } from './actor-cache.ts';
import { addKey, findKeys, revokeKey } from './key.service.ts';

const DEFAULT_DAYS = 365;

export function keyRoutes(cache: ActorCache): RouteBinding[] {
  return [
    route(keysList, async (ctx, { query }) => {
      const { limit = 50, cursor, state } = query;
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string'], ctx.locale);
      const after = cursor === undefined ? undefined : { createdAt: new Date(Number(at)), id: String(id) };
      if (after !== undefined && Number.isNaN(after.createdAt.getTime())) {
        throw wrongCursor(ctx.locale);
      }
      const found = await findKeys(ctx, {
        limit: limit + 1,
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { after }),
      });
      const last = found[limit - 1];
      const more = found.length > limit && last !== undefined;
      return {
        items: found.slice(0, limit),
        ...(more ? { next: encodeCursor([Date.parse(last.createdAt), last.id]) } : {}),
      };
    }),
    route(keysAdd, (ctx, { body }) => addKey(ctx, { ...body, days: body.days ?? DEFAULT_DAYS })),
    route(keysRevoke, (ctx, { params }) => revokeKey(ctx, cache, params.id)),
  ];
}
