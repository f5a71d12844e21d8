import { labelsHistory, labelsImport, labelsList, labelsRemove, labelsSet } from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { Labels } from './label.service.ts';

/** Confirmed outcomes of decisions. */
export function labelRoutes(labels: Labels): RouteBinding[] {
  return [
    route(labelsSet, (ctx, { params, body: { source = 'analyst', ...said } }) =>
      labels.set(ctx, params.id, { ...said, source: source as 'analyst' | 'appeal' }),
    ),
    route(labelsRemove, (ctx, { params }) => labels.remove(ctx, params.id)),
    route(labelsHistory, (ctx, { params }) => labels.history(ctx, params.id)),
    route(labelsList, (ctx, { query }) => labels.list(ctx, query)),
    route(labelsImport, (ctx, { stream, signal }) => labels.importLines(ctx, stream, signal)),
  ];
}
