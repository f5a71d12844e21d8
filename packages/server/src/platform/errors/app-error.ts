import type { FieldError, ProblemKind } from '@fanzha/contract';

/** An expected failure: its declared kind, and what the caller should know. Anything else thrown becomes a bare 500. */
export class AppError extends Error {
  readonly kind: ProblemKind;
  readonly detail: string | undefined;
  readonly fields: readonly FieldError[];
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: ProblemKind,
    more: { detail?: string; fields?: readonly FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(more.detail ?? kind.title.en, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.detail = more.detail;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter;
  }
}
