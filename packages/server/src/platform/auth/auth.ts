import type { Clock } from '../clock/clock.ts';
import type { Database } from '../db/database.ts';
import type { Room } from '../module/room.ts';
import { createActorCache } from './actor-cache.ts';
import { createGuard, type Guard } from './guard.ts';
import { keyRoutes } from './key.routes.ts';
import { actorOfKey } from './key.service.ts';
import { sessionRoutes } from './session.routes.ts';
import { actorOfSession, type SessionRules } from './session.service.ts';
import { setupRoutes } from './setup.routes.ts';
import { issueSetupToken } from './setup.service.ts';
import { userRoutes } from './user.routes.ts';

export interface AuthDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** Of the program, for the set-up page. */
  readonly version: string;
  /** Address that browsers use, where it differs from what the server listens on. `https` makes cookies secure. */
  readonly publicUrl?: string;
  /** Hours without use after which a session ends. */
  readonly sessionHours: number;
}

/** Tables of people, sessions and keys. */
export const AUTH_MIGRATIONS: URL = new URL('./migrations/', import.meta.url);

export interface Auth extends Room, Guard {
  /** Name of the cookie that holds the session token. */
  readonly cookieName: string;
  /**
   * One-time link for the first administrator, undefined when there is one. The token stands behind `#`, which
   * browsers do not send, so that no log gets it.
   */
  setupLink(address: string): Promise<string | undefined>;
}

/** People, sessions and API keys as a room. */
export function createAuth({ db, clock, version, publicUrl, sessionHours }: AuthDeps): Auth {
  const cache = createActorCache();
  const rules: SessionRules = { idleHours: sessionHours };
  const ctx = { db, clock };
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  // RFC 6265bis section 4.1.3.2: browsers take a `__Host-` cookie only from the host itself and over https.
  const cookieName = publicOrigin?.startsWith('https:') ? '__Host-fanzha' : 'fanzha';
  const guard = createGuard({
    publicOrigin,
    actorOfKey: (key) => cache.find(`key ${key}`, clock.now(), () => actorOfKey(ctx, key)),
    actorOfSession: (token) =>
      cache.find(`session ${token}`, clock.now(), () => actorOfSession(ctx, rules, token)),
  });
  return {
    name: 'auth',
    migrations: AUTH_MIGRATIONS,
    routes: [
      ...setupRoutes({ rules, cookieName, version }),
      ...sessionRoutes({ rules, cookieName, cache }),
      ...userRoutes(cache),
      ...keyRoutes(cache),
    ],
    cookieName,
    authorize: guard.authorize,
    async setupLink(address) {
      const token = await issueSetupToken(ctx);
      return token && `${address.replace(/\/$/, '')}/setup#token=${token}`;
    },
  };
}
