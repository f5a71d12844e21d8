import { join } from 'node:path';
import type { EventLineResult, FanzhaEvent } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { type Clock, type Logger, monotonicMicros, type Pack } from '../platform/index.ts';
import type { CounterValue, Counting, CountingStats } from './counting.model.ts';
import type { Decider } from './decider.model.ts';
import type { EngineDecision } from './decision.model.ts';
import type { Sealer } from './decision-record.model.ts';
import { engineSection } from './engine-setting.model.ts';
import { takeLines } from './event-stream.service.ts';
import { createIntake, type Intake, type Taken, type TakeOutcome } from './intake.service.ts';
import type { BlockSealer } from './journal/block.model.ts';
import { openFileJournal } from './journal/file-journal.store.ts';
import type { Journal, JournalReader, JournalStatus } from './journal/journal.model.ts';
import type { JournalGrowth } from './journal/journal-view.store.ts';
import type { JournalEntry } from './journal-entry.model.ts';
import { JournalSetting } from './journal-setting.model.ts';
import { type LoadFigures, LoadMeter } from './load.model.ts';
import { type OverloadFigures, overloadSetting } from './overload.model.ts';
import type { PolicySetting } from './policy.model.ts';
import { recountFrom, rememberFrom } from './remembering.service.ts';
import { RepeatIndex } from './repeat.model.ts';
import { openRepeatFiles } from './repeat.store.ts';
import { createShedding, type Shedding } from './shedding.service.ts';
import { WindowSetting } from './window-setting.model.ts';
import { createWindowKeeper, type WindowKeeper, type WindowKeeperStatus } from './window-snapshot.service.ts';

/** How the deciding part fares. */
export interface CoreStatus {
  readonly journal: JournalStatus;
  readonly load: LoadFigures;
  /** Ids that are known: how many, in how much memory and on how much disk, and since when of event time. */
  readonly repeats: {
    readonly size: number;
    readonly bytes: number;
    readonly awayBytes: number;
    readonly forgotten: number;
    readonly since?: number;
  };
  readonly counting: CountingStats;
  readonly keeper: WindowKeeperStatus;
  readonly overload: OverloadFigures;
  /** Since when counters count, by name, ms since the epoch. */
  readonly startedAt: Readonly<Record<string, number>>;
  /** Why it cannot be asked just now: its process is being started again. */
  readonly away?: string;
}

/** How many events were decided, since it was last said. */
export interface DecidedTally {
  readonly groups: readonly { readonly kind: string; readonly verdict: string; readonly count: number }[];
  readonly degraded: number;
}

/** Told by the deciding part, without being asked. */
export interface CoreListener {
  onDecided(tally: DecidedTally): void;
  /** Some of the latest decisions, while somebody watches. */
  onSample(taken: readonly Taken[]): void;
}

/**
 * What decides: windows, policy, journal. In this process or in one of its own: all that goes in and out is plain data,
 * and asking twice does no harm.
 */
export interface EngineCore extends Intake {
  /** Inline events that came together: each is answered by the policy for overload. */
  takeInline(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]>;
  /** Records decisions that were made and answered elsewhere; see `OpenIntake.record`. */
  record(entries: readonly JournalEntry[]): Promise<readonly string[]>;
  /** JSON lines in, results out, in groups or as bytes of JSON lines. */
  lines(
    stream: AsyncIterable<Uint8Array>,
    locale: Locale,
    signal: AbortSignal,
  ): AsyncIterable<readonly EventLineResult[] | Uint8Array>;
  /** Decides as if the event were counted; counts and keeps nothing. */
  preview(event: FanzhaEvent): Promise<EngineDecision>;
  /** The counters of a subject, for each form that it may have. */
  countersOf(role: string, values: readonly string[], at: number): Promise<(readonly CounterValue[])[]>;
  groups(): Promise<ReturnType<Counting['groups']>>;
  /** Decides by another setting from now on; see `Decider.adopt`. */
  adopt(setting: PolicySetting, at: number): Promise<void>;
  /** Whether somebody watches decisions as they are made. */
  watched(isWatched: boolean): void;
  readonly journal: JournalReader;
  /** Position after everything that is acknowledged by now. */
  durableEnd(): Promise<number>;
  /** Lets go of what the journal holds before a position, as far as nobody needs it and it is old or too much. */
  release(before: number): Promise<void>;
  status(): CoreStatus;
  start(): void;
  /** Takes nothing new in, and writes down what it knows. */
  stop(): Promise<void>;
}

