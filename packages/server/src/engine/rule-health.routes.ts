import { ruleAlarmsAcknowledge, ruleAlarmsList, ruleHealthGet } from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { RuleHealthBook } from './rule-health.service.ts';

/** How rules fare, and alarms about them. */
export function ruleHealthRoutes(book: RuleHealthBook): RouteBinding[] {
  return [
    route(ruleHealthGet, (ctx) => book.get(ctx)),
    route(ruleAlarmsList, (ctx, { query }) => book.alarms(ctx, query)),
    route(ruleAlarmsAcknowledge, (ctx, { params, body }) => book.acknowledge(ctx, params.id, body.note)),
  ];
}
