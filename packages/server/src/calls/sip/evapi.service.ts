import type { CallScreened } from '@fanzha/contract';
import { AppError, compileSchema, type Logger, type Metrics, monotonicMicros } from '../../platform/index.ts';
import { screenedView } from './call-screening.model.ts';
import type { ScreenedCall } from './call-screening.service.ts';
import {
  type EvapiAnswer,
  EvapiEnd,
  EvapiQuestion,
  encodeAnswer,
  readMessage,
  refOf,
} from './evapi.model.ts';
import { createEvapiConnection, type EvapiConnection } from './evapi-connection.service.ts';

export interface EvapiParts {
  /** `host:port` of the evapi module of every proxy. */
  readonly proxies: readonly string[];
  /** Screens a call; throws AppError(event-invalid). */
  screen(call: unknown): Promise<ScreenedCall>;
  /** Takes in how a call ended. Throws AppError(event-invalid). */
  end(call: unknown): void;
  readonly log: Logger;
  readonly metrics?: Metrics;
}

/** How the connections fare. */
export interface EvapiFigures {
  readonly proxies: readonly { readonly proxy: string; readonly isConnected: boolean }[];
  readonly underWay: number;
}

/** Screening for SIP proxies that ask over Kamailio's evapi: JSON in netstrings, answers in any order. */
export interface Evapi {
  start(): void;
  /** Takes no more questions, answers those under way, and lets go of the proxies. */
  stop(): Promise<void>;
  figures(): EvapiFigures;
}

/** Calls of one proxy that may be under way: beyond it a call goes on unscreened at once. */
const MAX_UNDER_WAY = 10_000;
/** What is wrong with messages is said so often at most. */
const COMPLAIN_EVERY_MICROS = 10_000_000;

const UNSCREENED: Omit<CallScreened, 'degraded'> = {
  event: '',
  action: 'allow',
  decision: '',
  headers: [],
  headerLines: '',
};

export function createEvapi(parts: EvapiParts): Evapi {
  const count = evapiCounts(parts.metrics);
  const links = parts.proxies.map((proxy) => new ProxyLink(proxy, parts, count));
  return {
    start: () => {
      for (const link of links) link.connection.start();
    },
    stop: async () => {
      await Promise.all(links.map((link) => link.stop()));
    },
    figures: () => ({
      proxies: links.map(({ proxy, connection: { isConnected } }) => ({ proxy, isConnected })),
      underWay: links.reduce((sum, { underWay }) => sum + underWay, 0),
    }),
  };
}

/** One proxy: its messages in, their answers out. */
class ProxyLink {
  readonly proxy: string;
  readonly connection: EvapiConnection;
  underWay = 0;
  readonly #parts: EvapiParts;
  readonly #count: EvapiCounts;
  #isStopping = false;
  #quiet = Promise.withResolvers<void>();
  #complained = Number.NEGATIVE_INFINITY;
  #unsaid = 0;

  constructor(proxy: string, parts: EvapiParts, count: EvapiCounts) {
    this.proxy = proxy;
    this.#parts = parts;
    this.#count = count;
    this.connection = createEvapiConnection({
      proxy,
      take: (message) => this.#take(message),
      onBreak: (why) => count.broken(why),
      log: parts.log,
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.underWay > 0) await this.#quiet.promise;
    this.connection.stop();
  }

  #take(bytes: Buffer): void {
    let told: unknown;
    try {
      told = readMessage(bytes);
      if (QUESTION.check(told)) {
        this.#count.message('screen');
        this.#screen(told.ref, told.call);
        return;
      }
      if (END.check(told)) {
        this.#count.message('end');
        this.#parts.end(told.call);
        return;
      }
    } catch (error) {
      this.#complain(error);
      return;
    }
    const isEnd = typeof told === 'object' && told !== null && 'type' in told && told.type === 'end';
    const fields = (isEnd ? END : QUESTION).faults(told, 'en');
    this.#complain(
      new Error(fields.map(({ field, reason }) => `${field || 'message'} ${reason}`).join('; ')),
    );
    const ref = refOf(told);
    if (ref !== undefined) this.#send({ ref, ...UNSCREENED, degraded: 'invalid', errors: fields });
  }

  #screen(ref: string, call: unknown): void {
    if (this.#isStopping || this.underWay >= MAX_UNDER_WAY) {
      this.#send({ ref, ...UNSCREENED, degraded: this.#isStopping ? 'stopping' : 'overload' });
      return;
    }
    this.underWay += 1;
    this.#parts
      .screen(call)
      .then(
        ({ event, answer }) => this.#send({ ref, ...screenedView(event, answer) }),
        (error: unknown) => {
          this.#complain(error);
          const errors = error instanceof AppError ? error.fields : [];
          this.#send({ ref, ...UNSCREENED, degraded: 'invalid', errors });
        },
      )
      .finally(() => {
        this.underWay -= 1;
        if (this.underWay === 0 && this.#isStopping) this.#quiet.resolve();
      });
  }

  #send(answer: EvapiAnswer): void {
    if (!this.connection.send(encodeAnswer(answer))) this.#count.dropped();
  }

  /** A message that is wrong costs itself: it is said which field and why, not for each of thousands. */
  #complain(error: unknown): void {
    this.#count.message('invalid');
    this.#unsaid += 1;
    const now = monotonicMicros();
    if (now - this.#complained < COMPLAIN_EVERY_MICROS) return;
    const { proxy } = this;
    const fields = error instanceof AppError ? error.fields : [];
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.log.warn(
      { proxy, fields, reason, messages: this.#unsaid },
      'a SIP proxy told something wrongly',
    );
    this.#complained = now;
    this.#unsaid = 0;
  }
}

const QUESTION = compileSchema(EvapiQuestion);
const END = compileSchema(EvapiEnd);

interface EvapiCounts {
  message(type: 'screen' | 'end' | 'invalid'): void;
  broken(why: string): void;
  dropped(): void;
}

function evapiCounts(metrics: Metrics | undefined): EvapiCounts {
  const messages = metrics?.counter('fanzha_evapi_messages_total', 'Messages of SIP proxies', ['type']);
  const breaks = metrics?.counter(
    'fanzha_evapi_breaks_total',
    'Connections with SIP proxies that could not be made or ended, by why',
    ['why'],
  );
  const dropped = metrics?.counter(
    'fanzha_evapi_answers_dropped_total',
    'Answers for which the SIP proxy was gone or did not read',
  );
  return {
    message: (type) => messages?.add(1, { type }),
    broken: (why) => breaks?.add(1, { why }),
    dropped: () => dropped?.add(),
  };
}
