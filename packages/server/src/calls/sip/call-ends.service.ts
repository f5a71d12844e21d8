import { setTimeout as after, clearTimeout as never } from 'node:timers';
import { eventInvalid, type FanzhaEvent, overloaded, unavailable } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import { AppError, type Clock, type Logger } from '../../platform/index.ts';

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: AppError };

export interface CallEndsParts {
  /** Validates an event. Throws AppError(event-invalid). */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  /** Takes events in; outcomes are in the order of the inputs. */
  submit(ctx: { readonly locale: Locale }, inputs: readonly unknown[]): Promise<readonly Outcome[]>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Ends of calls as proxies tell them: kept in bounded memory until the engine has them. */
export interface CallEnds {
  /** Takes a `call.end`; `kind`, `id` (that of the attempt) and `at` may be left out. Throws AppError(event-invalid). */
  take(told: unknown): void;
  figures(): { readonly waiting: number; readonly lost: number };
  /** Hands over what waits, as far as that is possible. */
  stop(): Promise<void>;
}

/** Ends that may wait; a proxy that goes on beyond it loses the newest. */
const MAX_WAITING = 50_000;
/** Handed over at once. */
const GROUP = 500;
const COLLECT_MS = 20;
const LONGEST_RETRY_MS = 5000;
const LATER: ReadonlySet<string> = new Set([unavailable.code, overloaded.code]);
const NOT_AN_END: Localized = { 'zh-CN': '只能是 call.end', en: 'must be call.end' };

export function createCallEnds(parts: CallEndsParts): CallEnds {
  return new Ends(parts);
}

class Ends implements CallEnds {
  readonly #parts: CallEndsParts;
  #waiting: FanzhaEvent[] = [];
  #lost = 0;
  #delay = COLLECT_MS;
  #timer: NodeJS.Timeout | undefined;
  #handing: Promise<void> | undefined;

  constructor(parts: CallEndsParts) {
    this.#parts = parts;
  }

  take(told: unknown): void {
    const end = this.#read(told);
    if (this.#waiting.length >= MAX_WAITING) {
      this.#lost += 1;
      if (this.#lost === 1) this.#parts.log.error({}, 'ends of calls are lost: too many wait for the engine');
      return;
    }
    this.#waiting.push(end);
    this.#schedule();
  }

  figures(): { waiting: number; lost: number } {
    return { waiting: this.#waiting.length, lost: this.#lost };
  }

  async stop(): Promise<void> {
    never(this.#timer);
    await this.#handing;
    await this.#hand();
    never(this.#timer);
    if (this.#waiting.length > 0)
      this.#parts.log.error({ ends: this.#waiting.length }, 'ends of calls stay unrecorded');
  }

  #read(told: unknown): FanzhaEvent {
    const { parse, clock } = this.#parts;
    const filled =
      typeof told === 'object' && told !== null && !Array.isArray(told)
        ? {
            kind: 'call.end',
            id: 'attempt' in told ? told.attempt : '',
            at: clock.date().toISOString(),
            ...told,
          }
        : told;
    const event = parse(filled, 'en');
    if (event.kind === 'call.end') return event;
    throw new AppError(eventInvalid, { fields: [{ field: 'kind', reason: NOT_AN_END.en }] });
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#handing !== undefined) return;
    this.#timer = after(() => {
      this.#timer = undefined;
      this.#handing = this.#hand().finally(() => {
        this.#handing = undefined;
        if (this.#waiting.length > 0) this.#schedule();
      });
    }, this.#delay);
  }

  /** Until nothing waits, or the engine cannot take them now. */
  async #hand(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.slice(0, GROUP);
      const outcomes = await this.#submit(group);
      const back = group.filter((_, index) => isLater(outcomes[index]));
      this.#waiting = [...back, ...this.#waiting.slice(group.length)];
      if (back.length > 0) {
        this.#delay = Math.min(this.#delay * 2, LONGEST_RETRY_MS);
        return;
      }
      this.#delay = COLLECT_MS;
    }
  }

  async #submit(group: readonly FanzhaEvent[]): Promise<readonly Outcome[]> {
    try {
      return await this.#parts.submit({ locale: 'en' }, group);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'ends of calls could not be handed over');
      return [];
    }
  }
}

/** Whether an end should be handed over again: not one that can never be taken. */
function isLater(outcome: Outcome | undefined): boolean {
  if (outcome === undefined) return true;
  return !outcome.ok && LATER.has(outcome.error.kind.code);
}
