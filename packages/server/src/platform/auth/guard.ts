import { type Access, csrfMismatch, forbidden, notSignedIn } from '@fanzha/contract';
import { type Actor, PUBLIC_ACTOR } from '../context/context.ts';
import { AppError } from '../errors/app-error.ts';
import { csrfTokenOf, hashToken, sameSecret } from './secret.ts';

/** The parts of a request that say who sends it. */
export interface Credentials {
  readonly method: string;
  /** `Host` as the client sent it, or as a trusted proxy forwarded it. */
  readonly host: string;
  readonly authorization?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly csrfToken?: string | undefined;
  readonly origin?: string | undefined;
  readonly fetchSite?: string | undefined;
}

/** Decides who acts and whether they may. */
export interface Guard {
  /** Throws `not-signed-in`, `csrf-mismatch` or `forbidden`. */
  authorize(access: Access, credentials: Credentials): Promise<Actor>;
}

export interface GuardDeps {
  /** Origin that browsers see, where it is configured. */
  readonly publicOrigin: string | undefined;
  actorOfKey(key: string): Promise<Actor | undefined>;
  actorOfSession(token: string): Promise<Actor | undefined>;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a page of another site made the browser send this. Only browsers send these headers, and pages cannot set them. */
function isForeign({ origin, fetchSite, host }: Credentials, publicOrigin: string | undefined): boolean {
  if (fetchSite !== undefined) return fetchSite !== 'same-origin' && fetchSite !== 'none';
  if (origin === undefined || origin === publicOrigin) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/**
 * A key outweighs a cookie. A cookie that changes something must come from our own page (`Sec-Fetch-Site`, else
 * `Origin`) and bring the token that only our page can read; public operations that change something must not come
 * from another site either, so that nobody is signed in unawares.
 */
export function createGuard({ publicOrigin, actorOfKey, actorOfSession }: GuardDeps): Guard {
  const identify = async (credentials: Credentials): Promise<Actor> => {
    const isBearer = /^bearer\b/i.test(credentials.authorization ?? '');
    if (isBearer) {
      const key = bearerOf(credentials.authorization);
      const actor = key === undefined ? undefined : await actorOfKey(key);
      if (actor === undefined) throw new AppError(notSignedIn);
      return actor;
    }
    const token = credentials.sessionToken;
    const actor = token === undefined ? undefined : await actorOfSession(token);
    if (token === undefined || actor === undefined) throw new AppError(notSignedIn);
    if (SAFE_METHODS.has(credentials.method)) return actor;
    const proved = sameSecret(hashToken(csrfTokenOf(token)), hashToken(credentials.csrfToken ?? ''));
    if (!proved || isForeign(credentials, publicOrigin)) throw new AppError(csrfMismatch);
    return actor;
  };

  return {
    async authorize(access, credentials) {
      if (access === 'public') {
        const changes = !SAFE_METHODS.has(credentials.method);
        if (changes && isForeign(credentials, publicOrigin)) throw new AppError(csrfMismatch);
        return PUBLIC_ACTOR;
      }
      const actor = await identify(credentials);
      if (access !== 'signed-in' && !actor.permissions.has(access)) {
        throw new AppError(forbidden, { detail: access });
      }
      return actor;
    },
  };
}
