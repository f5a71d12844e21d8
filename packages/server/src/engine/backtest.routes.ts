import {
  backtestsCancel,
  backtestsGet,
  backtestsList,
  backtestsStart,
  ruleTrialsMake,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { Backtests } from './backtest.service.ts';
import type { TrialQueue } from './rule-trial-queue.service.ts';

/** Policy versions tried on what was recorded, and rules while they are written. */
export function backtestRoutes(backtests: Backtests, trials: Pick<TrialQueue, 'run'>): RouteBinding[] {
  return [
    route(backtestsStart, (ctx, { body }) => backtests.start(ctx, body)),
    route(backtestsList, (ctx, { query }) => backtests.list(ctx, query)),
    route(backtestsGet, (ctx, { params }) => backtests.get(ctx, params.id)),
    route(backtestsCancel, (ctx, { params }) => backtests.cancel(ctx, params.id)),
    route(ruleTrialsMake, (ctx, { body }) => trials.run(ctx, body.rule)),
  ];
}
