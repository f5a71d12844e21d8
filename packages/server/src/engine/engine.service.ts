import { setTimeout as pause } from 'node:timers/promises';
import type { Decision, HealthPart, PolicyView } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Clock, Database, Logger, Metrics, Pack, Room, RouteBinding } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import { decisionRoutes } from './decision.routes.ts';
import { createDecisionQueries, subjectForms } from './decision-query.service.ts';
import type { Sealer } from './decision-record.model.ts';
import { createDecisionViews, policyView } from './decision-view.model.ts';
import { loadPackValues } from './engine.signals.ts';
import type { CoreListener, EngineCore } from './engine-core.service.ts';
import { decisionMetrics, engineHealth, engineMetrics } from './engine-health.service.ts';
import { engineSection } from './engine-setting.model.ts';
import type { EventTally } from './event-tally.store.ts';
import type { TakeOutcome } from './intake.service.ts';
import { decodeHead } from './journal-entry.model.ts';
import { labelRoutes } from './label.routes.ts';
import { createLabels } from './label.service.ts';
import { ListingSetting } from './listing.model.ts';
import { createLiveDecisions } from './live.service.ts';
import type { PolicySetting } from './policy.model.ts';
import { createProjection, type ProjectionParts } from './projection.service.ts';
import { createRecorder } from './recorder.service.ts';
import { ruleLanguageRoutes } from './rule-language.routes.ts';
import { createRuleLanguage } from './rule-language.service.ts';
import { subjectFeatureRoutes } from './subject-features.routes.ts';
import { createSubjectFeatures } from './subject-features.service.ts';
import { createSubjectStudy, type SubjectStudy } from './subject-study.service.ts';

export interface EngineParts {
  /** Reads events and knows the words; it decides where the core is in this process. */
  readonly decider: Decider;
  readonly pack: Pack;
  readonly db: Database;
  readonly vault: Sealer;
  /** Canonical form of a number in any form, for searching. */
  readonly numbering: { parse(presented: string): { readonly canonical?: string } };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Counts the scores of models, a batch at a time. */
  readonly newTally?: NonNullable<ProjectionParts['newTally']>;
  /** What rooms count of decided events. */
  readonly tallies?: readonly EventTally[];
  /** Opens what decides; it tells the listener what it does. */
  open(listener: CoreListener): Promise<EngineCore>;
}

/** The live engine: a room with routes, and the door for those who submit from inside. */
export interface Engine extends Room {
  readonly name: 'engine';
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): HealthPart;
  /** Takes events in like the API does; outcomes are in the order of the inputs. */
  submit(ctx: { readonly locale: Locale }, inputs: readonly unknown[]): Promise<TakeOutcome[]>;
  /**
   * Decides one event inline, as `POST /v1/decisions` does: by the policy for overload where it cannot be recorded in
   * time. Throws AppError: event-invalid, event-id-conflict, overloaded, unavailable.
   */
  decide(ctx: { readonly locale: Locale }, input: unknown): Promise<Decision>;
  /** Takes in JSON lines like the API does; results are in order, in groups or as bytes of JSON lines. */
  readonly lines: EngineCore['lines'];
  /** The position in the journal after everything that is acknowledged by now. */
  journalEnd(): Promise<number>;
  /** Keys (kind and id) of what was recorded from a position on. */
  recordedSince(position: number): AsyncIterable<readonly string[]>;
  /** What rooms ask about a subject. */
  readonly study: SubjectStudy;
  /** Decides by another setting from now on; see `Decider.adopt`. */
  adopt(setting: PolicySetting, at: number): Promise<void>;
  /** Resolves when everything acknowledged so far can be found in lists. */
  caughtUp(): Promise<void>;
}

/** Tables of the engine. */
export const ENGINE_MIGRATIONS = new URL('./migrations/', import.meta.url);

