export { type CountingOptions, windowSeed } from './counting.service.ts';
export type { Decider } from './decider.model.ts';
export type { EngineDecision } from './decision.model.ts';
export { createDecider } from './decision.service.ts';
export { createEngine } from './engine.service.ts';
export type { EventKind, EventReading } from './event.model.ts';
export { defineRetention } from './retention.jobs.ts';
export type { FactDeclaration, Facts, Signal } from './signal.model.ts';
export {
  drawnOnce,
  fillTemplate,
  generateTraffic,
  type Random,
  type Scenario,
  type SimulatedEvent,
  type TrafficSource,
  type TrafficStep,
  type Words,
} from './simulation.model.ts';
export { createSimulation } from './simulation.service.ts';
