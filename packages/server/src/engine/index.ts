export type { Decider, EngineDecision, SpokenReason } from './decision.model.ts';
export { createDecider, type DeciderParts } from './decision.service.ts';
export { createEngine, type Engine, type EngineParts } from './engine.service.ts';
export type { EventKind, EventReading } from './event.model.ts';
export type { TakeOutcome } from './intake.service.ts';
export { type CompiledPolicy, type Guard, type Rule, RuleFile } from './policy.model.ts';
export { PolicyError } from './policy.service.ts';
export type { ReasonTexts } from './reason-text.model.ts';
export type { FactDeclaration, Facts, FactType, Signal } from './signal.model.ts';
export {
  createRandom,
  drawnOnce,
  fillTemplate,
  generateTraffic,
  type Random,
  type Scenario,
  type SimulatedEvent,
  type TrafficOptions,
  type TrafficSource,
  type TrafficStep,
  type Words,
} from './simulation.model.ts';
