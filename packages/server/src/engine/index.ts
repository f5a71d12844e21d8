export { PolicyPart, planBacktest } from './backtest-plan.service.ts';
export { type BacktestSource, runBacktest } from './backtest-run.service.ts';
export { openRemoteCore, type RemoteCore } from './core-client.service.ts';
export { type HostedCore, hostCore } from './core-host.service.ts';
export { parentConnections, startCoreProcess } from './core-process.service.ts';
export { type CountingOptions, windowSeed } from './counting.service.ts';
export type { Decider } from './decider.model.ts';
export type { EngineDecision } from './decision.model.ts';
export { createDecider } from './decision.service.ts';
export { SUBJECT_TOKEN } from './decision-record.model.ts';
export { createEngine, ENGINE_MIGRATIONS } from './engine.service.ts';
export { createEngineSignals, loadPackValues } from './engine.signals.ts';
export type { CoreListener, EngineCore } from './engine-core.service.ts';
export { openCore } from './engine-core.service.ts';
export type { EventKind, EventReading } from './event.model.ts';
export type { EventTally } from './event-tally.store.ts';
export { viewJournal } from './journal/journal-view.store.ts';
export { createLabels } from './label.service.ts';
export type { ModelFiles, ModelHost, ModelOutput, ModelSetting, ModelVersion } from './model.model.ts';
export { openModelFolder } from './model-file.store.ts';
export { createModelRegistry, useModels } from './model-registry.service.ts';
export { createModelRoom } from './model-room.service.ts';
export { overloadSetting } from './overload.model.ts';
export { packValueAt } from './pack-value.model.ts';
export type { PolicySetting } from './policy.model.ts';
export { policyGround } from './policy.service.ts';
export { PolicyError } from './policy-fault.model.ts';
export { liveHistory } from './policy-history.service.ts';
export { createPolicyLife } from './policy-life.service.ts';
export { importPack, readSetting } from './policy-setting.service.ts';
export { createPolicyVersions } from './policy-version.service.ts';
export { proportion } from './proportion.model.ts';
export type { ReplayStart } from './replay-message.model.ts';
export { serveReplays } from './replay-worker.service.ts';
export { defineRetention } from './retention.jobs.ts';
export { createRuleLanguage } from './rule-language.service.ts';
export { negativeBinomialTails } from './rule-rate.model.ts';
export { REFERENCE_RULE, REFERENCE_TABLE, rulesReference } from './rule-reference.model.ts';
export { createRuleWork } from './rule-work.service.ts';
export { binScores, calibrationError, reliability } from './score-bins.model.ts';
export type { FactDeclaration, Facts, ScoreFacts, Signal } from './signal.model.ts';
export {
  createRandom,
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
export type { StudiedDecision, SubjectStudy } from './subject-study.service.ts';
export { dayEnd, dayStart, offsetAt } from './zone-time.model.ts';
