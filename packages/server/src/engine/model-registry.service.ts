import { modelUnreadable, notFound, secondPersonNeeded, wrongState } from '@fanzha/contract';
import {
  AppError,
  audit,
  type Context,
  type Database,
  inTransaction,
  type Logger,
} from '../platform/index.ts';
import {
  heldFrom,
  keptName,
  type ModelFiles,
  type ModelHost,
  type ModelSetting,
  type ModelVersion,
  modelMayBecome,
} from './model.model.ts';
import { readVersions, type StoredModel, writeVersion } from './model.store.ts';
import type { ModelFolder } from './model-file.store.ts';

/** A version in the data folder that could be started, or why it could not. */
export interface Candidate {
  readonly file: string;
  readonly version: string;
  readonly problem?: string;
  readonly files?: ModelFiles;
  readonly card?: ModelVersion;
}

/** The versions of one model as they stand. */
export interface ModelStanding {
  readonly host: ModelHost;
  readonly champion: ModelVersion;
  readonly challenger?: StoredModel;
  /** Every version that was ever started. */
  readonly stored: readonly StoredModel[];
}

export interface ModelRegistry {
  readonly hosts: readonly ModelHost[];
  /** Throws AppError(not-found). */
  standing(ctx: { readonly db: Database }, model: string): Promise<ModelStanding>;
  candidates(host: ModelHost): Promise<Candidate[]>;
  /** Which versions score: plain data for another process. */
  setting(ctx: { readonly db: Database }): Promise<ModelSetting>;
  /** Throws AppError: not-found, wrong-state, model-unreadable. */
  startChallenger(ctx: Context, model: string, version: string): Promise<StoredModel>;
  dropChallenger(ctx: Context, model: string): Promise<StoredModel>;
  /** Throws AppError: not-found, wrong-state, second-person-needed. */
  promote(ctx: Context, model: string, version: string, note?: string): Promise<StoredModel>;
  /** Puts in this process what the database says, as a start does. */
  restore(ctx: { readonly db: Database }): Promise<void>;
  /** From which score an output of the champion counts as found. */
  threshold(model: string, output: string): number;
}

/** Versions of the models that rooms bring, and who scores in which role. */
export function createModelRegistry(
  hosts: readonly ModelHost[],
  folder: ModelFolder,
  log: Logger,
  onChanged?: (setting: ModelSetting) => void,
): ModelRegistry {
  return new Registry(hosts, folder, log, onChanged);
}

/**
 * Puts versions in their roles. A version whose files are gone leaves the pack's in its place and is logged: deciding
 * goes on.
 */
export async function useModels(
  hosts: readonly ModelHost[],
  folder: Pick<ModelFolder, 'kept'>,
  setting: ModelSetting,
  log: Logger,
): Promise<void> {
  for (const host of hosts) {
    for (const role of ['champion', 'challenger'] as const) {
      const name = setting[host.id]?.[role];
      try {
        host.use(role, name === undefined ? undefined : await folder.kept(name));
      } catch (error) {
        host.use(role);
        log.error({ model: host.id, role, name, reason: (error as Error).message }, 'a model cannot be used');
      }
    }
  }
}

class Registry implements ModelRegistry {
  readonly hosts: readonly ModelHost[];
  readonly #folder: ModelFolder;
  readonly #log: Logger;
  readonly #onChanged: ((setting: ModelSetting) => void) | undefined;
  readonly #champions = new Map<string, ModelVersion>();

  constructor(
    hosts: readonly ModelHost[],
    folder: ModelFolder,
    log: Logger,
    onChanged: ((setting: ModelSetting) => void) | undefined,
  ) {
    this.hosts = hosts;
    this.#onChanged = onChanged;
    this.#folder = folder;
    this.#log = log;
  }

  async standing(ctx: { readonly db: Database }, model: string, lock = false): Promise<ModelStanding> {
    const host = this.hosts.find(({ id }) => id === model);
    if (!host) throw new AppError(notFound);
    const stored = await readVersions(ctx, model, lock);
    const challenger = stored.find(({ state }) => state === 'challenger');
    return {
      host,
      stored,
      champion: stored.find(({ state }) => state === 'champion')?.card ?? host.shipped,
      ...(challenger ? { challenger } : {}),
    };
  }

  async candidates(host: ModelHost): Promise<Candidate[]> {
    const found = await this.#folder.found();
    return found.flatMap(({ file, files, problem }): Candidate[] => {
      if (!files) return [{ file, version: '', problem: problem ?? 'cannot be read' }];
      try {
        const card = host.read(files);
        return card.model === host.id ? [{ file, version: card.version, files, card }] : [];
      } catch (error) {
        // Cards of the other models are theirs to complain about.
        return isOf(files, host) ? [{ file, version: '', problem: (error as Error).message }] : [];
      }
    });
  }

  async setting(ctx: { readonly db: Database }): Promise<ModelSetting> {
    const stored = await readVersions(ctx);
    const named: Record<string, { champion?: string; challenger?: string }> = {};
    for (const { card, state } of stored) {
      if (state === 'champion' || state === 'challenger') {
        named[card.model] = { ...named[card.model], [state]: keptName(card) };
      }
    }
    return named;
  }

