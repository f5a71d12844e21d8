import type { Actor } from '../context/context.ts';

const TTL_MS = 5000;
const MAX_ENTRIES = 10_000;

/** An actor that a session or a key stands for, until when at the latest. */
export interface CachedActor {
  readonly actor: Actor;
  readonly expiresAt: number;
}

/**
 * Remembers for a few seconds who a credential stands for, so that a stream of events does not ask the database for
 * every request. `forget` takes effect at once in this process; another process learns of it when its entry is old.
 */
export interface ActorCache {
  find(
    credential: string,
    now: number,
    load: () => Promise<CachedActor | undefined>,
  ): Promise<Actor | undefined>;
  forget(): void;
}

export function createActorCache(): ActorCache {
  const entries = new Map<string, CachedActor & { readonly staleAt: number }>();
  let generation = 0;
  return {
    async find(credential, now, load) {
      const known = entries.get(credential);
      if (known !== undefined && now < known.staleAt && now < known.expiresAt) return known.actor;
      const asked = generation;
      const loaded = await load();
      if (loaded === undefined) return undefined;
      // What was read before a revocation must not be remembered after it.
      if (asked === generation) {
        entries.delete(credential);
        entries.set(credential, { ...loaded, staleAt: now + TTL_MS });
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
