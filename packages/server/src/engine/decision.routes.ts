import {
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
import { type RouteBinding, route } from '../platform/index.ts';
import type { DecisionQueries } from './decision-query.service.ts';
import type { DecisionViews } from './decision-view.model.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { LiveDecisions } from './live.service.ts';
import type { Recorder } from './recorder.service.ts';

export interface DecisionRouteParts {
  readonly core: Pick<EngineCore, 'take' | 'lines'>;
  readonly queries: DecisionQueries;
  readonly views: DecisionViews;
  readonly recorder: Recorder;
  readonly live: LiveDecisions;
  policy(): PolicyView;
}

export function decisionRoutes({
  core,
  queries,
  views,
  recorder,
  live,
  policy,
}: DecisionRouteParts): RouteBinding[] {
  return [
    route(decisionsMake, async (ctx, { body }) => {
      const { id, entry, duplicate } = await core.take(body, ctx.locale);
      return views.decision(id, recorder.shown(entry), duplicate);
    }),
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
