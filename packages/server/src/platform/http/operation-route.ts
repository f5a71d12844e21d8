import { Readable } from 'node:stream';
import { internalError, type Operation } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Credentials, Guard } from '../auth/guard.ts';
import type { Clock } from '../clock/clock.ts';
import { type Actor, type Context, PUBLIC_ACTOR } from '../context/context.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors/app-error.ts';
import type { Logger } from '../log/log.ts';
import { compileSchema } from '../schema/validator.ts';
import type { Limiter } from './limits.ts';
import { localeOf } from './locale.ts';
import { requestReader } from './request-reader.ts';
import type { ClientView, RouteBinding, RouteInput } from './route.ts';
import { endingEarly, jsonLines, STREAM_TYPES, serverSentEvents, startedEarly } from './stream-answer.ts';

export interface OperationDeps {
  readonly guard: Guard;
  readonly cookieName: string;
  readonly secureCookies: boolean;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limiter: Limiter;
  readonly heartbeatMs: number;
  /** Whether answers are checked against the contract: in tests. */
  readonly checkResponses: boolean;
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal;
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header;

function credentialsOf(request: FastifyRequest, cookieName: string): Credentials {
  const { headers } = request;
  const optional = {
    authorization: headers.authorization,
    sessionToken: request.cookies[cookieName],
    csrfToken: one(headers['x-csrf-token']),
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
  };
  const known = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { method: request.method, host: request.host, ...Object.fromEntries(known) };
}

function clientOf(request: FastifyRequest, reply: FastifyReply, secure: boolean): ClientView {
  const flags = { httpOnly: true, sameSite: 'strict', path: '/', secure } as const;
  return {
    address: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    cookie: (name) => request.cookies[name],
    setCookie: (name, value, maxAge) => void reply.setCookie(name, value, { ...flags, maxAge }),
    clearCookie: (name) => void reply.clearCookie(name, flags),
  };
}

/** Aborted when the client goes away before it has got its answer. */
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

const NOTHING_SENT: AsyncIterable<Uint8Array> = Readable.from([]);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What a handler acts with; its logger is made when somebody has something to say. */
function contextOf(request: FastifyRequest, actor: Actor, locale: Locale, deps: OperationDeps): Context {
  const { db, clock } = deps;
  const log = once(() => deps.log.child({ requestId: request.id }));
  return {
    actor,
    db,
    clock,
    locale,
    requestId: request.id,
    get log() {
      return log();
    },
  };
}

type Checked = (value: unknown) => unknown;

/** Lets an answer through as it is, or in tests only when the contract allows it. */
function responseCheck(schema: TSchema, id: string, wanted: boolean): Checked {
  if (!wanted) return (value) => value;
  const validator = compileSchema(schema);
  return (value) => {
    const wire: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
    if (validator.check(wire)) return value;
    const faults = validator.faults(wire, 'en').map(({ field, reason }) => `${field} ${reason}`);
    throw new AppError(internalError, { cause: new Error(`${id} answered against its contract: ${faults}`) });
  };
}

async function* checkedItems(items: AsyncIterable<unknown>, checked: Checked): AsyncGenerator<unknown> {
  for await (const item of items) {
    // Lines that are written already were made by another process of ours.
    if (item instanceof Uint8Array) yield item;
    else yield Array.isArray(item) ? item.map(checked) : checked(item);
  }
}

function sendText(
  reply: FastifyReply,
  { type, cacheSeconds }: NonNullable<Operation['text']>,
  text: string,
): FastifyReply {
  return reply.header('cache-control', `public, max-age=${cacheSeconds}`).type(type).send(text);
}

async function sendStream(
  reply: FastifyReply,
  operation: Operation,
  items: AsyncIterable<unknown>,
  deps: OperationDeps & { readonly gone: AbortSignal },
): Promise<FastifyReply> {
  const format = operation.streamOut ?? 'ndjson';
  reply.header('content-type', STREAM_TYPES[format]).header('x-accel-buffering', 'no');
  const end = AbortSignal.any([deps.gone, deps.stopping]);
  const chunks =
    format === 'sse' ? serverSentEvents(items, end, deps.heartbeatMs) : jsonLines(await startedEarly(items));
  const body = Readable.from(chunks);
  // The answer has begun: all that is left is to break off, so that the client sees it is incomplete.
  body.once('error', (error) => {
    const left = deps.gone.aborted || reply.request.raw.readableAborted;
    if (!left) deps.log.error({ err: error, operation: operation.id }, 'answer broken off');
    reply.raw.destroy();
  });
  return reply.send(body);
}

/** Turns a binding into a route: who may, what is asked, the verb, the answer. */
export function registerOperation(app: FastifyInstance, binding: RouteBinding, deps: OperationDeps): void {
  const { operation, handler } = binding;
  const read = requestReader(operation);
  const checked = responseCheck(operation.response, operation.id, deps.checkResponses);

  const admit = async (request: FastifyRequest): Promise<void> => {
    const credentials = credentialsOf(request, deps.cookieName);
    let actor: Actor | undefined;
    try {
      actor = await deps.guard.authorize(operation.access, credentials);
    } finally {
      await deps.limiter.admit(request, operation.id, operation.access, actor);
    }
    request.actor = actor;
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const locale = localeOf(request);
    const ctx = contextOf(request, request.actor ?? PUBLIC_ACTOR, locale, deps);
    const gone = once(() => clientGone(reply));
    const flows = operation.streamIn !== undefined || operation.streamOut !== undefined;
    const input = {
      ...read(request, locale),
      stream: operation.streamIn ? endingEarly(request.body as Readable, deps.stopping) : NOTHING_SENT,
      // Made when it is asked for: most handlers have nothing to wait for.
      get signal() {
        return flows ? AbortSignal.any([gone(), deps.stopping]) : gone();
      },
      client: clientOf(request, reply, deps.secureCookies),
    };
    const result = await handler(ctx, input as unknown as RouteInput<never>);
    reply.code(operation.status ?? 200).header('cache-control', 'no-store');
    if (operation.streamOut !== undefined) {
      const items = checkedItems(result as AsyncIterable<unknown>, checked);
      return sendStream(reply, operation, items, { ...deps, gone: gone() });
    }
    checked(result);
    if (operation.status === 204) return reply.send();
    if (operation.text !== undefined) return sendText(reply, operation.text, String(result));
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(result));
  };

  app.route({
    method: operation.method,
    url: operation.path.replace(/\{([^}]+)\}/g, ':$1'),
    exposeHeadRoute: operation.method === 'GET' && operation.streamOut === undefined,
    config: { operationId: operation.id },
    onRequest: admit,
    handler: answer,
  });
}
