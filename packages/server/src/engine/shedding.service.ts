import { setTimeout as after, clearTimeout as never } from 'node:timers';
import { type FanzhaEvent, internalError, overloaded, unavailable } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError, type Logger } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import type { Begun, Intake, OpenIntake, Taken, TakeOutcome } from './intake.service.ts';
import {
  kindsOf,
  type Lack,
  type OverloadFigures,
  type OverloadSetting,
  OverloadTally,
} from './overload.model.ts';
import { lacking, Unrecorded, unrecordedAnswer } from './unrecorded.service.ts';

export interface SheddingParts {
  readonly intake: OpenIntake;
  readonly decider: Decider;
  readonly setting: OverloadSetting;
  readonly log: Logger;
}

/** An intake that answers inline decisions by policy when they cannot be recorded in time. */
export interface Shedding extends Intake, Pick<OpenIntake, 'record'> {
  /** Inline events that came together. */
  takeInline(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]>;
  figures(): OverloadFigures;
  /** Records what waits, as far as that is possible. */
  stop(): Promise<void>;
}

const RETRY_SECONDS = 2;

export function createShedding(parts: SheddingParts): Shedding {
  return new RunningShedding(parts);
}

class RunningShedding implements Shedding {
  readonly #parts: SheddingParts;
  readonly #unrecorded: Unrecorded;
  readonly #tally = new OverloadTally();

  constructor(parts: SheddingParts) {
    this.#parts = parts;
    const { intake, setting, log } = parts;
    this.#unrecorded = new Unrecorded({ setting, log, record: (entries) => intake.record(entries) });
  }

  async take(input: unknown, locale: Locale): Promise<Taken> {
    const [outcome] = await this.takeInline([input], locale);
    if (outcome?.ok) return outcome;
    throw outcome?.error ?? new Error('an event without outcome');
  }

  async takeInline(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]> {
    const known = this.#unrecorded.size === 0 ? [] : inputs.map((input) => this.#answered(input, locale));
    const open = inputs.filter((_, index) => known[index] === undefined);
    const begun = this.#parts.intake.begin(open, locale);
    const written = await this.#written(begun);
    const outcomes = begun.map((each, index) => this.#outcome(each, open[index], locale, written)).values();
    return Promise.all(
      inputs.map((_, index) => known[index] ?? (outcomes.next().value as TakeOutcome | Promise<TakeOutcome>)),
    );
  }

  /** The outcome of an event that was answered and waits to be recorded. */
  #answered(input: unknown, locale: Locale): TakeOutcome | undefined {
    try {
      const found = this.#unrecorded.find(this.#parts.decider.parse(input, locale));
      return found && { ok: true, ...found };
    } catch (error) {
      return { ok: false, error: asAppError(error, this.#parts.log) };
    }
  }

  /** What came of each writing that some wait for: mostly one, because what came together is written together. */
  async #written(begun: readonly AnyBegun[]): Promise<Map<Promise<void>, InTime>> {
    const writings = new Set<Promise<void>>();
    for (const each of begun) if ('durable' in each) writings.add(each.durable);
    const written = new Map<Promise<void>, InTime>();
    const { journalWaitMs } = this.#parts.setting;
    await Promise.all(
      Array.from(writings, async (writing) => written.set(writing, await inTime(writing, journalWaitMs))),
    );
    return written;
  }

  #outcome(
    begun: AnyBegun,
    input: unknown,
    locale: Locale,
    written: ReadonlyMap<Promise<void>, InTime>,
  ): TakeOutcome | Promise<TakeOutcome> {
    const { decider, log } = this.#parts;
    const failed = (error: unknown): TakeOutcome => ({ ok: false, error: asAppError(error, log) });
    if (begun instanceof Promise) return begun.then((taken) => ({ ok: true, ...taken }), failed);
    try {
      if ('durable' in begun) return { ok: true, ...this.#whenWritten(begun, written.get(begun.durable)) };
      if (begun.kind !== overloaded) return failed(begun);
      return { ok: true, ...this.#shed(decider.parse(input, locale), begun) };
    } catch (error) {
      return failed(error);
    }
  }

  record: Shedding['record'] = (entries) => this.#parts.intake.record(entries);

  /** What streams bring waits for the journal; but what was answered unrecorded must not be decided twice. */
  async takeAll(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]> {
    const { intake } = this.#parts;
    if (this.#unrecorded.size === 0) return intake.takeAll(inputs, locale);
    await this.#unrecorded.flush();
    const held = inputs.map((input) => this.#waits(input, locale));
    const others = inputs.filter((_, index) => !held[index]);
    const outcomes = (await intake.takeAll(others, locale)).values();
    return held.map((id): TakeOutcome => {
      const error = new AppError(unavailable, { retryAfter: RETRY_SECONDS });
      if (id) return { ok: false, error, id };
      return outcomes.next().value ?? { ok: false, error };
    });
  }

  figures(): OverloadFigures {
    const { size, lost } = this.#unrecorded;
    return { ...this.#tally.figures(), waiting: size, lost, failOpen: kindsOf(this.#parts.setting) };
  }

  stop(): Promise<void> {
    return this.#unrecorded.stop();
  }

  #whenWritten({ taken, durable }: Begun, outcome: InTime | undefined): Taken {
    const { setting } = this.#parts;
    const { kind } = taken.entry.event;
    if (outcome === 'done') return taken;
    if (setting.failOpen[kind] !== true) {
      this.#tally.refused(kind);
      // Should it become durable after all, it is known when it comes again.
      throw new AppError(unavailable, { retryAfter: RETRY_SECONDS });
    }
    const answer = this.#unrecordedAnswer(taken, 'journal');
    if (outcome === 'failed') this.#unrecorded.keep(answer.entry);
    else durable.catch(() => this.#unrecorded.keep(answer.entry));
    return answer;
  }

  /** Too many wait already: decided by the counters as they are, counted when it is recorded. */
  #shed(event: FanzhaEvent, error: AppError): Taken {
    const { decider, setting } = this.#parts;
    if (setting.failOpen[event.kind] !== true) {
      this.#tally.refused(event.kind);
      throw error;
    }
    const decision = decider.decide(event, { counted: true });
    const answer = this.#unrecordedAnswer(
      { id: '', entry: { event, decision }, duplicate: false },
      'overload',
    );
    this.#unrecorded.keep(answer.entry);
    return answer;
  }

  #unrecordedAnswer({ entry: { event, decision }, duplicate }: Taken, lack: Lack): Taken {
    this.#tally.answered(event.kind, lack);
    return unrecordedAnswer({ event, decision: lacking(decision, lack) }, duplicate);
  }

  /** The id of an event whose decision waits to be recorded. */
  #waits(input: unknown, locale: Locale): string | undefined {
    try {
      const event = this.#parts.decider.parse(input, locale);
      return this.#unrecorded.has(event) ? event.id : undefined;
    } catch {
      return undefined;
    }
  }
}

function asAppError(error: unknown, log: Logger): AppError {
  if (error instanceof AppError) return error;
  log.error({ err: error }, 'an event could not be decided');
  return new AppError(internalError, { cause: error });
}

type AnyBegun = ReturnType<OpenIntake['begin']>[number];
type InTime = 'done' | 'failed' | 'late';

/** Whether something is done within a time. */
export function inTime(work: Promise<unknown>, ms: number): Promise<InTime> {
  return new Promise((resolve) => {
    const timer = after(() => resolve('late'), ms);
    const end = (outcome: 'done' | 'failed'): void => {
      never(timer);
      resolve(outcome);
    };
    work.then(
      () => end('done'),
      () => end('failed'),
    );
  });
}
