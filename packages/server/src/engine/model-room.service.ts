import Type from 'typebox';
import type { Database, Jobs, Logger, Pack, Room } from '../platform/index.ts';
import { ModelWatch } from './drift.model.ts';
import { engineSection } from './engine-setting.model.ts';
import type { ModelHost, ModelSetting } from './model.model.ts';
import { modelRoutes } from './model.routes.ts';
import { openModelFolder } from './model-file.store.ts';
import { createModelRegistry } from './model-registry.service.ts';
import { measureModels } from './model-watch.service.ts';
import { ScoreTally } from './score-tally.model.ts';
import type { Signal } from './signal.model.ts';

export interface ModelRoomParts {
  readonly hosts: readonly ModelHost[];
  readonly signals: readonly Signal[];
  readonly pack: Pack;
  readonly dataFolder: string;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'define'>;
  readonly log: Logger;
  /** Told which versions score when that changes: for a process that decides. */
  readonly onChanged?: (setting: ModelSetting) => void;
}

export interface ModelRoom extends Room {
  /** A tally for one batch of decisions; the projection writes it with its checkpoint. */
  newTally(): ScoreTally;
  /** Which versions score: plain data for a process that decides. */
  modelSetting(): Promise<ModelSetting>;
}

/** Models as people see and change them: versions, challengers, drift. Its tables are the engine's. */
export function createModelRoom(parts: ModelRoomParts): ModelRoom {
  const { hosts, signals, pack, jobs, db, log } = parts;
  const watch = engineSection(pack, 'modelWatch', ModelWatch);
  const registry = createModelRegistry(hosts, openModelFolder(parts.dataFolder), log, parts.onChanged);
  const scores = signals.flatMap((signal) => signal.scores ?? []);
  jobs.define('engine.model-watch', Type.Object({}), (ctx) => measureModels(ctx, registry, watch), {
    schedule: { cron: '17 * * * *', timeZone: pack.timeZone },
  });
  return {
    name: 'models',
    routes: modelRoutes({ registry, scores, watch }),
    start: () => registry.restore({ db }),
    newTally: () => new ScoreTally(scores, (model, output) => registry.threshold(model, output)),
    modelSetting: () => registry.setting({ db }),
  };
}