  async restore(ctx: { readonly db: Database }): Promise<void> {
    const setting = await this.setting(ctx);
    await useModels(this.hosts, this.#folder, setting, this.#log);
    this.#onChanged?.(setting);
    for (const { id } of this.hosts) this.#champions.set(id, (await this.standing(ctx, id)).champion);
  }

  threshold(model: string, output: string): number {
    const champion = this.#champions.get(model);
    return champion ? heldFrom(champion, output) : 1;
  }

  async startChallenger(ctx: Context, model: string, version: string): Promise<StoredModel> {
    const { host, stored } = await this.standing(ctx, model);
    const { files, card, origin } = await this.#filesOf(ctx, host, stored, version);
    const started = await inTransaction(ctx, async (inside) => {
      const now = await this.standing(inside, model, true);
      if (now.challenger || now.champion.version === version) throw new AppError(wrongState);
      const before = now.stored.find((other) => other.card.version === version);
      if (before && !modelMayBecome(before.state, 'challenger')) throw new AppError(wrongState);
      await this.#folder.keep(keptName(card), files);
      const challenger: StoredModel = {
        card,
        state: 'challenger',
        origin,
        startedById: ctx.actor.id,
        startedBy: ctx.actor.name,
        startedAt: ctx.clock.date(),
        decidedBy: null,
        decidedAt: null,
      };
      await writeVersion(inside, challenger);
      await audit(inside, 'model.challenge', `${model}@${version}`, { sha256: card.sha256 });
      return challenger;
    });
    await this.restore(ctx);
    return started;
  }

  async dropChallenger(ctx: Context, model: string): Promise<StoredModel> {
    const dropped = await inTransaction(ctx, async (inside) => {
      const { challenger } = await this.standing(inside, model, true);
      if (!challenger) throw new AppError(wrongState);
      const done = decided(ctx, challenger, 'dropped');
      await writeVersion(inside, done);
      await audit(inside, 'model.drop', `${model}@${challenger.card.version}`);
      return done;
    });
    await this.restore(ctx);
    return dropped;
  }

  async promote(ctx: Context, model: string, version: string, note?: string): Promise<StoredModel> {
    const promoted = await inTransaction(ctx, async (inside) => {
      const { challenger, champion, stored, host } = await this.standing(inside, model, true);
      if (challenger?.card.version !== version) throw new AppError(wrongState);
      if (challenger.startedById === ctx.actor.id) throw new AppError(secondPersonNeeded);
      const before = stored.find(({ state }) => state === 'champion') ?? shippedChampion(host, ctx);
      await writeVersion(inside, decided(ctx, before, 'retired'));
      const done = decided(ctx, challenger, 'champion');
      await writeVersion(inside, done, note);
      const detail = {
        from: champion.version,
        startedBy: challenger.startedBy,
        sha256: challenger.card.sha256,
      };
      await audit(inside, 'model.promote', `${model}@${version}`, detail);
      return done;
    });
    await this.restore(ctx);
    return promoted;
  }

  /** Card and weights of a version: the pack's, one that was started before, or one that lies in the data folder. */
  async #filesOf(
    ctx: Context,
    host: ModelHost,
    stored: readonly StoredModel[],
    version: string,
  ): Promise<{ files: ModelFiles; card: ModelVersion; origin: StoredModel['origin'] }> {
    if (version === host.shipped.version) {
      return { files: host.shippedFiles(), card: host.shipped, origin: 'pack' };
    }
    const found = (await this.candidates(host)).find((candidate) => candidate.version === version);
    if (found?.files && found.card) return { files: found.files, card: found.card, origin: 'data' };
    const before = stored.find(({ card }) => card.version === version);
    if (!before) throw new AppError(notFound);
    try {
      const files = await this.#folder.kept(keptName(before.card));
      return { files, card: host.read(files), origin: before.origin };
    } catch (error) {
      ctx.log.warn({ err: error, model: host.id, version }, 'a kept model cannot be read');
      throw new AppError(modelUnreadable, { detail: `${host.id}@${version}`, cause: error });
    }
  }
}

function isOf({ card }: ModelFiles, host: ModelHost): boolean {
  try {
    return (JSON.parse(Buffer.from(card).toString('utf8')) as { id?: unknown } | null)?.id === host.id;
  } catch {
    return true;
  }
}

function decided(ctx: Context, stored: StoredModel, state: StoredModel['state']): StoredModel {
  if (!modelMayBecome(stored.state, state)) throw new AppError(wrongState);
  return { ...stored, state, decidedBy: ctx.actor.name, decidedAt: ctx.clock.date() };
}

/** The pack's version as champion, which needs no row until another takes its place. */
function shippedChampion(host: ModelHost, ctx: Context): StoredModel {
  return {
    card: host.shipped,
    state: 'champion',
    origin: 'pack',
    startedById: 'pack',
    startedBy: 'pack',
    startedAt: ctx.clock.date(),
    decidedBy: null,
    decidedAt: null,
  };
}
