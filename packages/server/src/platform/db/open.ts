import { setTimeout as pause } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Config } from '../config/config.ts';
import type { Logger } from '../log/log.ts';
import { type Cluster, runningClusterUrl, startCluster } from './embedded/cluster.ts';
import { openPool } from './pool.ts';

/** Connections of the pool that requests and rooms share. */
const POOL_SIZE = 16;
/** A database that takes longer to answer is as good as away. */
const REACHABLE_WITHIN_MS = 3000;

/** An open database: a pool, where it is, and how to let go of it. */
export interface DatabaseHandle {
  readonly db: Kysely<unknown>;
  /** Connection string with its password: for the libraries that open connections of their own. Never log it. */
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  /** Whether a query comes back within seconds; never throws. */
  isReachable(): Promise<boolean>;
  /** Process id of the embedded server. */
  serverPid(): number | undefined;
  /** Closes the pool and stops the embedded server. */
  close(): Promise<void>;
}

type DatabaseConfig = Pick<Config, 'data' | 'databaseUrl'>;

function handleOf(url: string, kind: DatabaseHandle['kind'], log: Logger, cluster?: Cluster): DatabaseHandle {
  const db = openPool({ url, size: POOL_SIZE, applicationName: 'fanzha' }, log);
  return {
    db,
    url,
    kind,
    serverPid: () => cluster?.pid(),
    async isReachable() {
      const answered = sql`select 1`.execute(db).then(
        () => true,
        () => false,
      );
      return Promise.race([answered, pause(REACHABLE_WITHIN_MS, false, { ref: false })]);
    },
    async close() {
      await db.destroy();
      await cluster?.stop();
    },
  };
}

/**
 * Opens the database of `DATABASE_URL`, or starts the embedded one in the data folder, whose lock the caller must hold.
 * Throws an Error with a message for the operator when it cannot be reached or started.
 */
export async function openDatabase(config: DatabaseConfig, log: Logger): Promise<DatabaseHandle> {
  if (config.databaseUrl === undefined) {
    const cluster = await startCluster({ data: config.data, log });
    return handleOf(cluster.url, 'embedded', log, cluster);
  }
  return connect(config.databaseUrl, 'external', log);
}

/**
 * Connects to the database that a running fanzha uses, without owning it: for commands beside the server. Undefined
 * when the embedded database of the data folder is not running.
 */
export async function attachDatabase(
  config: DatabaseConfig,
  log: Logger,
): Promise<DatabaseHandle | undefined> {
  const url = config.databaseUrl ?? runningClusterUrl(config.data);
  if (url === undefined) return undefined;
  return connect(url, config.databaseUrl === undefined ? 'embedded' : 'external', log);
}

async function connect(url: string, kind: DatabaseHandle['kind'], log: Logger): Promise<DatabaseHandle> {
  const handle = handleOf(url, kind, log);
  try {
    await sql`select 1`.execute(handle.db);
    return handle;
  } catch (error) {
    await handle.close();
    const where = kind === 'external' ? 'the database of DATABASE_URL' : 'the embedded database';
    throw new Error(`${where} cannot be reached: ${(error as Error).message || String(error)}`, {
      cause: error,
    });
  }
}
