import { engineWindows, subjectsFeatures } from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { SubjectFeatureQueries } from './subject-features.service.ts';

export function subjectFeatureRoutes(queries: SubjectFeatureQueries): RouteBinding[] {
  return [
    route(subjectsFeatures, (ctx, { body }) => queries.features(ctx, body)),
    route(engineWindows, () => queries.windows()),
  ];
}
