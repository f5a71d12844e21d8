import { tooManyRequests } from '@fanzha/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../context/context.ts';
import { AppError } from '../errors/app-error.ts';

/** Requests a minute. Event intake by key is not limited: it has back-pressure instead. */
export interface RateLimits {
  /** For each person, key, or address of the public. */
  readonly general: number;
  /** Sign-in, set-up and password change, for each address. */
  readonly signIn: number;
}

export const RATE_LIMITS: RateLimits = { general: 1200, signIn: 30 };

const SIGN_IN = new Set(['session.open', 'session.password', 'setup.run']);
const WINDOW_MS = 60_000;

export interface Limiter {
  /** Throws `too-many-requests`; `actor` is absent when nobody could be identified. */
  admit(
    request: FastifyRequest,
    operationId: string,
    access: string,
    actor: Actor | undefined,
  ): Promise<void>;
}

/** Counts requests in fixed windows of a minute, in memory. IPv6 addresses count by their /64. */
export function createLimiter(app: FastifyInstance, limits: RateLimits): Limiter {
  const perAddress = app.createRateLimit({ max: limits.general, timeWindow: WINDOW_MS });
  const perActor = app.createRateLimit({
    max: limits.general,
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => `${request.actor?.kind} ${request.actor?.id}`,
  });
  const signIns = app.createRateLimit({ max: limits.signIn, timeWindow: WINDOW_MS });

  const count = async (check: typeof perAddress, request: FastifyRequest): Promise<void> => {
    const result = await check(request);
    if (!result.isAllowed && result.isExceeded) {
      throw new AppError(tooManyRequests, { retryAfter: result.ttlInSeconds });
    }
  };
  return {
    async admit(request, operationId, access, actor) {
      if (SIGN_IN.has(operationId)) await count(signIns, request);
      if (actor === undefined || actor.kind === 'public') return count(perAddress, request);
      if (access === 'event:submit' && actor.kind === 'key') return;
      request.actor = actor;
      await count(perActor, request);
    },
  };
}
