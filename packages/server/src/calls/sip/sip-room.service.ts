import type { Decision, FanzhaEvent } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Clock, Metrics, Pack, Room } from '../../platform/index.ts';
import { CallAnswerFile } from './call-answer.model.ts';
import { type AnswerHeaders, createCallAnswers } from './call-answer.service.ts';
import { callScreeningRoutes } from './call-screening.routes.ts';
import { createCallScreening } from './call-screening.service.ts';

export interface SipRoomParts {
  readonly pack: Pack;
  /** Validates an event. Throws AppError(event-invalid). */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  readonly engine: {
    decide(ctx: { readonly locale: Locale }, input: unknown): Promise<Decision>;
  };
  readonly clock: Clock;
  readonly metrics: Metrics;
}

const NO_HEADERS: AnswerHeaders = { card: () => undefined, richData: () => [] };

/** Screening of calls in signalling: the doors for proxies, switches and SBCs. */
export function createSipRoom({ pack, parse, engine, clock, metrics }: SipRoomParts): Room {
  const answers = createCallAnswers(pack.read('call-answers.json', CallAnswerFile), {}, NO_HEADERS);
  const decide: SipRoomParts['engine']['decide'] = (ctx, input) => engine.decide(ctx, input);
  const screening = createCallScreening({ parse, decide, answers, clock, metrics });
  return { name: 'sip', routes: callScreeningRoutes(screening) };
}