export interface CoreParts {
  readonly decider: Decider;
  readonly pack: Pack;
  /** The data folder: journal and snapshots are under it. Only one process may have it. */
  readonly dataFolder: string;
  /** Whether an event waits for the disk before it is acknowledged. */
  readonly fsync: boolean;
  readonly vault: Sealer & BlockSealer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly listener: CoreListener;
  /** Tests fill more than one file without writing 64 MB. */
  readonly segmentBytes?: number;
  /** Told how far the journal is durable: for those who read beside it. */
  readonly onGrown?: (growth: JournalGrowth) => void;
  /** Called when everything is written and nothing more will be. */
  readonly onStopped?: () => void;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MEGABYTE = 1024 ** 2;
const GIGABYTE = 1024 ** 3;
/** Most of the journal's end that a start reads to know what was decided. */
const REMEMBER_BYTES = 2 * 1024 * 1024 * 1024;
/** Most of it that a start reads to go on counting. */
const RECOUNT_BYTES = 512 * 1024 * 1024;
/** Of decisions that were written together, how many are shown to who watches. */
const SAMPLED = 20;

/** Opens journal and counters, and takes up deciding where it was left. */
export async function openCore(parts: CoreParts): Promise<EngineCore> {
  const { decider, clock, log, vault: sealer } = parts;
  const journal = await openFileJournal({
    folder: join(parts.dataFolder, 'journal'),
    fsync: parts.fsync,
    sealer,
    clock,
    log,
    ...(parts.segmentBytes === undefined ? {} : { segmentBytes: parts.segmentBytes }),
    ...(parts.onGrown === undefined ? {} : { onGrown: parts.onGrown }),
  });
  const kept = engineSection(parts.pack, 'journal', JournalSetting);
  const repeats = await openRepeats(parts, journal, kept);
  const keeper = await resumeCounting(parts, journal);
  const load = new LoadMeter(clock.now());
  const core = new LocalCore({
    decider,
    journal,
    repeats,
    keeper,
    load,
    clock,
    kept,
    onStopped: parts.onStopped,
  });
  const setting = overloadSetting(parts.pack);
  const intake = createIntake({
    decider,
    journal,
    repeats,
    log,
    maxUnderWay: setting.maxUnderWay,
    onTaken: (taken, micros) => {
      load.note(clock.now(), micros, taken.length);
      parts.listener.onDecided(tallyOf(taken));
      if (core.isWatched) parts.listener.onSample(taken.slice(0, SAMPLED));
    },
  });
  core.attach(createShedding({ intake, decider, setting, log }));
  return core;
}

interface Inside {
  readonly decider: Decider;
  readonly journal: Journal;
  readonly repeats: RepeatIndex;
  readonly keeper: WindowKeeper;
  readonly load: LoadMeter;
  readonly clock: Clock;
  readonly onStopped: (() => void) | undefined;
  readonly kept: JournalSetting;
}

class LocalCore implements EngineCore {
  isWatched = false;
  readonly #inside: Inside;
  #intake: Shedding | undefined;

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  attach(intake: Shedding): void {
    this.#intake = intake;
  }

  get #in(): Shedding {
    if (!this.#intake) throw new Error('the intake is not attached');
    return this.#intake;
  }

  get journal(): Journal {
    return this.#inside.journal;
  }

  take: EngineCore['take'] = (input, locale) => this.#in.take(input, locale);

