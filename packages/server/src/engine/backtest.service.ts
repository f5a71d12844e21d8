import {
  type Backtest,
  type BacktestReport,
  type BacktestRow,
  backtestNotRunning,
  backtestRunning,
  type backtestsList,
  type FieldError,
  invalidInput,
  notFound,
  type PolicyFault,
  type QueryOf,
  ruleFaulty,
} from '@fanzha/contract';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  encodeCursor,
  inTransaction,
} from '../platform/index.ts';
import {
  type BacktestSetting,
  backtestMayBecome,
  backtestRow,
  backtestView,
  type StoredBacktest,
} from './backtest.model.ts';
import {
  endBacktest,
  failRunning,
  findBacktest,
  hasRunning,
  insertBacktest,
  listBacktests,
  lockBacktests,
  noteProgress,
  pruneReports,
} from './backtest.store.ts';
import { outcomesBetween } from './label.store.ts';
import type { PolicySetting, PolicySource } from './policy.model.ts';
import { ReplayFaults, type ReplayWorker } from './replay-host.service.ts';

/** A version that may be tried. */
export interface TriedVersion {
  readonly source: PolicySource;
  readonly contentHash: string;
}

export interface BacktestParts {
  readonly setting: BacktestSetting;
  /** A policy version by its number. */
  version(ctx: Context, number: number): Promise<TriedVersion | undefined>;
  /** Told in the transaction in which a backtest of a version's content is done. */
  finished(ctx: Context, version: number, contentHash: string): Promise<void>;
  /** What is live now. */
  live(): PolicySetting;
  /** A thread for one replay. */
  worker(): Promise<ReplayWorker>;
  /** For what goes on after a request was answered. */
  readonly ctx: Context;
}

export interface BacktestWish {
  readonly version: number;
  readonly from?: string;
  readonly to?: string;
  readonly seed?: number;
}

/** Backtests of policy versions: one at a time, in a thread of their own. */
export interface Backtests {
  /** Throws not-found, backtest-running, invalid-input. */
  start(ctx: Context, wish: BacktestWish): Promise<Backtest>;
  /** Throws not-found. */
  get(ctx: Context, id: string): Promise<Backtest>;
  list(ctx: Context, query: QueryOf<typeof backtestsList>): Promise<{ items: BacktestRow[]; next?: string }>;
  /** Throws not-found, backtest-not-running. */
  cancel(ctx: Context, id: string): Promise<Backtest>;
  /** Marks as failed what was running when the program ended. */
  recover(): Promise<void>;
  /** Ends what is running, as failed; resolves when it has ended. */
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 50;
const ORDER = { 'zh-CN': '必须早于 to', en: 'must be before `to`' } as const;

/** Faults of a policy as fields of an answer. */
export function faultFields(faults: readonly PolicyFault[], locale: Context['locale']): FieldError[] {
  return faults.map(({ part, id, field, position, message }) => ({
    field: `${part} ${id}: ${field}${position === undefined ? '' : `[${position}]`}`,
    reason: message[locale],
  }));
}

export function createBacktests(parts: BacktestParts): Backtests {
  return new RunningBacktests(parts);
}

class RunningBacktests implements Backtests {
  readonly #parts: BacktestParts;
  #worker: { readonly id: number; readonly thread: ReplayWorker } | undefined;
  #underWay: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(parts: BacktestParts) {
    this.#parts = parts;
  }

  async start(ctx: Context, wish: BacktestWish): Promise<Backtest> {
    const tried = await this.#parts.version(ctx, wish.version);
    if (!tried) throw new AppError(notFound);
    const to = wish.to === undefined ? ctx.clock.now() : Date.parse(wish.to);
    const from = wish.from === undefined ? to - this.#parts.setting.days * DAY_MS : Date.parse(wish.from);
    if (from >= to)
      throw new AppError(invalidInput, { fields: [{ field: 'from', reason: ORDER[ctx.locale] }] });
    const { live, snoozes } = this.#parts.live();
    const begun = await inTransaction(ctx, async (inside) => {
      await lockBacktests(inside);
      if (await hasRunning(inside)) throw new AppError(backtestRunning);
      const fresh = {
        version: wish.version,
        contentHash: tried.contentHash,
        live: live.version,
        from,
        to,
        seed: wish.seed ?? 1,
        startedAt: inside.clock.now(),
        startedBy: inside.actor.name,
      };
      const id = await insertBacktest(inside, fresh);
      const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      await audit(inside, 'backtest.start', String(id), { version: wish.version, ...period });
      return { ...fresh, id, state: 'running', done: 0, share: 0 } as const;
    });
    this.#underWay = this.#run(begun, { live, snoozes, candidate: tried.source });
    return backtestView(begun);
  }

