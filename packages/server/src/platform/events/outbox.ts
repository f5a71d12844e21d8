import { setTimeout as pause } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import type { Clock } from '../clock/clock.ts';
import { type Context, SYSTEM_ACTOR } from '../context/context.ts';
import type { MigrationSource } from '../db/migrations.ts';
import type { DatabaseHandle } from '../db/open.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Logger } from '../log/log.ts';
import { compileSchema, type SchemaValidator } from '../schema/validator.ts';
import { deleteDelivered, ensurePosition, insertEvent, movePosition, takeNext } from './outbox.store.ts';

const LOOK_EVERY_MS = 500;
const RETRY_DELAYS_MS = [500, 2000, 10_000, 60_000];
const KEEP_DAYS = 7;
const DAY_MS = 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Tables of the outbox. */
export const outboxMigrations: MigrationSource = {
  name: 'platform-events',
  migrations: new URL('migrations/', import.meta.url),
};

/** A kind of event: a past-tense name such as `case.opened`, and what it says. */
export interface EventType<T> {
  readonly name: string;
  readonly validator: SchemaValidator<T>;
}

export function eventType<S extends TSchema>(name: string, schema: S): EventType<Static<S>> {
  return { name, validator: compileSchema(schema) };
}

function checked<T>(type: EventType<T>, data: unknown): T {
  if (type.validator.check(data)) return data;
  const faults = type.validator.faults(data, 'en').map(({ field, reason }) => `${field} ${reason}`);
  throw new Error(`event ${type.name}: ${faults.join('; ')}`);
}

/** Says that something has happened, in the transaction in which it happens: both become true together or neither. */
export async function emit<T>(ctx: Context, type: EventType<T>, data: T): Promise<void> {
  if (!ctx.db.isTransaction) throw new Error(`event ${type.name} emitted outside a transaction`);
  await insertEvent(ctx, type.name, checked(type, data));
}

/** `ctx.db` is the transaction that also moves the subscriber on: what a handler writes happens exactly once. */
export type EventHandler<T> = (ctx: Context, data: T, event: { id: number; at: Date }) => Promise<void>;

export interface Outbox {
  /**
   * Delivers every event of a type to `handler`, one after the other in the order of their transactions. `name` is
   * stable: it stands for how far this subscriber has come. A handler that throws gets the same event again, with
   * growing delays, and later ones wait for it.
   */
  subscribe<T>(type: EventType<T>, name: string, handler: EventHandler<T>): void;
  start(): Promise<void>;
  /** Ends after the events that are being handled. */
  stop(): Promise<void>;
}

interface Subscription {
  readonly topic: string;
  readonly name: string;
  deliver(ctx: Context, data: unknown, event: { id: number; at: Date }): Promise<void>;
}

export interface OutboxOptions {
  readonly db: DatabaseHandle['db'];
  readonly clock: Clock;
  readonly log: Logger;
}

/** The dispatcher of the outbox. Several processes may run one on the same database. */
export function createOutbox({ db, clock, log }: OutboxOptions): Outbox {
  const subscriptions: Subscription[] = [];
  const stopping = new AbortController();
  let loops: Promise<void>[] = [];
  const base = { actor: SYSTEM_ACTOR, db, clock, locale: 'zh-CN', log } as const;
  const wait = (ms: number) => pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function deliverNext(subscription: Subscription): Promise<boolean> {
    const { name, topic } = subscription;
    return inTransaction({ ...base, requestId: `event:${name}` } satisfies Context, async (ctx) => {
      const event = await takeNext(ctx.db, name, topic);
      if (event === undefined) return false;
      await subscription.deliver({ ...ctx, requestId: `event:${topic}:${event.id}` }, event.data, event);
      await movePosition(ctx.db, name, event);
      return true;
    });
  }

  async function follow(subscription: Subscription): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        const delivered = await deliverNext(subscription);
        failures = 0;
        if (!delivered) await wait(LOOK_EVERY_MS);
      } catch (error) {
        const { name, topic } = subscription;
        log.error(
          { err: error, subscriber: name, topic, failures },
          'event not handled; it will be tried again',
        );
        await wait(RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)] ?? 0);
        failures += 1;
      }
    }
  }

  async function prune(): Promise<void> {
    while (!stopping.signal.aborted) {
      await deleteDelivered(db, new Date(clock.now() - KEEP_DAYS * DAY_MS)).catch((error: unknown) => {
        log.warn({ err: error }, 'outbox not pruned');
      });
      await wait(PRUNE_EVERY_MS);
    }
  }

  return {
    subscribe(type, name, handler) {
      if (subscriptions.some((other) => other.name === name && other.topic === type.name)) {
        throw new Error(`${name} subscribes to ${type.name} twice`);
      }
      const deliver: Subscription['deliver'] = (ctx, data, event) => handler(ctx, checked(type, data), event);
      subscriptions.push({ topic: type.name, name, deliver });
    },
    async start() {
      for (const { name, topic } of subscriptions) await ensurePosition(db, name, topic);
      loops = [...subscriptions.map(follow), prune()];
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
