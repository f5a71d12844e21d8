import {
  headersTooLarge,
  internalError,
  malformedRequest,
  methodNotAllowed,
  notFound,
  type Operation,
  type ProblemKind,
  requestTimeout,
} from '@fanzha/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.ts';
import type { Logger } from '../log/log.ts';
import type { PageFallback } from './console-files.ts';
import { localeOf } from './locale.ts';
import { PROBLEM_TYPE, problemOf, toAppError } from './problem.ts';

/** Sends a failure as RFC 9457 problem details, with the headers that go with it. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  if (error.kind.status === 401) reply.header('www-authenticate', 'Bearer realm="fanzha"');
  if (error.retryAfter !== undefined) reply.header('retry-after', String(error.retryAfter));
  const problem = problemOf(error, localeOf(request), request.id);
  return reply
    .code(error.kind.status)
    .header('x-request-id', request.id)
    .header('content-type', PROBLEM_TYPE)
    .header('content-language', localeOf(request))
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

/** Answers what the parser of Node refuses before there is a request; then the connection is of no use any more. */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: { writable: boolean; end(text: string): unknown; destroy(): unknown },
  requestId: string,
): void {
  const kinds: Readonly<Record<string, ProblemKind>> = {
    HPE_HEADER_OVERFLOW: headersTooLarge,
    ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
  };
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const kind = kinds[error.code ?? ''] ?? malformedRequest;
  const body = JSON.stringify(problemOf(new AppError(kind), 'en', requestId));
  socket.end(
    `HTTP/1.1 ${kind.status} ${kind.title.en}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Methods that a path knows, by the shape of the path. */
function methodsByPath(operations: readonly Operation[]): (path: string) => string[] {
  const shapes = operations.map(({ method, path }) => ({
    method,
    shape: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  return (path) => {
    const methods = new Set<string>(
      shapes.filter(({ shape }) => shape.test(path)).map(({ method }) => method),
    );
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  };
}

/** Failures of handlers, paths that nobody answers, and methods that a path does not know. */
export function setErrorAnswers(
  app: FastifyInstance,
  options: { readonly operations: readonly Operation[]; readonly log: Logger },
  page: PageFallback,
): void {
  const methodsOf = methodsByPath(options.operations);
  app.setErrorHandler((error, request, reply) => {
    // A body that broke off is the client's doing, whatever error it became on its way here.
    const known = request.raw.readableAborted ? new AppError(malformedRequest) : toAppError(error);
    // What is declared unavailable has been logged by the part that is; a stack a request would bury that line.
    if (known.kind.status === internalError.status) {
      const cause: unknown = known.cause ?? known;
      options.log.error({ err: cause, requestId: request.id, code: known.kind.code }, 'request failed');
    }
    return sendProblem(request, reply, known);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?', 1)[0] ?? '/');
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      return sendProblem(request, reply, new AppError(methodNotAllowed));
    }
    return page(request, reply) ? reply : sendProblem(request, reply, new AppError(notFound));
  });
}
