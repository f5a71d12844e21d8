import { setImmediate, setTimeout } from 'node:timers';
import { type Operation, requestTimeout } from '@fanzha/contract';
import fastifyCookie from '@fastify/cookie';
import fastifyRateLimit from '@fastify/rate-limit';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import helmet from 'helmet';
import type { Guard } from '../auth/guard.ts';
import { type Clock, monotonicMicros } from '../clock/clock.ts';
import type { Actor } from '../context/context.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors/app-error.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { serveConsole } from './console-files.ts';
import { answerClientError, sendProblem, setErrorAnswers } from './failure-answers.ts';
import { acceptFiles, acceptJson, acceptJsonLines } from './json-body.ts';
import { createLimiter, RATE_LIMITS, type RateLimits } from './limits.ts';
import { openApiDocument } from './openapi.ts';
import { type OperationDeps, registerOperation } from './operation-route.ts';
import { checkBindings } from './operations.ts';
import { toAppError } from './problem.ts';
import { requestIdOf } from './request-id.ts';
import type { RouteBinding } from './route.ts';
import { registerServiceRoutes } from './service-routes.ts';

declare module 'fastify' {
  // On the request itself: a collector has to look at every entry of a weak map, thousands a second.
  interface FastifyRequest {
    startedMicros: number;
    bodyTimer: NodeJS.Timeout | undefined;
    /** Who asks, once that is known. */
    actor: Actor | undefined;
  }
  interface FastifyContextConfig {
    /** Operation that a route answers; its name in logs and figures. */
    readonly operationId?: string;
  }
}

export interface HttpTimeouts {
  /** For the headers of a request to arrive. */
  readonly headersMs: number;
  /** For a body that is read whole to arrive; streams are exempt. */
  readonly bodyMs: number;
  /** Without a byte in either direction. */
  readonly idleMs: number;
  /** Between two requests on one connection. */
  readonly keepAliveMs: number;
  /** Between two comments on a quiet stream of events; shorter than `idleMs`. */
  readonly heartbeatMs: number;
}

const TIMEOUTS: HttpTimeouts = {
  headersMs: 15_000,
  bodyMs: 30_000,
  idleMs: 75_000,
  keepAliveMs: 65_000,
  heartbeatMs: 15_000,
};

export interface HttpOptions {
  readonly routes: readonly RouteBinding[];
  /** Everything the contract declares; each must be bound exactly once. */
  readonly operations: readonly Operation[];
  readonly auth: Guard & { readonly cookieName: string };
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Of the program, for the API description. */
  readonly version: string;
  /** Whether the parts that requests need are there; asked by `/readyz`. */
  readonly isReady: () => Promise<boolean>;
  /** Folder of the built console. */
  readonly consoleFolder?: string;
  /** Bytes of a body that is read whole. */
  readonly bodyLimit: number;
  /** Addresses or networks of reverse proxies whose forwarding headers are believed. */
  readonly trustProxy: readonly string[];
  readonly publicUrl?: string;
  readonly limits?: Partial<RateLimits>;
  readonly timeouts?: Partial<HttpTimeouts>;
  /** Checks every answer against the contract: for tests. */
  readonly checkResponses?: boolean;
}

export interface HttpServer {
  /** Listens; gives the address. Rejects with the system's error, e.g. `EADDRINUSE`. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Takes no new request, ends event streams, and waits for what is in flight. */
  close(): Promise<void>;
  /** Answers a request without a socket: for tests. */
  readonly inject: FastifyInstance['inject'];
}

/** Logs and counts every request by the operation's name: no path, query, address or body ever gets into either. */
function observe(app: FastifyInstance, { log, metrics, operations }: HttpOptions): void {
  const frequent = new Set(operations.filter(({ access }) => access === 'event:submit').map(({ id }) => id));
  const duration = metrics.histogram(
    'fanzha_http_request_duration_seconds',
    'Time from the first byte of a request to the end of its answer',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    ['operation', 'status'],
  );
  app.addHook('onRequest', (request, reply, done) => {
    request.startedMicros = monotonicMicros();
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    done();
    const { operationId } = request.routeOptions.config;
    const operation = operationId ?? (request.is404 ? 'unmatched' : 'service');
    const micros = monotonicMicros() - request.startedMicros;
    duration.observe(micros / 1e6, { operation, status: String(reply.statusCode) });
    if (operationId === undefined && reply.statusCode < 500) return;
    // Events come by the thousand a second; what went wrong with one is said all the same.
    const level = frequent.has(operation) && reply.statusCode < 400 ? 'debug' : 'info';
    log[level](
      {
        operation,
        method: request.method,
        status: reply.statusCode,
        micros: Math.round(micros),
        requestId: request.id,
      },
      'request',
    );
  });
}

/** While the server stops, connections end with the answer that is on them: clients would keep them open. */
function hangUpWhenStopping(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (stopping.aborted) reply.header('connection', 'close');
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    done();
    if (!stopping.aborted) return;
    if (request.raw.complete) setImmediate(() => app.server.closeIdleConnections());
    else request.raw.socket.destroySoon();
  });
}

