import { overloaded, unavailable } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError, type Logger } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import type { Taken } from './intake.service.ts';
import { kindsOf, type OverloadFigures, type OverloadSetting, OverloadTally } from './overload.model.ts';
import { inTime } from './shedding.service.ts';
import { lacking, Unrecorded, type UnrecordedParts, unrecordedAnswer } from './unrecorded.service.ts';

export interface StandInParts {
  /** Knows rules, lists and models; its counters count nothing. */
  readonly decider: Decider;
  readonly setting: OverloadSetting;
  /** Asks the process that decides. */
  ask(input: unknown, locale: Locale): Promise<Taken>;
  /** Since how many milliseconds that process has been away; 0 when it is there. */
  awayMs(): number;
  readonly record: UnrecordedParts['record'];
  readonly log: Logger;
}

/** Decides inline events here while the process that decides is away longer than a moment. */
export interface StandIn {
  take(input: unknown, locale: Locale): Promise<Taken>;
  figures(): OverloadFigures;
  /** Has recorded what waits, as far as that is possible. */
  stop(): Promise<void>;
}

export function createStandIn(parts: StandInParts): StandIn {
  const { decider, setting } = parts;
  const tally = new OverloadTally();
  const unrecorded = new Unrecorded(parts);
  return {
    take: async (input, locale) => {
      const waiting = unrecorded.size === 0 ? undefined : unrecorded.find(decider.parse(input, locale));
      if (waiting) return waiting;
      const asked = parts.ask(input, locale);
      const outcome = await inTime(asked, Math.max(0, setting.engineWaitMs - parts.awayMs()));
      if (outcome === 'done' || (outcome === 'failed' && !(await isAway(asked)))) return asked;
      const event = decider.parse(input, locale);
      if (setting.failOpen[event.kind] !== true) {
        if (outcome === 'failed') tally.refused(event.kind);
        return asked;
      }
      const entry = { event, decision: lacking(decider.decide(event, { counted: true }), 'engine') };
      tally.answered(event.kind, 'engine');
      // Should the answer come after all, then it is recorded.
      void isAway(asked).then((away) => away && unrecorded.keep(entry));
      return unrecordedAnswer(entry, false);
    },
    figures: () => {
      const { size, lost } = unrecorded;
      return { ...tally.figures(), waiting: size, lost, failOpen: kindsOf(setting) };
    },
    stop: () => unrecorded.stop(),
  };
}

/** Whether there was no answer because nobody is there to give it. */
async function isAway(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (error) {
    // By code: what came from the other process is an object of its own.
    return error instanceof AppError && [unavailable.code, overloaded.code].includes(error.kind.code);
  }
}
