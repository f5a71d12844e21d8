import { setupRun, setupState } from '@fanzha/contract';
import { type RouteBinding, route } from '../http/route.ts';
import { COOKIE_SECONDS, type SessionRules } from './session.service.ts';
import { runSetup, setupNeeded } from './setup.service.ts';

export function setupRoutes(deps: {
  readonly rules: SessionRules;
  readonly cookieName: string;
  readonly version: string;
}): RouteBinding[] {
  return [
    route(setupState, async (ctx) => ({ needed: await setupNeeded(ctx), version: deps.version })),
    route(setupRun, async (ctx, { body, client }) => {
      const { token, session } = await runSetup(ctx, deps.rules, body);
      client.setCookie(deps.cookieName, token, COOKIE_SECONDS);
      return session;
    }),
  ];
}
