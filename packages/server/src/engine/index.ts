export { type CountingOptions, windowSeed } from './counting.service.ts';
export type { Decider } from './decider.model.ts';
export type { EngineDecision } from './decision.model.ts';
export { createDecider } from './decision.service.ts';
export { createEngine } from './engine.service.ts';
export { createEngineSignals } from './engine.signals.ts';
export type { EventKind, EventReading } from './event.model.ts';
export type { ModelFiles, ModelHost, ModelOutput, ModelSetting, ModelVersion } from './model.model.ts';
export { defineRetention } from './retention.jobs.ts';
export { binScores, calibrationError, ScoredTruth } from './score-bins.model.ts';
export type { FactDeclaration, Facts, ScoreFacts, Signal } from './signal.model.ts';
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
