import type { Actor } from '../context/context.ts';

const TTL_MS = 5000;
/** How long decisions go on without the database that would say who sends the events. */
const GRACE_MS = 15 * 60_000;
const MAX_ENTRIES = 10_000;

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

export function createActorCache(): ActorCache {
  const entries = new Map<string, Remembered>();
  let generation = 0;
  return {
    async find(credential, now, load) {
      const known = entries.get(credential);
      if (known !== undefined && now < known.staleAt && now < known.expiresAt) return known.actor;
      const asked = generation;
      const loaded = await load().catch((error: unknown) => {
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
    },
  };
}
