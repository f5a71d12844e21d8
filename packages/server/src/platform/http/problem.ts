import {
  bodyTooLarge,
  internalError,
  malformedBody,
  malformedRequest,
  notFound,
  type Problem,
  type ProblemKind,
  unavailable,
  unsupportedMediaType,
} from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError } from '../errors/app-error.ts';

/** Media type of RFC 9457 section 3. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Failures that the HTTP library finds before any of our code runs. */
const LIBRARY_KINDS: Readonly<Record<string, ProblemKind>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupportedMediaType,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: malformedBody,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformedBody,
  FST_ERR_CTP_INVALID_JSON_BODY: malformedBody,
  FST_ERR_BAD_URL: malformedRequest,
  FST_ERR_MAX_PARAM_LENGTH: malformedRequest,
};

/** What the driver says when PostgreSQL is away or going (SQLSTATE classes 08 and 57P): coming back later helps. */
const DATABASE_AWAY = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08...|57P0[1-3])$/;
const CONNECTION_LOST = /^(?:Connection terminated|timeout exceeded when trying to connect)/;
const RETRY_SECONDS = 2;

function isDatabaseAway(error: unknown, code: unknown): boolean {
  if (typeof code === 'string') return DATABASE_AWAY.test(code);
  return error instanceof Error && CONNECTION_LOST.test(error.message);
}

/** The failure in our own terms. Whatever is not expected becomes a bare `internal-error`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  if (isDatabaseAway(error, code)) {
    return new AppError(unavailable, { retryAfter: RETRY_SECONDS, cause: error });
  }
  const byCode = typeof code === 'string' ? LIBRARY_KINDS[code] : undefined;
  // The file server refuses paths that lead out of its folder: nobody needs to know that they would.
  const kind = byCode ?? (statusCode === 403 || statusCode === 404 ? notFound : undefined);
  return new AppError(kind ?? internalError, { cause: error });
}

/** RFC 9457 problem details in the language asked for. Never says more than `AppError` was told to show. */
export function problemOf(error: AppError, locale: Locale, requestId: string): Problem {
  const { kind, detail, fields } = error;
  return {
    type: `/problems/${kind.code}`,
    title: kind.title[locale],
    status: kind.status,
    ...(detail === undefined ? {} : { detail }),
    code: kind.code,
    requestId,
    ...(fields.length === 0 ? {} : { errors: [...fields] }),
  };
}
