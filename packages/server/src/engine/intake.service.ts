import { eventIdConflict, type FanzhaEvent, internalError, overloaded, unavailable } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError, type Logger, monotonicMicros } from '../platform/index.ts';
import { CountedKeys } from './counted-keys.model.ts';
import type { Decider } from './decider.model.ts';
import type { EngineDecision } from './decision.model.ts';
import { decisionId } from './decision-record.model.ts';
import { type FactWriter, factWriter, numberWriter } from './fact-text.model.ts';
import { type Journal, JournalUnavailable } from './journal/journal.model.ts';
import {
  decodeEntry,
  decodeHead,
  encodeEntry,
  eventKey,
  isPlain,
  type JournalEntry,
  sameEvent,
} from './journal-entry.model.ts';
import { declaredFacts } from './policy.service.ts';
import type { RepeatIndex } from './repeat.model.ts';

/** A decided event: durable before anybody sees this. Another process gets it without the facts of the decision. */
export interface Taken {
  readonly id: string;
  readonly entry: JournalEntry;
  /** The event had been decided before; this is the first decision. */
  readonly duplicate: boolean;
}

export type TakeOutcome =
  | ({ readonly ok: true } & Taken)
  | { readonly ok: false; readonly error: AppError; readonly id?: string };

/** Takes events in: validated, decided once, durable, then answered. */
export interface Intake {
  /** One event. Throws AppError: event-invalid, event-id-conflict, overloaded, unavailable. */
  take(input: unknown, locale: Locale): Promise<Taken>;
  /** Several; one that is wrong costs only itself. Outcomes are in the order of the inputs. */
  takeAll(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]>;
}

/** An event that is decided and not durable yet. */
export interface Begun {
  readonly taken: Taken;
  /** Rejects with AppError when it could not be written. */
  readonly durable: Promise<void>;
}

/** The intake for a layer above it that answers what cannot be written in time by a policy of its own. */
export interface OpenIntake extends Intake {
  /**
   * Decides events at once, to be written together; of one that is durable already, the first decision. In the order of
   * the inputs, an AppError as from `take` for each that cannot be decided.
   */
  begin(inputs: readonly unknown[], locale: Locale): (Begun | Promise<Taken> | AppError)[];
  /**
   * Writes decisions that were made and answered before, each unless its event was recorded meanwhile. Gives the keys of
   * those that are recorded now. Throws AppError(unavailable) when nothing could be written.
   */
  record(entries: readonly JournalEntry[]): Promise<string[]>;
}

export interface IntakeParts {
  readonly decider: Decider;
  readonly journal: Journal;
  readonly repeats: RepeatIndex;
  readonly log: Logger;
  /** Events that may be under way at once: beyond it the sender is asked to come back. */
  readonly maxUnderWay: number;
  /** Told of every group of events that was decided and is durable, and how long it took from its arrival. */
  onTaken(taken: readonly Taken[], micros: number): void;
}

const RETRY_SECONDS = 2;

/** Events that become durable together, or none of them. */
interface Batch {
  readonly keys: string[];
  readonly payloads: Uint8Array[];
  readonly taken: Taken[];
  readonly durable: PromiseWithResolvers<void>;
  failed?: AppError;
}

/** Of the facts of a kind while these counters are counted: all, or what a plain decision keeps. */
interface Writers {
  readonly counters: readonly string[];
  readonly all: FactWriter;
  readonly plain: FactWriter;
}

interface UnderWay {
  readonly taken: Taken;
  readonly durable: Promise<void>;
}

function newBatch(): Batch {
  const batch: Batch = { keys: [], payloads: [], taken: [], durable: Promise.withResolvers() };
  // Those who sent an event of it again ask, or a layer above; nobody else does.
  batch.durable.promise.catch(() => undefined);
  return batch;
}

export function createIntake(parts: IntakeParts): OpenIntake {
  return new RunningIntake(parts);
}

