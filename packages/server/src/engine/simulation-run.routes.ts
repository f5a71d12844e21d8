import { simulationGet, simulationRemove, simulationStart } from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import { simulationView } from './simulation-run.model.ts';
import type { SimulationRuns } from './simulation-run.service.ts';

/** Start, watch and remove simulated traffic. */
export function simulationRoutes(runs: SimulationRuns): RouteBinding[] {
  return [
    route(simulationGet, async (ctx) => simulationView(await runs.current(ctx))),
    route(simulationStart, async (ctx, { body: { events = 20_000, seed = 1 } }) =>
      simulationView(await runs.start(ctx, { events, seed })),
    ),
    route(simulationRemove, async (ctx) => simulationView(await runs.remove(ctx))),
  ];
}
