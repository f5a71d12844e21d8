import { join } from 'node:path';
import type { HealthPart, PolicyView } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import {
  type Clock,
  type Database,
  type Logger,
  type Metrics,
  monotonicMicros,
  type Pack,
  type Room,
  type RouteBinding,
} from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import { decisionRoutes } from './decision.routes.ts';
import { createDecisionQueries, subjectForms } from './decision-query.service.ts';
import type { Sealer } from './decision-record.model.ts';
import { createDecisionViews, policyView } from './decision-view.model.ts';
import { loadPackValues } from './engine.signals.ts';
import { engineHealth, engineMetrics } from './engine-health.service.ts';
import { engineSection } from './engine-setting.model.ts';
import { createIntake, type TakeOutcome } from './intake.service.ts';
import type { BlockSealer } from './journal/block.model.ts';
import { openFileJournal } from './journal/file-journal.store.ts';
import type { Journal } from './journal/journal.model.ts';
import { labelRoutes } from './label.routes.ts';
import { createLabels } from './label.service.ts';
import { ListingSetting } from './listing.model.ts';
import { createLiveDecisions } from './live.service.ts';
import { LoadMeter } from './load.model.ts';
import { createProjection, type ProjectionParts } from './projection.service.ts';
import { createRecorder } from './recorder.service.ts';
import { recountFrom, rememberFrom } from './remembering.service.ts';
import { RepeatIndex } from './repeat.model.ts';
import { ruleLanguageRoutes } from './rule-language.routes.ts';
import { createRuleLanguage } from './rule-language.service.ts';
import { subjectFeatureRoutes } from './subject-features.routes.ts';
import { createSubjectFeatures } from './subject-features.service.ts';
import { WindowSetting } from './window-setting.model.ts';
import { createWindowKeeper, type WindowKeeper } from './window-snapshot.service.ts';

export interface EngineParts {
  readonly decider: Decider;
  readonly pack: Pack;
  /** The data folder: the journal is in `journal/` under it. Only one process may have it. */
  readonly dataFolder: string;
  /** Whether an event waits for the disk before it is acknowledged. */
  readonly fsync: boolean;
  readonly db: Database;
  readonly vault: Sealer & BlockSealer;
  /** Canonical form of a number in any form, for searching. */
  readonly numbering: { parse(presented: string): { readonly canonical?: string } };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Counts the scores of models, a batch at a time. */
  readonly newTally?: NonNullable<ProjectionParts['newTally']>;
  /** Tests fill more than one file without writing 64 MB. */
  readonly segmentBytes?: number;
}

/** The live engine: a room with routes, and the door for those who submit from inside. */
export interface Engine extends Room {
  readonly name: 'engine';
  start(): Promise<void>;
  stop(): Promise<void>;
  health(): HealthPart;
  /** Takes events in like the API does; outcomes are in the order of the inputs. */
  submit(ctx: { readonly locale: Locale }, inputs: readonly unknown[]): Promise<TakeOutcome[]>;
  /** Resolves when everything acknowledged so far can be found in lists. */
  caughtUp(): Promise<void>;
}

/** Tables of the engine. */
export const ENGINE_MIGRATIONS = new URL('./migrations/', import.meta.url);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Most of the journal's end that a start reads to know what was decided: about two seconds from a plain disk. */
const REMEMBER_BYTES = 2 * 1024 * 1024 * 1024;

/** Most of it that a start reads to go on counting. */
const RECOUNT_BYTES = 512 * 1024 * 1024;

