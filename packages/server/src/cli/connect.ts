import { randomUUID } from 'node:crypto';
import type { TSchema } from 'typebox';
import {
  AppError,
  AUDIT_MIGRATIONS,
  AUTH_MIGRATIONS,
  attachDatabase,
  type Config,
  type Context,
  compileSchema,
  type DatabaseHandle,
  hasAuthTables,
  lockDataFolder,
  migrate,
  openDatabase,
  readConfig,
  SYSTEM_ACTOR,
  silentLogger,
  systemClock,
} from '../platform/index.ts';
import { CommandError, EXIT } from './terminal.ts';

/** Options of every command that works on the database. */
export interface DatabaseFlags {
  readonly data?: string;
}

interface Connection {
  readonly database: DatabaseHandle;
  close(): Promise<void>;
}

/** The database of the running server, or the embedded one started for this command alone, under the data lock. */
async function connect(config: Config): Promise<Connection> {
  const running = await attachDatabase(config, silentLogger);
  if (running !== undefined) return { database: running, close: () => running.close() };
  const lock = await lockDataFolder(config.data, {
    clock: systemClock,
    onLost: () => {
      throw new CommandError(`the data folder ${config.data} was taken by another process`, EXIT.busy);
    },
  });
  try {
    const own = await openDatabase(config, silentLogger);
    return {
      database: own,
      close: async () => {
        await own.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function explain(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const { kind, detail, fields } = error;
  const reasons = fields.map(({ field, reason }) => `${field} ${reason}`);
  const more = [detail, ...reasons].filter((text) => text !== undefined).join('; ');
  return new CommandError(`${kind.title['zh-CN']} / ${kind.title.en}${more === '' ? '' : `: ${more}`}`);
}

/**
 * Runs `work` as the program itself on the installation's database, whether its server runs or not. Expected failures
 * become a CommandError.
 */
export async function withDatabase<T>(
  flags: DatabaseFlags,
  work: (ctx: Context, config: Config) => Promise<T>,
): Promise<T> {
  const { config } = readConfig(flags);
  const { database, close } = await connect(config);
  try {
    if (!(await hasAuthTables(database))) {
      const sources = [
        { name: 'auth', migrations: AUTH_MIGRATIONS },
        { name: 'audit', migrations: AUDIT_MIGRATIONS },
      ];
      await migrate(database.url, sources, silentLogger);
    }
    const ctx: Context = {
      actor: { ...SYSTEM_ACTOR, name: 'fanzha command line' },
      db: database.db,
      clock: systemClock,
      locale: 'en',
      requestId: `cli-${randomUUID()}`,
      log: silentLogger,
    };
    return await work(ctx, config);
  } catch (error) {
    throw explain(error);
  } finally {
    await close();
  }
}

/** Refuses arguments that the API would refuse, naming each: exit code 2. */
export function requireValid(schema: TSchema, value: unknown): void {
  const validator = compileSchema(schema);
  if (validator.check(value)) return;
  const reasons = validator.faults(value, 'en').map(({ field, reason }) => `${field} ${reason}`);
  throw new CommandError(`参数不合要求 / wrong arguments: ${reasons.join('; ')}`, EXIT.usage);
}
