import {
  callsLive,
  callsPatterns,
  callsRuleEffects,
  displacementsAcknowledge,
  displacementsCheck,
  displacementsClose,
  displacementsList,
  displacementsReopen,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { DisplacementWatch } from './displacement.service.ts';
import type { PatternBook } from './pattern.service.ts';
import type { RuleEffects } from './pattern-effect.service.ts';

/** Calls by pattern, alarms about traffic that moved, effects of rules. */
export function patternRoutes(
  book: PatternBook,
  watch: DisplacementWatch,
  effects: RuleEffects,
): RouteBinding[] {
  return [
    route(callsLive, (ctx, { query }) => book.live(ctx, query)),
    route(callsPatterns, (ctx, { query }) => book.patterns(ctx, query)),
    route(callsRuleEffects, (ctx, { query }) => effects.list(ctx, query)),
    route(displacementsList, (ctx, { query }) => watch.list(ctx, query)),
    route(displacementsCheck, (ctx) => watch.check(ctx)),
    route(displacementsAcknowledge, (ctx, { params, body }) => watch.acknowledge(ctx, params.id, body.note)),
    route(displacementsClose, (ctx, { params, body }) =>
      watch.close(ctx, params.id, body.outcome, body.note),
    ),
    route(displacementsReopen, (ctx, { params }) => watch.reopen(ctx, params.id)),
  ];
}