  takeAll: EngineCore['takeAll'] = (inputs, locale) => this.#in.takeAll(inputs, locale);

  takeInline: EngineCore['takeInline'] = (inputs, locale) => this.#in.takeInline(inputs, locale);

  record: EngineCore['record'] = (entries) => this.#in.record(entries);

  lines: EngineCore['lines'] = (stream, locale, signal) => takeLines(stream, this.#in, locale, signal);

  preview: EngineCore['preview'] = async (event) => this.#inside.decider.preview(event);

  countersOf: EngineCore['countersOf'] = async (role, values, at) =>
    values.map((value) => this.#inside.decider.counting.countersOf(role, value, at));

  groups: EngineCore['groups'] = async () => this.#inside.decider.counting.groups();

  adopt: EngineCore['adopt'] = async (setting, at) => this.#inside.decider.adopt(setting, at);

  watched(isWatched: boolean): void {
    this.isWatched = isWatched;
  }

  release: EngineCore['release'] = (before) => {
    const { journal, keeper, clock, kept, repeats } = this.#inside;
    repeats.forgetBefore(clock.now() - DAY_MS, kept.idsGigabytes * GIGABYTE);
    const olderThan = clock.now() - kept.keepDays * DAY_MS;
    return journal.release(Math.min(before, keeper.neededFrom()), olderThan, kept.keepGigabytes * GIGABYTE);
  };

  durableEnd: EngineCore['durableEnd'] = async () => this.#inside.journal.end;

  status(): CoreStatus {
    const { journal, repeats, keeper, load, clock, decider } = this.#inside;
    const { size, bytes, awayBytes, forgotten, since } = repeats;
    return {
      journal: journal.status(),
      load: load.figures(clock.now()),
      repeats: { size, bytes, awayBytes, forgotten, ...(since === undefined ? {} : { since }) },
      counting: decider.counting.stats(),
      keeper: keeper.status(),
      overload: this.#in.figures(),
      startedAt: startedAt(decider),
    };
  }

  start(): void {
    this.#inside.keeper.start();
  }

  async stop(): Promise<void> {
    await this.#in.stop();
    await this.#inside.journal.close();
    await this.#inside.keeper.stop();
    this.#inside.onStopped?.();
  }
}

function startedAt({ counting, kinds }: Decider): Record<string, number> {
  const names = [...kinds.keys()].flatMap((kind) => counting.factsOf(kind));
  return Object.fromEntries(names.map((name) => [name, counting.startedAt(name) ?? 0]));
}

function tallyOf(taken: readonly Taken[]): DecidedTally {
  const groups = new Map<string, { kind: string; verdict: string; count: number }>();
  let degraded = 0;
  for (const { entry } of taken) {
    const { kind, verdict, degraded: lacking } = entry.decision;
    const group = groups.get(`${kind} ${verdict}`);
    if (group) group.count += 1;
    else groups.set(`${kind} ${verdict}`, { kind, verdict, count: 1 });
    if (lacking.length > 0) degraded += 1;
  }
  return { groups: [...groups.values()], degraded };
}

/** Knows again what was decided in the last day: from files of ids, and from the journal beyond them. */
async function openRepeats(
  { dataFolder, vault, clock }: CoreParts,
  journal: Journal,
  { idsMegabytes }: JournalSetting,
): Promise<RepeatIndex> {
  const store = await openRepeatFiles(join(dataFolder, 'ids'));
  const seed = Buffer.from(vault.token('repeats', 'seed'), 'base64url').readUInt32BE(0);
  const repeats = new RepeatIndex({ budgetBytes: idsMegabytes * MEGABYTE, seed, store });
  const since = await journal.since(clock.now() - DAY_MS, REMEMBER_BYTES);
  await rememberFrom(journal, repeats, Math.max(since, store.replayFrom ?? 0));
  return repeats;
}

/** Takes the counters from their snapshot and counts what the journal holds beyond it. */
async function resumeCounting(parts: CoreParts, journal: Journal): Promise<WindowKeeper> {
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
