import { clearInterval, setInterval } from 'node:timers';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { overloaded, unavailable } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError, errorOf, type Logger, monotonicMicros, WireLost } from '../platform/index.ts';
import type { CoreOpened } from './core-host.service.ts';
import type { CoreProcess } from './core-process.service.ts';
import type { Decider } from './decider.model.ts';
import type { CoreListener, CoreStatus, DecidedTally, EngineCore } from './engine-core.service.ts';
import type { Taken, TakeOutcome } from './intake.service.ts';
import type { JournalGrowth, JournalView } from './journal/journal-view.store.ts';
import { type OverloadSetting, together } from './overload.model.ts';
import { createStandIn, type StandIn } from './stand-in.service.ts';

export interface RemoteCoreParts {
  /** Starts a deciding process and connects to it; told when it says something by itself. */
  connect(onNews: (name: string, news: unknown) => void): Promise<CoreProcess>;
  /** What the process has to know at its beginning: policy, lists, models, as plain data. */
  knowledge(): Promise<unknown>;
  readonly listener: CoreListener;
  readonly view: JournalView;
  /** What decides here while the process is away. */
  readonly standIn: { readonly decider: Decider; readonly setting: OverloadSetting };
  readonly log: Logger;
  /** A process that says nothing for so long hangs, and is ended: 30 s unless told. */
  readonly silentMs?: number;
}

const SILENT_MS = 30_000;
/** In so many steps, so that a pause of this process does not look like one of the other. */
const SILENT_TICKS = 6;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5000;
/** An event waits so long for a process that is being started again; then its sender is asked to come back. */
const PATIENCE_MS = 5000;
const RETRY_SECONDS = 2;
/** Calls that may wait for an answer at once. */
const MAX_WAITING = 20_000;

/** What decides in a process of its own, started again when it dies; what was asked of it then is asked again. */
export interface RemoteCore extends EngineCore {
  /** Tells the process what has changed of what it knows. */
  learn(what: string, news: unknown): Promise<void>;
}

/** Starts the process and waits until it decides. Throws what kept it from doing so. */
export async function openRemoteCore(parts: RemoteCoreParts): Promise<RemoteCore> {
  const core = new Remote(parts);
  await core.open();
  return core;
}

/** Inline events that wait for the end of the turn. */
interface Group {
  readonly inputs: unknown[];
  readonly outcomes: Promise<TakeOutcome[]>;
}

class Remote implements RemoteCore {
  readonly #parts: RemoteCoreParts;
  #client: CoreProcess | undefined;
  #watch: NodeJS.Timeout | undefined;
  #silentTicks = 0;
  #status: CoreStatus | undefined;
  #away: string | undefined;
  #awaySince: number | undefined;
  readonly #standIn: StandIn;
  #back = Promise.withResolvers<void>();
  #stopped = false;
  #isWatched = false;
  #waiting = 0;
  readonly #together = new Map<Locale, Group>();

