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
import { Departure, RequestClient, RequestInput, requestLogger } from './request-scope.ts';
import type { RouteBinding, RouteInput } from './route.ts';
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
  const { headers, method, host } = request;
  return {
    method,
    host,
    authorization: headers.authorization,
    sessionToken: request.cookies[cookieName],
    csrfToken: one(headers['x-csrf-token']),
    origin: headers.origin,
    fetchSite: one(headers['sec-fetch-site']),
  };
}

const NOTHING_SENT: AsyncIterable<Uint8Array> = Readable.from([]);

/** What a handler acts with. */
function contextOf(request: FastifyRequest, locale: Locale, { db, clock, log }: OperationDeps): Context {
  const { id: requestId } = request;
  const actor = request.actor ?? PUBLIC_ACTOR;
  return { actor, db, clock, locale, requestId, log: requestLogger(log, requestId) };
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

  const flows = operation.streamIn !== undefined || operation.streamOut !== undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | string> => {
    const locale = localeOf(request);
    const departure = new Departure(reply, flows ? deps.stopping : undefined);
    const stream = operation.streamIn ? endingEarly(request.body as Readable, deps.stopping) : NOTHING_SENT;
    const client = new RequestClient(request, reply, deps.secureCookies);
    const input = new RequestInput(read(request, locale), stream, client, departure);
    const result = await handler(contextOf(request, locale, deps), input as unknown as RouteInput<never>);
    reply.code(operation.status ?? 200).header('cache-control', 'no-store');
    if (operation.streamOut !== undefined) {
      const items = checkedItems(result as AsyncIterable<unknown>, checked);
      return sendStream(reply, operation, items, { ...deps, gone: departure.gone });
    }
    checked(result);
    if (operation.status === 204) return reply.send();
    if (operation.text !== undefined) return sendText(reply, operation.text, String(result));
    reply.type('application/json; charset=utf-8');
    return JSON.stringify(result);
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
