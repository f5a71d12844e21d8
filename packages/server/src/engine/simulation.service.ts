import type { Context, Room } from '../platform/index.ts';
import { simulationRoutes } from './simulation-run.routes.ts';
import { createSimulationRuns, type SimulationParts } from './simulation-run.service.ts';

/** Simulated traffic as a room: an empty installation can be looked at before a network is connected. */
export function createSimulation({ ctx, ...parts }: SimulationParts & { readonly ctx: Context }): Room {
  const runs = createSimulationRuns(parts);
  return { name: 'simulation', routes: simulationRoutes(runs), start: () => runs.resume(ctx) };
}