/** Opens the journal and puts the engine together; the room's `start` begins to write decisions to the database. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { decider, pack, clock, log, db, vault: sealer } = parts;
  const journal = await openFileJournal({
    folder: join(parts.dataFolder, 'journal'),
    fsync: parts.fsync,
    sealer,
    clock,
    log,
    ...(parts.segmentBytes === undefined ? {} : { segmentBytes: parts.segmentBytes }),
  });
  const repeats = new RepeatIndex();
  await rememberFrom(journal, repeats, clock.now() - DAY_MS, REMEMBER_BYTES);
  const keeper = await resumeCounting(parts, journal);
  const views = createDecisionViews(decider);
  const live = createLiveDecisions(clock);
  const load = new LoadMeter(clock.now());
  const recorder = createRecorder(decider, sealer);
  const { plainRowsPerSecond } = engineSection(pack, 'lists', ListingSetting);
  const tally = parts.newTally ? { newTally: parts.newTally } : {};
  const projection = createProjection({ db, journal, recorder, plainRowsPerSecond, clock, log, ...tally });
  const watched = { journal, projection, repeats, load, clock, live, counting: decider.counting, keeper };
  const count = parts.metrics && engineMetrics(parts.metrics, watched);
  const intake = createIntake({
    decider,
    journal,
    repeats,
    log,
    onTaken: (taken, micros) => {
      load.note(clock.now(), micros, taken.length);
      count?.(taken, micros);
      if (live.readers === 0) return;
      for (const { id, entry } of taken) {
        if (decider.kinds.get(entry.event.kind)?.decided)
          live.publish(() => views.row(id, recorder.shown(entry)));
      }
    },
  });
  const queries = createDecisionQueries({
    decider,
    views,
    journal,
    recorder,
    sealer,
    timeZone: pack.timeZone,
    numbering: parts.numbering,
  });
  const fraudTypes = decider.texts.labels('fraudType').map(({ code }) => code);
  const routes = [
    ...decisionRoutes({ intake, queries, views, recorder, live, policy: () => policyOf(decider, pack) }),
    ...labelRoutes(createLabels({ journal, fraudTypes })),
    ...languageRoutes(parts),
    ...featureRoutes(parts, keeper),
  ];
  return {
    name: 'engine',
    migrations: ENGINE_MIGRATIONS,
    routes,
    start: async () => {
      projection.start();
      keeper.start();
    },
    stop: () => stop(journal, keeper, projection),
    health: () => engineHealth(watched),
    submit: (ctx, inputs) => intake.takeAll(inputs, ctx.locale),
    caughtUp: () => projection.caughtUp(),
  };
}

function featureRoutes(parts: EngineParts, keeper: WindowKeeper): RouteBinding[] {
  const { decider, vault: sealer, numbering } = parts;
  const formsOf = (text: string) => subjectForms(text, numbering);
  return subjectFeatureRoutes(createSubjectFeatures({ decider, keeper, sealer, formsOf }));
}

function languageRoutes({ decider, pack, clock }: EngineParts): RouteBinding[] {
  const packValues = loadPackValues(pack);
  return ruleLanguageRoutes(createRuleLanguage({ decider, packValues, now: () => clock.now() }));
}

/** Takes the counters from their snapshot and counts what the journal holds beyond it. */
async function resumeCounting(parts: EngineParts, journal: Journal): Promise<WindowKeeper> {
  const { decider, pack, vault: sealer, clock, log } = parts;
  const { counting } = decider;
  const keeper = createWindowKeeper({
    folder: join(parts.dataFolder, 'windows'),
    counting,
    sealer,
    durableEnd: () => journal.end,
    everyMs: engineSection(pack, 'windows', WindowSetting).snapshotMinutes * MINUTE_MS,
    clock,
    log,
  });
  if (counting.longestMs === 0) return keeper;
  const started = monotonicMicros();
  const from = await keeper.restore();
  const start = from ?? (await journal.since(clock.now() - counting.longestMs, RECOUNT_BYTES));
  const { events, unread } = await recountFrom({ journal, decider, log }, start, from === undefined);
  const ms = Math.round((monotonicMicros() - started) / 1000);
  log.info({ restoredFrom: keeper.status().restoredFrom, events, ms }, 'the counters go on');
  if (unread > 0) log.warn({ unread }, 'events of the journal could not be opened and are not counted');
  return keeper;
}

async function stop(
  journal: Journal,
  keeper: WindowKeeper,
  projection: ReturnType<typeof createProjection>,
): Promise<void> {
  await journal.close();
  await keeper.stop();
  await projection.stop();
}

function policyOf(decider: Decider, { id, version, title }: Pack): PolicyView {
  return policyView(decider, { id, version, title });
}
