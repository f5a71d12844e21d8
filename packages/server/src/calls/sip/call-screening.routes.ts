import { callsScreen } from '@fanzha/contract';
import { type RouteBinding, route } from '../../platform/index.ts';
import { screenedView } from './call-screening.model.ts';
import type { CallScreening } from './call-screening.service.ts';

/** The door for proxies and switches that ask over HTTP. */
export function callScreeningRoutes(screening: CallScreening): RouteBinding[] {
  return [
    route(callsScreen, async (ctx, { body }) => {
      const { event, answer } = await screening.screen(body, ctx.locale);
      return screenedView(event, answer);
    }),
  ];
}