  async get(ctx: Context, id: string): Promise<Backtest> {
    const run = await findBacktest(ctx, Number(id));
    if (!run) throw new AppError(notFound);
    return backtestView(run);
  }

  async list(
    ctx: Context,
    { cursor, limit = DEFAULT_LIMIT, version }: QueryOf<typeof backtestsList>,
  ): Promise<{ items: BacktestRow[]; next?: string }> {
    const [before] = cursor === undefined ? [] : (decodeCursor(cursor, ['number'], ctx.locale) as [number]);
    const filter = {
      ...(version === undefined ? {} : { version }),
      ...(before === undefined ? {} : { before: Number.isSafeInteger(before) ? before : 0 }),
    };
    const rows = await listBacktests(ctx, filter, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    return { items: page.map(backtestRow), ...(last ? { next: encodeCursor([last.id]) } : {}) };
  }

  async cancel(ctx: Context, id: string): Promise<Backtest> {
    const run = await inTransaction(ctx, async (inside) => {
      const found = await findBacktest(inside, Number(id), true);
      if (!found) throw new AppError(notFound);
      if (!backtestMayBecome(found.state, 'cancelled')) throw new AppError(backtestNotRunning);
      const endedAt = inside.clock.now();
      await endBacktest(inside, found.id, { state: 'cancelled', endedAt });
      await audit(inside, 'backtest.cancel', id);
      return { ...found, state: 'cancelled', endedAt } as const;
    });
    if (this.#worker?.id === run.id) await this.#worker.thread.stop();
    await this.#underWay;
    return backtestView(run);
  }

  async recover(): Promise<void> {
    const { ctx } = this.#parts;
    await failRunning(ctx, 'restart', ctx.clock.date());
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#worker?.thread.stop();
    await this.#underWay;
  }

  async #run(
    run: StoredBacktest,
    policies: { live: PolicySource; candidate: PolicySource; snoozes: PolicySetting['snoozes'] },
  ): Promise<void> {
    const { ctx, setting } = this.#parts;
    try {
      const thread = await this.#parts.worker();
      this.#worker = { id: run.id, thread };
      const { from, to, seed, id } = run;
      const labels = await outcomesBetween(ctx, from, to, setting.maxLabels);
      if ((await findBacktest(ctx, id))?.state !== 'running') return;
      const report = await thread.backtest({ ...policies, from, to, seed, labels }, (progress) => {
        noteProgress(ctx, id, progress).catch((error: unknown) =>
          ctx.log.warn({ err: error }, 'backtest progress'),
        );
      });
      await this.#end(run, { state: 'done', report });
      await pruneReports(ctx, setting.keepReports);
    } catch (error) {
      await this.#fail(run, error);
    } finally {
      await this.#worker?.thread.stop();
      this.#worker = undefined;
    }
  }

  /** What cannot even be written down is found at the next start. */
  async #fail(run: StoredBacktest, error: unknown): Promise<void> {
    const { ctx } = this.#parts;
    try {
      await this.#end(run, { state: 'failed', error: this.#isStopping ? 'restart' : reasonOf(error) });
    } catch (failure) {
      ctx.log.error({ err: failure, backtest: run.id }, 'the end of a backtest could not be written');
    }
  }

  /** Where it has not been cancelled meanwhile. */
  async #end(
    run: StoredBacktest,
    end: { readonly state: 'done' | 'failed'; readonly report?: BacktestReport; readonly error?: string },
  ): Promise<void> {
    await inTransaction(this.#parts.ctx, async (inside) => {
      const now = await findBacktest(inside, run.id, true);
      if (!now || !backtestMayBecome(now.state, end.state)) return;
      await endBacktest(inside, run.id, { ...end, endedAt: inside.clock.now() });
      if (end.state === 'done') await this.#parts.finished(inside, run.version, run.contentHash);
    });
  }
}

const MAX_REASON = 1000;

function reasonOf(error: unknown): string {
  if (error instanceof ReplayFaults) {
    const [first] = faultFields(error.faults, 'en');
    return `${ruleFaulty.code}: ${first?.field ?? ''} ${first?.reason ?? ''}`.slice(0, MAX_REASON);
  }
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON);
}
