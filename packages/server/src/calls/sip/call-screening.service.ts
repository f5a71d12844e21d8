import { setTimeout as after, clearTimeout as never } from 'node:timers';
import {
  type CallAttempt,
  type Decision,
  eventIdConflict,
  eventInvalid,
  type FanzhaEvent,
} from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import { AppError, type Clock, type Metrics, monotonicMicros } from '../../platform/index.ts';
import type { CallAnswer } from './call-answer.model.ts';
import type { CallAnswers } from './call-answer.service.ts';
import { idBeside, toldCall } from './call-screening.model.ts';

/** A call that was screened: what is to be done, and under which id it is recorded. */
export interface ScreenedCall {
  readonly event: string;
  readonly answer: CallAnswer;
}

/** How screening fares since the start. */
export interface ScreeningFigures {
  readonly screened: number;
  /** Not decided in time, or not at all. */
  readonly undecided: number;
}

/** From a call that is being set up to what a proxy does with it, within the pack's time limit. */
export interface CallScreening {
  /**
   * Screens a call as a proxy tells it (`CallTold`). A call that is not decided in time, or cannot be decided, is
   * answered as the pack's `timeLimits` say. Throws AppError(event-invalid) that names what the proxy told wrongly.
   */
  screen(told: unknown, locale: Locale): Promise<ScreenedCall>;
  figures(): ScreeningFigures;
}

export interface ScreeningParts {
  /** Validates an event. Throws AppError(event-invalid). */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  /** Decides an event inline. */
  decide(ctx: { readonly locale: Locale }, input: unknown): Promise<Decision>;
  readonly answers: CallAnswers;
  readonly clock: Clock;
  readonly metrics?: Metrics;
}

export function createCallScreening(parts: ScreeningParts): CallScreening {
  return new Screening(parts);
}

class Screening implements CallScreening {
  readonly #parts: ScreeningParts;
  readonly #count: (action: string, why: string, micros: number) => void;
  #screened = 0;
  #undecided = 0;

  constructor(parts: ScreeningParts) {
    this.#parts = parts;
    this.#count = screeningMetrics(parts.metrics);
  }

  figures(): ScreeningFigures {
    return { screened: this.#screened, undecided: this.#undecided };
  }

  async screen(told: unknown, locale: Locale): Promise<ScreenedCall> {
    const started = monotonicMicros();
    const { answers, clock } = this.#parts;
    const { attempt, showsCards } = toldCall(told, clock.now());
    const call = this.#read(attempt, locale);
    const outcome = await within(this.#decide(call, locale), answers.decideMs);
    this.#screened += 1;
    if ('decision' in outcome) {
      const { call: recorded, decision } = outcome;
      const answer = answers.answer({ call: recorded, decision, showsCards });
      this.#count(answer.action, '', monotonicMicros() - started);
      return { event: recorded.id, answer };
    }
    this.#undecided += 1;
    const answer = answers.undecided(outcome.why);
    this.#count(answer.action, outcome.why, monotonicMicros() - started);
    return { event: call.id, answer };
  }

  #read(attempt: unknown, locale: Locale): CallAttempt {
    const event = this.#parts.parse(attempt, locale);
    if (event.kind === 'call.attempt') return event;
    throw new AppError(eventInvalid, { fields: [{ field: 'kind', reason: NOT_A_CALL[locale] }] });
  }

  /**
   * Another call under the same Call-ID (sent again on another way, diverted back, or reused on purpose) is a call of
   * its own: it is decided too, under an id beside the first.
   */
  async #decide(call: CallAttempt, locale: Locale): Promise<Decided> {
    const { decide } = this.#parts;
    try {
      return { call, decision: await decide({ locale }, call) };
    } catch (error) {
      if (!(error instanceof AppError && error.kind.code === eventIdConflict.code)) throw error;
      const beside = { ...call, id: idBeside(call) };
      return { call: beside, decision: await decide({ locale }, beside) };
    }
  }
}

const NOT_A_CALL: Localized = { 'zh-CN': '只能是 call.attempt', en: 'must be call.attempt' };

interface Decided {
  readonly call: CallAttempt;
  readonly decision: Decision;
}
interface Undecided {
  readonly why: 'timeout' | 'unavailable';
}

/** What comes of a decision within a time; one that comes later is recorded all the same. */
function within(deciding: Promise<Decided>, ms: number): Promise<Decided | Undecided> {
  return new Promise((resolve) => {
    const timer = after(() => resolve({ why: 'timeout' }), ms);
    const end = (outcome: Decided | Undecided): void => {
      never(timer);
      resolve(outcome);
    };
    deciding.then(end, () => end({ why: 'unavailable' }));
  });
}

function screeningMetrics(
  metrics: Metrics | undefined,
): (action: string, why: string, micros: number) => void {
  const screened = metrics?.counter(
    'fanzha_calls_screened_total',
    'Calls that proxies asked about, by what they were told to do; `undecided` says why nobody decided',
    ['action', 'undecided'],
  );
  const seconds = metrics?.histogram(
    'fanzha_call_screening_seconds',
    'Time from a question about a call to its answer',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
  );
  return (action, undecided, micros) => {
    screened?.add(1, { action, undecided });
    seconds?.observe(micros / 1e6);
  };
}
