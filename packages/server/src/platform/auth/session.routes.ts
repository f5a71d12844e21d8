import { passwordChange, sessionClose, sessionGet, sessionOpen } from '@fanzha/contract';
import { type RouteBinding, route } from '../http/route.ts';
import type { ActorCache } from './actor-cache.ts';
import {
  COOKIE_SECONDS,
  changePassword,
  closeSession,
  openSession,
  readSession,
  type SessionRules,
} from './session.service.ts';

export function sessionRoutes(deps: {
  readonly rules: SessionRules;
  readonly cookieName: string;
  readonly cache: ActorCache;
}): RouteBinding[] {
  const { rules, cookieName, cache } = deps;
  return [
    route(sessionOpen, async (ctx, { body, client }) => {
      const { token, session } = await openSession(ctx, rules, { ...body, address: client.address });
      client.setCookie(cookieName, token, COOKIE_SECONDS);
      return session;
    }),
    route(sessionGet, async (ctx, { client }) => (await readSession(ctx, client.cookie(cookieName))).session),
    route(sessionClose, async (ctx, { client }) => {
      await closeSession(ctx, cache, client.cookie(cookieName));
      client.clearCookie(cookieName);
      return {};
    }),
    route(passwordChange, async (ctx, { body, client }) => {
      await changePassword(ctx, cache, {
        ...body,
        token: client.cookie(cookieName),
        address: client.address,
      });
      return {};
    }),
  ];
}
