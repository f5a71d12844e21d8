import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '@fanzha/contract';
import type { Actor } from '../context/context.ts';
import { AppError } from '../errors/app-error.ts';

const TTL_MS = 5000;
/** How long decisions go on without the database that would say who sends the events. */
const GRACE_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;
/** How long a request waits for a database that does not answer: when who sends it is known already, and when not. */
interface Patience {
  readonly known: number;
  readonly unknown: number;
}

const PATIENCE_MS: Patience = { known: 250, unknown: 5000 };
const RETRY_SECONDS = 2;

/** An actor that a session or a key stands for, until when at the latest. */
export interface CachedActor {
  readonly actor: Actor;
  readonly expiresAt: number;
}

/**
 * Remembers for a few seconds who a credential stands for, so that a stream of events does not ask the database for
 * every request. `forget` takes effect at once in this process; another process learns of it when its entry is old.
 * While the database is away, what it said last holds for a quarter of an hour: nobody can revoke anything meanwhile.
 */
export interface ActorCache {
  find(
    credential: string,
    now: number,
    load: () => Promise<CachedActor | undefined>,
  ): Promise<Actor | undefined>;
  forget(): void;
}

interface Remembered extends CachedActor {
  /** The database is asked again from then on. */
  readonly staleAt: number;
  /** Without an answer of the database it holds until then. */
  readonly holdsUntil: number;
}

export function createActorCache(patienceMs: Patience = PATIENCE_MS): ActorCache {
  const entries = new Map<string, Remembered>();
  /** Questions under way: a database that hangs is asked once for a credential, not by every request. */
  const asking = new Map<string, Promise<CachedActor | undefined>>();
  let generation = 0;

  const ask = (credential: string, load: () => Promise<CachedActor | undefined>) => {
    const already = asking.get(credential);
    if (already !== undefined) return already;
    const answer = load().finally(() => {
      if (asking.get(credential) === answer) asking.delete(credential);
    });
    asking.set(credential, answer);
    return answer;
  };

  return {
    async find(credential, now, load) {
      const known = entries.get(credential);
      if (known !== undefined && now < known.staleAt && now < known.expiresAt) return known.actor;
      const asked = generation;
      const patience = known === undefined ? patienceMs.unknown : patienceMs.known;
      const loaded = await inTime(ask(credential, load), patience).catch((error: unknown) => {
        const holds = known !== undefined && asked === generation && now < known.expiresAt;
        if (!holds || now >= known.holdsUntil) throw error;
        // Not every request is to wait for a database that does not answer.
        entries.set(credential, { ...known, staleAt: now + TTL_MS });
        return known;
      });
      if (loaded === known) return known?.actor;
      if (loaded === undefined) {
        entries.delete(credential);
        return undefined;
      }
      // What was read before a revocation must not be remembered after it.
      if (asked === generation) {
        entries.delete(credential);
        entries.set(credential, { ...loaded, staleAt: now + TTL_MS, holdsUntil: now + GRACE_MS });
        const [oldest] = entries.keys();
        if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      }
      return loaded.actor;
    },
    forget() {
      generation += 1;
      entries.clear();
      asking.clear();
    },
  };
}

/** Throws unavailable when there is no answer in time; it may still come. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  const waiting = new AbortController();
  const late = pause(ms, undefined, { signal: waiting.signal, ref: false }).then(
    () => {
      throw new AppError(unavailable, { retryAfter: RETRY_SECONDS });
    },
    () => answer,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    waiting.abort();
    late.catch(() => undefined);
    answer.catch(() => undefined);
  }
}
