import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../log/log.ts';
import type { ClientView } from './route.ts';

/*
 * What belongs to one request is made of classes. A getter written into an object gives every such object a shape of
 * its own, which keeps all that its closure knows (request, answer, socket) until the next full collection.
 */

/** A logger of one request, made when somebody has something to say. */
class RequestLogger {
  readonly #parent: Logger;
  readonly #requestId: string;
  #own: Logger | undefined;

  constructor(parent: Logger, requestId: string) {
    this.#parent = parent;
    this.#requestId = requestId;
  }

  #log(): Logger {
    this.#own ??= this.#parent.child({ requestId: this.#requestId });
    return this.#own;
  }

  debug(...said: Parameters<Logger['debug']>): void {
    this.#log().debug(...said);
  }

  info(...said: Parameters<Logger['info']>): void {
    this.#log().info(...said);
  }

  warn(...said: Parameters<Logger['warn']>): void {
    this.#log().warn(...said);
  }

  error(...said: Parameters<Logger['error']>): void {
    this.#log().error(...said);
  }

  child(...made: Parameters<Logger['child']>): ReturnType<Logger['child']> {
    return this.#log().child(...made);
  }
}

/** The log of a request: every line carries its id. */
export function requestLogger(parent: Logger, requestId: string): Logger {
  return new RequestLogger(parent, requestId) as Logger;
}

/** Who asks, and the cookies of the conversation. */
export class RequestClient implements ClientView {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #secure: boolean;

  constructor(request: FastifyRequest, reply: FastifyReply, secure: boolean) {
    this.#request = request;
    this.#reply = reply;
    this.#secure = secure;
  }

  get address(): string {
    return this.#request.ip;
  }

  get userAgent(): string {
    return (this.#request.headers['user-agent'] ?? '').slice(0, 200);
  }

  cookie(name: string): string | undefined {
    return this.#request.cookies[name];
  }

  setCookie(name: string, value: string, maxAge: number): void {
    void this.#reply.setCookie(name, value, { ...this.#flags(), maxAge });
  }

  clearCookie(name: string): void {
    void this.#reply.clearCookie(name, this.#flags());
  }

  #flags() {
    return { httpOnly: true, sameSite: 'strict', path: '/', secure: this.#secure } as const;
  }
}

/** Tells when the client goes away before it has got its answer; looks only when somebody asks. */
export class Departure {
  readonly #reply: FastifyReply;
  readonly #stopping: AbortSignal | undefined;
  #gone: AbortSignal | undefined;

  /** `stopping` ends the request as well, where it is given. */
  constructor(reply: FastifyReply, stopping: AbortSignal | undefined) {
    this.#reply = reply;
    this.#stopping = stopping;
  }

  get gone(): AbortSignal {
    this.#gone ??= clientGone(this.#reply);
    return this.#gone;
  }

  get signal(): AbortSignal {
    return this.#stopping ? AbortSignal.any([this.gone, this.#stopping]) : this.gone;
  }
}

function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const look = (): void => {
    if (!reply.raw.writableFinished) controller.abort();
  };
  // It may have gone before anybody asked.
  if (reply.raw.destroyed) look();
  else reply.raw.once('close', look);
  return controller.signal;
}

type Read = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

/** What a handler gets of a request; see `RouteInput`. */
export class RequestInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly stream: AsyncIterable<Uint8Array>;
  readonly client: ClientView;
  readonly #departure: Departure;

  constructor(
    { params, query, body }: Read,
    stream: AsyncIterable<Uint8Array>,
    client: ClientView,
    departure: Departure,
  ) {
    this.params = params;
    this.query = query;
    this.body = body;
    this.stream = stream;
    this.client = client;
    this.#departure = departure;
  }

  get signal(): AbortSignal {
    return this.#departure.signal;
  }
}
