import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from '../log/log.ts';

/** Longest time one statement of the program may take; migrations are exempt. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const INT8 = pg.types.builtins.INT8;

/** PostgreSQL `bigint` as a number: our counters and sequences stay far below 2^53, and a value beyond it is refused. */
function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
  readonly applicationName: string;
  /** 0 for none. */
  readonly statementTimeoutMs?: number;
}

/**
 * A pool of connections that outlives the server it talks to: a connection that dies, in use or idle, costs only the
 * query on it; the next query opens a new one.
 */
export function openPool(options: PoolOptions, log: Logger): Kysely<unknown> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8 && format !== 'binary' ? readInt8 : pg.types.getTypeParser(oid, format),
    } as pg.CustomTypesConfig,
  });
  const lost = (error: Error): void => log.warn({ reason: error.message }, 'database connection lost');
  pool.on('error', lost);
  // Between two statements of a transaction the pool does not listen: without this an error there ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
}
