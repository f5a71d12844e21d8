import type { FieldError, ProblemKind } from '@fanzha/contract';
import { AppError } from '../errors/app-error.ts';

/** An error as it goes from one process to the other. */
interface WireFailure {
  readonly kind?: ProblemKind;
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  readonly retryAfter?: number;
  readonly message?: string;
}

/** The text of an error; of an expected one everything that whoever asked should know. */
export function failureText(error: unknown): string {
  return JSON.stringify(failureOf(error));
}

export function failureOf(error: unknown): WireFailure {
  if (!(error instanceof AppError))
    return { message: error instanceof Error ? error.message : String(error) };
  const { kind, detail, fields, retryAfter } = error;
  return {
    kind,
    fields,
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** The error again, in the process that asked. */
export function errorOf({ kind, message, ...more }: WireFailure): Error {
  return kind ? new AppError(kind, more) : new Error(message ?? 'the other process failed');
}
