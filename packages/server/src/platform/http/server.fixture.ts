import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation } from '@fanzha/contract';
import { PERMISSIONS } from '@fanzha/contract';
import { type AuditLog, createAudit } from '../audit/audit.ts';
import { type Auth, createAuth } from '../auth/auth.ts';
import { addKey, type NewKey } from '../auth/key.service.ts';
import type { Actor } from '../context/context.ts';
import type { Database } from '../db/database.ts';
import { silentLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { type TestClock, testClock, testContext } from '../testing/index.ts';
import { contractOperations } from './operations.ts';
import { type Handler, type RouteBinding, route } from './route.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from './server.ts';

export interface TestServer {
  readonly server: HttpServer;
  readonly auth: Auth;
  readonly audit: AuditLog;
  readonly clock: TestClock;
  /** `Authorization` header of a new key. */
  bearer(input?: Partial<NewKey>): Promise<string>;
}

const ALMIGHTY: Actor = { kind: 'system', id: 'system', name: 'test', permissions: new Set(PERMISSIONS) };

/**
 * A server over a real database with the routes of the platform; what rooms would answer is answered by `handlers`,
 * or not at all.
 */
export async function newTestServer(
  db: Database,
  options: Partial<HttpOptions> & { readonly handlers?: readonly RouteBinding[] } = {},
): Promise<TestServer> {
  const { handlers = [], ...overrides } = options;
  const clock = testClock();
  const auth = createAuth({
    db,
    clock,
    version: '0.0.0-test',
    sessionHours: 12,
    ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
  });
  // Never written to: nothing here starts the audit log, it only answers.
  const dataFolder = join(tmpdir(), `fanzha-none-${randomUUID()}`);
  const audit = createAudit({ db, clock, log: silentLogger, dataFolder });
  const given = [...handlers, ...(auth.routes ?? []), ...(audit.routes ?? [])];
  const bound = new Set(given.map(({ operation }) => operation.id));
  const rest = contractOperations()
    .filter(({ id }) => !bound.has(id))
    .map((operation) => route(operation, neverAnswered as Handler<Operation>));
  const server = await createHttpServer({
    routes: [...given, ...rest],
    operations: contractOperations(),
    auth,
    db,
    clock,
    log: silentLogger,
    metrics: createMetrics(),
    version: '0.0.0-test',
    isReady: async () => true,
    bodyLimit: 64 * 1024,
    trustProxy: [],
    limits: { general: 100_000, signIn: 100_000 },
    checkResponses: true,
    ...overrides,
  });
  return {
    server,
    auth,
    audit,
    clock,
    async bearer(input = {}) {
      const ctx = testContext({ db, clock, actor: ALMIGHTY });
      const { secret } = await addKey(ctx, { name: 'test', scopes: ['event:submit'], days: 30, ...input });
      return `Bearer ${secret}`;
    },
  };
}

function neverAnswered(): never {
  throw new Error('this operation is not part of the test');
}
