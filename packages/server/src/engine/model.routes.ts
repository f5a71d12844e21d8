import {
  modelsAcknowledgeDrift,
  modelsDropChallenger,
  modelsGet,
  modelsList,
  modelsPromote,
  modelsStartChallenger,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import { type ModelViewParts, modelDetail, modelSummaries, versionView } from './model-view.service.ts';
import { acknowledgeDrift, driftView } from './model-watch.service.ts';

const HOURS = 72;

export function modelRoutes(parts: ModelViewParts): RouteBinding[] {
  const { registry, watch } = parts;
  return [
    route(modelsList, async (ctx) => ({ items: await modelSummaries(ctx, parts) })),
    route(modelsGet, (ctx, { params, query }) => modelDetail(ctx, parts, params.id, query.hours ?? HOURS)),
    route(modelsStartChallenger, async (ctx, { params, body }) =>
      versionView(await registry.startChallenger(ctx, params.id, body.version)),
    ),
    route(modelsDropChallenger, async (ctx, { params }) =>
      versionView(await registry.dropChallenger(ctx, params.id)),
    ),
    route(modelsPromote, async (ctx, { params, body }) =>
      versionView(await registry.promote(ctx, params.id, body.version, body.note)),
    ),
    route(modelsAcknowledgeDrift, async (ctx, { params, body }) =>
      driftView(await acknowledgeDrift(ctx, params.id, body.output, body.note), watch),
    ),
  ];
}