/** Puts the engine together around what decides; the room's `start` begins to write decisions to the database. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { decider, pack, clock, log, db, vault: sealer } = parts;
  const views = createDecisionViews(decider);
  const recorder = createRecorder(decider, sealer);
  const live = createLiveDecisions(clock, (isWatched) => core.watched(isWatched));
  const count = parts.metrics && decisionMetrics(parts.metrics);
  const core = await parts.open({
    onDecided: (tally) => count?.(tally),
    onSample: (taken) => {
      for (const { id, entry } of taken) {
        if (!decider.kinds.get(entry.event.kind)?.decided) continue;
        live.publish(() => views.row(id, recorder.shown(entry)));
      }
    },
  });
  const { plainRowsPerSecond } = engineSection(pack, 'lists', ListingSetting);
  const counted = {
    ...(parts.newTally ? { newTally: parts.newTally } : {}),
    ...(parts.tallies ? { tallies: parts.tallies } : {}),
  };
  const projection = createProjection({ db, core, recorder, plainRowsPerSecond, clock, log, ...counted });
  const watched = { core, projection, live };
  if (parts.metrics) engineMetrics(parts.metrics, watched);
  const { journal } = core;
  const queries = createDecisionQueries({
    decider,
    views,
    journal,
    preview: core.preview,
    recorder,
    sealer,
    timeZone: pack.timeZone,
    numbering: parts.numbering,
  });
  const fraudTypes = decider.texts.labels('fraudType').map(({ code }) => code);
  const decide: Engine['decide'] = async ({ locale }, input) => {
    const { id, entry, duplicate } = await core.take(input, locale);
    return views.decision(id, recorder.shown(entry), duplicate);
  };
  const routes = [
    ...decisionRoutes({ core, decide, queries, live, policy: () => policyOf(decider, pack) }),
    ...labelRoutes(createLabels({ journal, fraudTypes })),
    ...languageRoutes(parts, core),
    ...featureRoutes(parts, core),
  ];
  return {
    name: 'engine',
    migrations: ENGINE_MIGRATIONS,
    routes,
    start: async () => {
      projection.start();
      core.start();
    },
    stop: async () => {
      await core.stop();
      await projection.stop();
    },
    health: () => engineHealth(watched),
    submit: (ctx, inputs) => core.takeAll(inputs, ctx.locale),
    decide,
    lines: (stream, locale, signal) => core.lines(stream, locale, signal),
    journalEnd: () => core.durableEnd(),
    recordedSince: (position) => keysSince(core, position),
    study: createSubjectStudy({ sealer, core, queries, plainRowsPerSecond }),
    adopt: (setting, at) => core.adopt(setting, at),
    caughtUp: () => projection.caughtUp(),
  };
}

const BEHIND_MS = 20;

async function* keysSince(core: EngineCore, position: number): AsyncGenerator<readonly string[]> {
  const end = await core.durableEnd();
  // The process that writes tells how far it is a little later.
  while (core.journal.end < end) await pause(BEHIND_MS);
  for await (const records of core.journal.read(position)) {
    yield records.map(({ payload }) => decodeHead(payload).key);
  }
}

function featureRoutes(parts: EngineParts, core: EngineCore): RouteBinding[] {
  const { decider, vault: sealer, numbering } = parts;
  const formsOf = (text: string) => subjectForms(text, numbering);
  return subjectFeatureRoutes(createSubjectFeatures({ decider, core, sealer, formsOf }));
}

function languageRoutes({ decider, pack, clock }: EngineParts, core: EngineCore): RouteBinding[] {
  const packValues = loadPackValues(pack);
  return ruleLanguageRoutes(
    createRuleLanguage({
      decider,
      packValues,
      now: () => clock.now(),
      startedAt: (name) => core.status().startedAt[name],
    }),
  );
}

function policyOf(decider: Decider, { id, version, title }: Pack): PolicyView {
  return policyView(decider, { id, version, title });
}
