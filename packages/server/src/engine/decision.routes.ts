import {
  type Decision,
  decisionsGet,
  decisionsList,
  decisionsLive,
  decisionsMake,
  decisionsOpen,
  decisionsStats,
  decisionsTry,
  eventsSubmit,
  type PolicyView,
  policyGet,
} from '@fanzha/contract';
import { type Context, type RouteBinding, route } from '../platform/index.ts';
import type { DecisionQueries } from './decision-query.service.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { LiveDecisions } from './live.service.ts';

export interface DecisionRouteParts {
  readonly core: Pick<EngineCore, 'lines'>;
  decide(ctx: Pick<Context, 'locale'>, input: unknown): Promise<Decision>;
  readonly queries: DecisionQueries;
  readonly live: LiveDecisions;
  policy(): PolicyView;
}

export function decisionRoutes({ core, decide, queries, live, policy }: DecisionRouteParts): RouteBinding[] {
  return [
    route(decisionsMake, (ctx, { body }) => decide(ctx, body)),
    route(eventsSubmit, (ctx, { stream, signal }) => core.lines(stream, ctx.locale, signal)),
    route(decisionsTry, (ctx, { body }) => queries.attempt(ctx, body)),
    route(decisionsList, (ctx, { query }) => queries.list(ctx, query)),
    route(decisionsGet, (ctx, { params }) => queries.get(ctx, params.id)),
    route(decisionsOpen, async (ctx, { params, body }) => ({
      fields: await queries.open(ctx, params.id, body.purpose, body.note),
    })),
    route(decisionsStats, (ctx, { query }) => queries.stats(ctx, query)),
    route(decisionsLive, (_ctx, { signal }) => live.watch(signal)),
    route(policyGet, () => policy()),
  ];
}
