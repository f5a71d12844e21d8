import { usersAdd, usersChange, usersList } from '@fanzha/contract';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { type RouteBinding, route } from '../http/route.ts';
import type { ActorCache } from './actor-cache.ts';
import { addUser, changeUser, findUsers } from './user.service.ts';

export function userRoutes(cache: ActorCache): RouteBinding[] {
  return [
    route(usersList, async (ctx, { query }) => {
      const { limit = 50, cursor, search } = query;
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string'], ctx.locale);
      const found = await findUsers(ctx, {
        limit: limit + 1,
        ...(search === undefined ? {} : { search }),
        ...(typeof after === 'string' ? { after } : {}),
      });
      const last = found[limit - 1];
      return {
        items: found.slice(0, limit).map(({ user }) => user),
        ...(found.length > limit && last ? { next: encodeCursor([last.nameKey]) } : {}),
      };
    }),
    route(usersAdd, (ctx, { body }) => addUser(ctx, body)),
    route(usersChange, (ctx, { params, body }) => changeUser(ctx, cache, params.id, body)),
  ];
}