/** Ends a request whose body does not arrive in time: a slow sender must not hold a place for ever. */
function limitBodyTime(app: FastifyInstance, bodyMs: number): void {
  const clear = (request: FastifyRequest): void => clearTimeout(request.bodyTimer);
  app.addHook('onRequest', (request, reply, done) => {
    const expire = (): void => {
      if (reply.sent) return;
      reply.header('connection', 'close');
      reply.raw.once('finish', () => request.raw.destroy());
      void sendProblem(request, reply, new AppError(requestTimeout));
    };
    request.bodyTimer = setTimeout(expire, bodyMs).unref();
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    clear(request);
    done();
  });
  app.addHook('onResponse', (request, _reply, done) => {
    clear(request);
    done();
  });
  app.addHook('onRequestAbort', (request, done) => {
    clear(request);
    done();
  });
}

const DATA_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const HSTS = { 'strict-transport-security': 'max-age=31536000; includeSubDomains' };

/** Headers that keep browsers from doing harm with an answer; made once, because they are the same for all. */
function secure(app: FastifyInstance, isHttps: boolean): void {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        connectSrc: ["'self'"],
        fontSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        // Ant Design writes its styles into the page.
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    hsts: isHttps ? { maxAge: 31_536_000 } : false,
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.url.startsWith('/v1/')) {
      protect(request.raw, reply.raw, (error?: unknown) => done(error as Error | undefined));
      return;
    }
    // An answer of the API is no page: nothing of it may be loaded, shown in a frame or taken for something else.
    reply.headers(isHttps ? { ...DATA_HEADERS, ...HSTS } : DATA_HEADERS);
    done();
  });
}

function newFastify(options: HttpOptions, timeouts: HttpTimeouts): FastifyInstance {
  const { clock, bodyLimit, trustProxy } = options;
  const app = fastify({
    bodyLimit,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id'], clock.now()),
    connectionTimeout: timeouts.idleMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    // Streams last; bodies that are read whole have a time limit of their own.
    requestTimeout: 0,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    http: { headersTimeout: timeouts.headersMs, connectionsCheckingInterval: 5000 },
    frameworkErrors: (error, request, reply) => {
      void sendProblem(request, reply, toAppError(error));
    },
    clientErrorHandler: (error, socket) =>
      answerClientError(error, socket, requestIdOf(undefined, clock.now())),
  });
  // Where nothing is bound, a body is nobody's: it is not read, and the answer is about the path.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
  return app;
}

/**
 * Builds the HTTP server from the bindings of all rooms. Throws when they do not fit the contract. Every failure is
 * answered as an RFC 9457 problem; what is not expected says nothing but `internal-error` and is logged.
 */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  checkBindings(options.operations, options.routes);
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const isHttps = options.publicUrl?.startsWith('https:') === true;
  const stop = new AbortController();
  const app = newFastify(options, timeouts);

  app.decorateRequest('startedMicros', 0);
  app.decorateRequest('bodyTimer', undefined);
  app.decorateRequest('actor', undefined);
  observe(app, options);
  hangUpWhenStopping(app, stop.signal);
  secure(app, isHttps);
  await app.register(fastifyCookie);
  await app.register(fastifyRateLimit, { global: false });
  setErrorAnswers(app, options, await serveConsole(app, options.consoleFolder));
  const { auth, db, clock, log, metrics, isReady } = options;
  const deps: OperationDeps = {
    guard: auth,
    cookieName: auth.cookieName,
    secureCookies: isHttps,
    db,
    clock,
    log,
    limiter: createLimiter(app, { ...RATE_LIMITS, ...options.limits }),
    heartbeatMs: timeouts.heartbeatMs,
    checkResponses: options.checkResponses === true,
    stopping: stop.signal,
  };
  await app.register(async (held) => {
    acceptJson(held);
    limitBodyTime(held, timeouts.bodyMs);
    for (const binding of options.routes) {
      if (binding.operation.streamIn === undefined) registerOperation(held, binding, deps);
    }
  });
  await app.register(async (flowing) => {
    acceptJsonLines(flowing);
    for (const binding of options.routes) {
      if (binding.operation.streamIn === 'ndjson') registerOperation(flowing, binding, deps);
    }
  });
  await app.register(async (files) => {
    acceptFiles(files);
    for (const binding of options.routes) {
      if (binding.operation.streamIn === 'bytes') registerOperation(files, binding, deps);
    }
  });
  const openApi = openApiDocument(options.operations, {
    version: options.version,
    cookieName: auth.cookieName,
    ...(options.publicUrl === undefined ? {} : { serverUrl: options.publicUrl }),
  });
  await registerServiceRoutes(app, { guard: auth, metrics, isReady, stopping: stop.signal, openApi });
  await app.ready();
  return {
    listen: (at) => app.listen(at),
    inject: app.inject.bind(app) as FastifyInstance['inject'],
    async close() {
      stop.abort();
      await app.close();
    },
  };
}
