import { snoozesApprove, snoozesAsk, snoozesEnd, snoozesList, snoozesRefuse } from '@fanzha/contract';
import { type Context, type RouteBinding, route } from '../platform/index.ts';
import type { Snoozes } from './snooze.service.ts';

/** `adopt` makes the engine decide by what was just changed. */
export function snoozeRoutes(snoozes: Snoozes, adopt: (ctx: Context) => Promise<void>): RouteBinding[] {
  const adopted = async <T>(ctx: Context, changed: Promise<T>): Promise<T> => {
    const result = await changed;
    await adopt(ctx);
    return result;
  };
  return [
    route(snoozesList, (ctx, { query }) => snoozes.list(ctx, query)),
    route(snoozesAsk, (ctx, { body }) => adopted(ctx, snoozes.ask(ctx, body))),
    route(snoozesApprove, (ctx, { params }) => adopted(ctx, snoozes.approve(ctx, params.id))),
    route(snoozesRefuse, (ctx, { params, body }) => snoozes.refuse(ctx, params.id, body.reason)),
    route(snoozesEnd, (ctx, { params, body }) => adopted(ctx, snoozes.end(ctx, params.id, body.reason))),
  ];
}