class RunningIntake implements OpenIntake {
  readonly #parts: IntakeParts;
  readonly #facts: ReturnType<typeof declaredFacts>;
  readonly #writers = new Map<string, Writers>();
  readonly #underWay = new Map<string, UnderWay>();
  readonly #counted = new CountedKeys();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#facts = declaredFacts(parts.decider.signals);
  }

  async take(input: unknown, locale: Locale): Promise<Taken> {
    const [outcome] = await this.takeAll([input], locale);
    if (outcome?.ok) return outcome;
    throw outcome?.error ?? new Error('an event without outcome');
  }

  async takeAll(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]> {
    const started = monotonicMicros();
    const batch = newBatch();
    const begun = inputs.map((input) => this.#begin(input, locale, batch));
    // They are waited for after the write: until then a failure must not count as unhandled.
    for (const each of begun) if (each instanceof Promise) each.catch(() => undefined);
    if (batch.payloads.length > 0) await this.#write(batch, started);
    const ended = begun.map((each, index) => this.#end(each, inputs[index], batch.failed));
    // Most have nothing to wait for.
    return ended.some((each) => each instanceof Promise) ? Promise.all(ended) : (ended as TakeOutcome[]);
  }

  /** Decides what is new, finds what was decided before. Synchronous: nothing comes between the events of a batch. */
  #begin(input: unknown, locale: Locale, batch: Batch): Taken | Promise<Taken> | AppError {
    try {
      const { decider, repeats } = this.#parts;
      const event = decider.parse(input, locale);
      const key = eventKey(event);
      const running = this.#underWay.get(key);
      if (running) return repeatOf(running, event);
      const position = repeats.positionOf(key, Date.parse(event.at));
      if (position !== undefined) return this.#repeat(event, key, position);
      return this.#decide(event, key, batch);
    } catch (error) {
      return expected(error, this.#parts.log);
    }
  }

  #decide(event: FanzhaEvent, key: string, batch: Batch): Taken {
    if (this.#underWay.size >= this.#parts.maxUnderWay)
      throw new AppError(overloaded, { retryAfter: RETRY_SECONDS });
    const { decider, journal } = this.#parts;
    const position = journal.next + batch.payloads.length;
    const decision = decider.decide(event, { counted: this.#counted.take(key), position });
    const entry: JournalEntry = {
      event,
      decision,
      plain: isPlain(decision),
      mark: this.#markOf(decision),
    };
    return this.#put(batch, key, { event, decision }, encodeEntry(key, entry, this.#factText(entry)));
  }

  /** Into the batch at the position after what it holds. */
  #put(batch: Batch, key: string, entry: JournalEntry, payload: Uint8Array): Taken {
    const id = decisionId(this.#parts.journal.next + batch.payloads.length);
    const taken: Taken = { id, entry, duplicate: false };
    batch.payloads.push(payload);
    batch.keys.push(key);
    batch.taken.push(taken);
    this.#underWay.set(key, { taken, durable: batch.durable.promise });
    return taken;
  }

  begin(inputs: readonly unknown[], locale: Locale): (Begun | Promise<Taken> | AppError)[] {
    const started = monotonicMicros();
    const batch = newBatch();
    const begun = inputs.map((input) => this.#beginOne(input, locale, batch));
    if (batch.payloads.length > 0) void this.#write(batch, started);
    return begun;
  }

  #beginOne(input: unknown, locale: Locale, batch: Batch): Begun | Promise<Taken> | AppError {
    try {
      const { decider, repeats, log } = this.#parts;
      const event = decider.parse(input, locale);
      const key = eventKey(event);
      const running = this.#underWay.get(key);
      if (running) return { taken: asRepeat(running.taken, event), durable: running.durable };
      const position = repeats.positionOf(key, Date.parse(event.at));
      if (position === undefined) {
        return { taken: this.#decide(event, key, batch), durable: batch.durable.promise };
      }
      return this.#repeat(event, key, position).catch((error: unknown) => {
        throw expected(error, log);
      });
    } catch (error) {
      return expected(error, this.#parts.log);
    }
  }

  async record(entries: readonly JournalEntry[]): Promise<string[]> {
    const { decider, journal } = this.#parts;
    const recorded: string[] = [];
    const missing: [string, JournalEntry][] = [];
    for (const entry of entries) {
      const key = eventKey(entry.event);
      if (await this.#isRecorded(key, entry.event)) recorded.push(key);
      else missing.push([key, entry]);
    }
    const batch = newBatch();
    for (const [key, entry] of missing) {
      // It was sent again and is being decided: whether that gets recorded shows the next time.
      if (this.#underWay.has(key)) continue;
      const { event, decision } = entry;
      if (!this.#counted.take(key)) decider.recount(event, journal.next + batch.payloads.length, decision);
      // Its policy may have been another one: its facts then are not those that a remembered writer knows.
      const facts = factWriter(decision.facts, this.#facts)(decision.facts);
      this.#put(
        batch,
        key,
        { event, decision },
        encodeEntry(key, { event, decision, mark: this.#markOf(decision) }, facts),
      );
    }
    if (batch.payloads.length > 0) await this.#write(batch, monotonicMicros());
    if (batch.failed) throw batch.failed;
    return [...recorded, ...batch.keys];
  }

  async #isRecorded(key: string, event: FanzhaEvent): Promise<boolean> {
    const { journal, repeats } = this.#parts;
    const position = repeats.positionOf(key, Date.parse(event.at));
    if (position === undefined) return false;
    const found = await journal.get(position);
    return found !== undefined && decodeHead(found.payload).key === key;
  }

  #markOf({ kind, reading, facts }: EngineDecision): string {
    return this.#parts.decider.kinds.get(kind)?.mark?.(reading, facts) ?? '';
  }

  #factText({ decision: { kind, facts }, plain }: JournalEntry): string {
    const counters = this.#parts.decider.counting.factsOf(kind);
    let writer = this.#writers.get(kind);
    // Facts of a kind have the same names in the same order until another policy counts something else.
    if (writer?.counters !== counters) {
      writer = { counters, all: factWriter(facts, this.#facts), plain: numberWriter(counters) };
      this.#writers.set(kind, writer);
    }
    return plain ? writer.plain(facts) : writer.all(facts);
  }

  async #write(batch: Batch, started: number): Promise<void> {
    const { keys, payloads, taken, durable } = batch;
    const { journal, repeats, onTaken } = this.#parts;
    try {
      const positions = await journal.append(payloads);
      keys.forEach((key, index) => {
        repeats.add(key, Date.parse(taken[index]?.entry.event.at ?? ''), positions[index] ?? 0);
      });
      durable.resolve();
      onTaken(taken, monotonicMicros() - started);
    } catch (error) {
      batch.failed = expected(error, this.#parts.log);
      for (const [index, key] of keys.entries()) this.#uncount(key, taken[index]);
      durable.reject(batch.failed);
    } finally {
      for (const key of keys) this.#underWay.delete(key);
    }
  }

  /** What was counted but could not be written is not counted again when it comes again. */
  #uncount(key: string, taken: Taken | undefined): void {
    if (taken && this.#parts.decider.counting.counts(taken.entry.event.kind)) this.#counted.add(key);
  }

  /** The first decision of an event that was decided before; decided anew when its record is gone. */
  async #repeat(event: FanzhaEvent, key: string, position: number): Promise<Taken> {
    const found = await this.#parts.journal.get(position).catch((error: unknown) => {
      throw new JournalUnavailable(error);
    });
    if (found && decodeHead(found.payload).key === key) {
      const entry = decodeEntry(found.payload);
      return asRepeat({ id: decisionId(position), entry, duplicate: true }, event);
    }
    const running = this.#underWay.get(key);
    if (running) return repeatOf(running, event);
    const batch = newBatch();
    const taken = this.#decide(event, key, batch);
    await this.#write(batch, monotonicMicros());
    if (batch.failed) throw batch.failed;
    return taken;
  }

  #end(
    begun: Taken | Promise<Taken> | AppError,
    input: unknown,
    failed: AppError | undefined,
  ): TakeOutcome | Promise<TakeOutcome> {
    if (begun instanceof Promise) {
      return begun.then(
        (taken) => ({ ok: true, ...taken }),
        (error: unknown) => refused(expected(error, this.#parts.log), input),
      );
    }
    if (begun instanceof AppError) return refused(begun, input);
    return failed ? refused(failed, input) : { ok: true, ...begun };
  }
}

function refused(error: AppError, input: unknown): TakeOutcome {
  const id = (input as { id?: unknown } | null)?.id;
  return { ok: false, error, ...(typeof id === 'string' ? { id: id.slice(0, 200) } : {}) };
}

/** An error of ours costs the one event that met it, not the others of its stream. */
function expected(error: unknown, log: Logger): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof JournalUnavailable) {
    return new AppError(unavailable, { retryAfter: RETRY_SECONDS, cause: error });
  }
  log.error({ err: error }, 'an event could not be decided');
  return new AppError(internalError, { cause: error });
}

/** The decision of an event that is being written, once it is durable. */
async function repeatOf({ taken, durable }: UnderWay, event: FanzhaEvent): Promise<Taken> {
  const repeat = asRepeat(taken, event);
  await durable;
  return repeat;
}

/** The first decision, for an event that is the same in every field. */
function asRepeat(first: Taken, event: FanzhaEvent): Taken {
  if (!sameEvent(first.entry.event, event)) throw new AppError(eventIdConflict);
  return { ...first, duplicate: true };
}