  constructor(parts: RemoteCoreParts) {
    this.#parts = parts;
    const { log, standIn } = parts;
    this.#standIn = createStandIn({
      ...standIn,
      log,
      ask: (input, locale) => this.#takeTogether(input, locale),
      awayMs: () => (this.#awaySince === undefined ? 0 : (monotonicMicros() - this.#awaySince) / 1000),
      record: (entries) => this.record(entries),
    });
  }

  get journal(): JournalView {
    return this.#parts.view;
  }

  async open(): Promise<void> {
    // First, so that no process is started in vain while the database cannot say it.
    const knowledge = await this.#parts.knowledge();
    const client = await this.#parts.connect((name, news) => this.#hear(name, news));
    let opened: CoreOpened;
    try {
      opened = (await client.call('open', knowledge)) as CoreOpened;
    } catch (error) {
      client.close();
      throw error;
    }
    for (const growth of opened.growth) this.#parts.view.grow(growth);
    this.#status = opened.status;
    this.#client = client;
    this.#away = undefined;
    this.#awaySince = undefined;
    this.#back.resolve();
    if (this.#isWatched) this.watched(true);
    this.#watchOver(client);
    void client.closed.then(() => this.#lost());
  }

  take(input: unknown, locale: Locale): Promise<Taken> {
    return this.#standIn.take(input, locale);
  }

  takeInline: EngineCore['takeInline'] = (inputs, locale) => this.#outcomes('inline', inputs, locale);

  record: EngineCore['record'] = (entries) => this.#ask('record', entries) as Promise<string[]>;

  /** Events of one turn go together: one call, one write to the journal. */
  async #takeTogether(input: unknown, locale: Locale): Promise<Taken> {
    const together = this.#together.get(locale) ?? this.#newGroup(locale);
    const index = together.inputs.push(input) - 1;
    const outcome = (await together.outcomes)[index];
    if (outcome?.ok) return outcome;
    throw outcome?.error ?? new Error('an event without outcome');
  }

  #newGroup(locale: Locale): Group {
    const inputs: unknown[] = [];
    const outcomes = nextTurn().then(() => {
      this.#together.delete(locale);
      return this.takeInline(inputs, locale);
    });
    const group = { inputs, outcomes };
    this.#together.set(locale, group);
    return group;
  }

  takeAll: EngineCore['takeAll'] = (inputs, locale) => this.#outcomes('take', inputs, locale);

  async #outcomes(
    call: 'take' | 'inline',
    inputs: readonly unknown[],
    locale: Locale,
  ): Promise<TakeOutcome[]> {
    try {
      const outcomes = (await this.#ask(call, { inputs, locale })) as WireOutcome[];
      return outcomes.map((outcome) =>
        outcome.ok ? outcome : { ...outcome, error: asAppError(outcome.error) },
      );
    } catch (error) {
      const failed = error instanceof AppError ? error : new AppError(unavailable, { cause: error });
      return inputs.map((): TakeOutcome => ({ ok: false, error: failed }));
    }
  }

  lines: EngineCore['lines'] = (stream, locale, signal) => {
    if (!this.#client) throw new AppError(unavailable, { retryAfter: RETRY_SECONDS });
    return this.#client.stream('lines', locale, stream, signal);
  };

  preview: EngineCore['preview'] = (event) =>
    this.#ask('preview', event) as ReturnType<EngineCore['preview']>;

  countersOf: EngineCore['countersOf'] = (role, values, at) =>
    this.#ask('countersOf', { role, values, at }) as ReturnType<EngineCore['countersOf']>;

  groups: EngineCore['groups'] = () => this.#ask('groups', null) as ReturnType<EngineCore['groups']>;

  adopt: EngineCore['adopt'] = async (setting, at) => {
    // A process that is being started again learns it at its beginning.
    if (this.#client) await this.#ask('adopt', { setting, at });
  };

  async learn(what: string, news: unknown): Promise<void> {
    if (this.#client) await this.#ask('learn', { what, news });
  }

  watched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#ask('watched', isWatched).catch(() => undefined);
  }

  durableEnd: EngineCore['durableEnd'] = () => this.#ask('durableEnd', null) as Promise<number>;

  release: EngineCore['release'] = async (before) => {
    if (this.#client) await this.#ask('release', before);
  };

  status(): CoreStatus {
    if (!this.#status) throw new Error('the core was never open');
    const overload = together(this.#status.overload, this.#standIn.figures());
    return { ...this.#status, overload, ...(this.#away === undefined ? {} : { away: this.#away }) };
  }

  /** The process began to keep its counters as it was opened. */
  start(): void {}

  async stop(): Promise<void> {
    await this.#standIn.stop();
    this.#stopped = true;
    this.#client?.close();
    await this.#client?.closed;
  }

  /** Asks until there is an answer; asking twice does no harm. */
  async #ask(name: string, args: unknown): Promise<unknown> {
    if (this.#waiting >= MAX_WAITING) throw new AppError(overloaded, { retryAfter: RETRY_SECONDS });
    this.#waiting += 1;
    try {
      for (;;) {
        const client = this.#client ?? (await this.#whenBack());
        try {
          return await client.call(name, args);
        } catch (error) {
          if (!(error instanceof WireLost) || this.#stopped) throw error;
          // Until it is known to be gone, asking it again would fail at once, for ever.
          await client.closed;
        }
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  async #whenBack(): Promise<CoreProcess> {
    const patience = new AbortController();
    const late = pause(PATIENCE_MS, 'late' as const, { signal: patience.signal }).catch(
      () => 'late' as const,
    );
    const first = await Promise.race([this.#back.promise.then(() => 'back' as const), late]);
    patience.abort();
    if (first === 'late' || !this.#client) throw new AppError(unavailable, { retryAfter: RETRY_SECONDS });
    return this.#client;
  }

  #hear(name: string, news: unknown): void {
    const { view, listener } = this.#parts;
    if (name === 'growth') for (const growth of news as JournalGrowth[]) view.grow(growth);
    else if (name === 'sample') listener.onSample(news as Taken[]);
    else if (name === 'status') {
      this.#silentTicks = 0;
      const { status, decided } = news as { status: CoreStatus; decided: DecidedTally };
      this.#status = status;
      listener.onDecided(decided);
    }
  }

  /** It reports twice a second, whatever it does. */
  #watchOver(client: CoreProcess): void {
    this.#silentTicks = 0;
    this.#watch = setInterval(
      () => {
        this.#silentTicks += 1;
        if (this.#silentTicks < SILENT_TICKS) return;
        this.#parts.log.error({}, 'the deciding process hangs: ending it');
        client.kill();
      },
      (this.#parts.silentMs ?? SILENT_MS) / SILENT_TICKS,
    ).unref();
  }

  #lost(): void {
    clearInterval(this.#watch);
    this.#client = undefined;
    if (this.#stopped) return;
    this.#away = 'it has ended';
    this.#awaySince = monotonicMicros();
    this.#back = Promise.withResolvers();
    this.#parts.log.error({}, 'the deciding process has gone: starting it again');
    void this.#again();
  }

  async #again(): Promise<void> {
    for (let delay = FIRST_RETRY_MS; !this.#stopped; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      try {
        await this.open();
        this.#parts.log.info({}, 'the deciding process decides again');
        return;
      } catch (error) {
        this.#away = (error as Error).message;
        this.#parts.log.error({ err: error }, 'the deciding process could not be started');
        await pause(delay);
      }
    }
  }
}

type WireOutcome =
  | Extract<TakeOutcome, { ok: true }>
  | { readonly ok: false; readonly error: Parameters<typeof errorOf>[0]; readonly id?: string };

function asAppError(failure: Parameters<typeof errorOf>[0]): AppError {
  const error = errorOf(failure);
  return error instanceof AppError ? error : new AppError(unavailable, { cause: error });
}
