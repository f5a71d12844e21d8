import { allProblems, forbidden, notFound, unavailable } from '@fanzha/contract';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Guard } from '../auth/guard.ts';
import { AppError } from '../errors/app-error.ts';
import type { Metrics } from '../metrics/metrics.ts';

export interface ServiceDeps {
  readonly guard: Guard;
  readonly metrics: Metrics;
  readonly isReady: () => Promise<boolean>;
  readonly stopping: AbortSignal;
  readonly openApi: Record<string, unknown>;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** Whether the request was made on this machine and not merely passed on by a proxy that runs here. */
function isLocal({ ip, headers }: FastifyRequest): boolean {
  return LOOPBACK.test(ip) && headers['x-forwarded-for'] === undefined && headers.forwarded === undefined;
}

/** What operators and their tools ask for: liveness, readiness, figures, and the description of the API. */
export async function registerServiceRoutes(app: FastifyInstance, deps: ServiceDeps): Promise<void> {
  const { guard, metrics, isReady, stopping, openApi } = deps;
  app.get('/livez', async () => ({ state: 'ok' }));
  app.get('/readyz', async () => {
    if (stopping.aborted || !(await isReady())) throw new AppError(unavailable);
    return { state: 'ok' };
  });

  // From this machine anybody may read the figures, from elsewhere a key with `system:read`.
  app.get('/metrics', async (request, reply) => {
    if (!isLocal(request)) {
      const { authorization } = request.headers;
      if (authorization === undefined) throw new AppError(forbidden, { detail: 'system:read' });
      await guard.authorize('system:read', { method: 'GET', host: request.host, authorization });
    }
    const { contentType, text } = await metrics.render();
    return reply.type(contentType).header('cache-control', 'no-store').send(text);
  });

  // Where the `type` of a problem leads (RFC 9457 section 3.1.1).
  const problems = new Map(allProblems().map((kind) => [kind.code, kind]));
  app.get<{ Params: { code: string } }>('/problems/:code', async ({ params }) => {
    const kind = problems.get(params.code);
    if (kind === undefined) throw new AppError(notFound);
    return kind;
  });

  const document = JSON.stringify(openApi);
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
  await app.register(fastifySwagger, { mode: 'static', specification: { document: openApi as never } });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true, validatorUrl: null },
    theme: { title: 'Fanzha · 反诈 API' },
  });
}
