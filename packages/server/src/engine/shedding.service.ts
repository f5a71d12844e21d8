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
    const { intake, decider } = this.#parts;
    const waiting =
      this.#unrecorded.size === 0 ? undefined : this.#unrecorded.find(decider.parse(input, locale));
    if (waiting) return waiting;
    let begun: Begun | Promise<Taken>;
    try {
      begun = intake.begin(input, locale);
    } catch (error) {
      if (!(error instanceof AppError && error.kind === overloaded)) throw error;
      return this.#shed(decider.parse(input, locale), error);
    }
    return begun instanceof Promise ? begun : this.#whenDurable(begun);
  }

  takeInline(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]> {
    return Promise.all(
      inputs.map((input) =>
        this.take(input, locale).then(
          (taken): TakeOutcome => ({ ok: true, ...taken }),
          (error: unknown): TakeOutcome => ({ ok: false, error: asAppError(error, this.#parts.log) }),
        ),
      ),
    );
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

  async #whenDurable({ taken, durable }: Begun): Promise<Taken> {
    const { setting } = this.#parts;
    const { kind } = taken.entry.event;
    const outcome = await inTime(durable, setting.journalWaitMs);
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

/** Whether something is done within a time. */
export function inTime(work: Promise<unknown>, ms: number): Promise<'done' | 'failed' | 'late'> {
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
