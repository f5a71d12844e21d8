import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Static, TSchema } from 'typebox';
import type { Clock } from '../clock/clock.ts';
import { type Context, SYSTEM_ACTOR } from '../context/context.ts';
import type { DatabaseHandle } from '../db/open.ts';
import type { Logger } from '../log/log.ts';
import { compileSchema } from '../schema/validator.ts';
import { callersDatabase } from './jobs.store.ts';

const CONNECTIONS = 4;
const STOP_WITHIN_MS = 20_000;
const RETRY_LIMIT = 5;
const RETRY_DELAY_SECONDS = 5;
const RETRY_DELAY_MAX_SECONDS = 3600;

/** A kind of job, to be asked for. */
export interface JobQueue<T extends object> {
  readonly name: string;
  /**
   * Asks for a job, in the caller's transaction when there is one. `once` names jobs of which one waiting is enough:
   * asking again while it waits changes nothing.
   */
  send(ctx: Context, data: T, options?: { startAfter?: Date; once?: string }): Promise<void>;
}

/** `signal` is aborted when the job takes longer than it may. */
export type JobHandler<T> = (ctx: Context, data: T, signal: AbortSignal) => Promise<void>;

export interface JobPolicy {
  readonly retryLimit?: number;
  /** Seconds before the first retry; later ones wait longer, up to an hour. */
  readonly retryDelaySeconds?: number;
  /** Runs it without being asked, e.g. `0 3 * * *` in an IANA time zone. Its data is then `{}`. */
  readonly schedule?: { readonly cron: string; readonly timeZone: string };
}

export interface Jobs {
  /** Declares a kind of job; before `start`. Data is checked when a job is sent and when it runs. */
  define<S extends TSchema>(
    name: string,
    schema: S,
    handler: JobHandler<Static<S>>,
    policy?: JobPolicy,
  ): JobQueue<Static<S> & object>;
  start(): Promise<void>;
  /** Ends after the jobs that are running; what waits is kept. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly url: string;
  readonly db: DatabaseHandle['db'];
  readonly clock: Clock;
  readonly log: Logger;
  readonly schema?: string;
  readonly pollSeconds?: number;
}

interface Definition {
  readonly name: string;
  readonly policy: JobPolicy;
  run(ctx: Context, data: unknown, signal: AbortSignal): Promise<void>;
}

/**
 * Durable jobs in PostgreSQL: each runs at least once, a failed one again with growing delays, one that keeps failing
 * rests in `<name>.dead`.
 */
export function createJobs(options: JobsOptions): Jobs {
  const { url, db, clock, log } = options;
  const boss = new PgBoss({
    connectionString: url,
    schema: options.schema ?? 'platform_jobs',
    application_name: 'fanzha-jobs',
    max: CONNECTIONS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'jobs: database'));
  const definitions: Definition[] = [];

  async function establish({ name, policy, run }: Definition): Promise<void> {
    const dead = `${name}.dead`;
    await boss.createQueue(dead);
    const settings = {
      retryLimit: policy.retryLimit ?? RETRY_LIMIT,
      retryDelay: policy.retryDelaySeconds ?? RETRY_DELAY_SECONDS,
      retryBackoff: true,
      retryDelayMax: RETRY_DELAY_MAX_SECONDS,
      deadLetter: dead,
    };
    await boss.createQueue(name, { ...settings, policy: 'short' });
    // It may have been there, with the settings of an earlier version.
    await boss.updateQueue(name, settings);
    const polling = { pollingIntervalSeconds: options.pollSeconds ?? 2, includeMetadata: true } as const;
    await boss.work<object, void, typeof polling>(name, polling, async (batch) => {
      for (const job of batch) {
        const context = {
          actor: SYSTEM_ACTOR,
          db,
          clock,
          locale: 'zh-CN',
          requestId: `job:${job.id}`,
          log,
        } as const;
        try {
          await run(context, job.data, job.signal);
        } catch (error) {
          const last = job.retryCount >= job.retryLimit;
          log.error({ err: error, job: name, id: job.id, attempt: job.retryCount + 1, last }, 'job failed');
          throw error;
        }
      }
    });
    if (policy.schedule === undefined) await boss.unschedule(name);
    else await boss.schedule(name, policy.schedule.cron, {}, { tz: policy.schedule.timeZone });
  }

  return {
    define(name, schema, handler, policy = {}) {
      if (definitions.some((other) => other.name === name)) throw new Error(`job ${name} is defined twice`);
      const validator = compileSchema(schema);
      const checked = (data: unknown) => {
        if (validator.check(data)) return data;
        const faults = validator.faults(data, 'en').map(({ field, reason }) => `${field} ${reason}`);
        throw new Error(`job ${name}: ${faults.join('; ')}`);
      };
      definitions.push({
        name,
        policy,
        run: async (ctx, data, signal) => handler(ctx, checked(data), signal),
      });
      return {
        name,
        async send(ctx, data, { startAfter, once } = {}) {
          await boss.send(name, checked(data) as object, {
            db: callersDatabase(ctx),
            ...(startAfter === undefined ? {} : { startAfter }),
            // The policy `short` keeps one waiting job per key: those that may be many need keys of their own.
            singletonKey: once ?? randomUUID(),
          });
        },
      };
    },
    async start() {
      await boss.start();
      for (const definition of definitions) await establish(definition);
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: STOP_WITHIN_MS });
    },
  };
}
