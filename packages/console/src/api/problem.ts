import type { FieldError, Problem } from '@fanzha/contract';

interface ProblemFacts {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly fields: readonly FieldError[];
}

/** Code of a failure that never reached the server. */
export const NETWORK = 'network';

/** What went wrong with a request: the server's problem (RFC 9457), or `network` when there was no answer. */
export class ProblemError extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(facts: ProblemFacts) {
    super(facts.title);
    this.name = 'ProblemError';
    this.code = facts.code;
    this.status = facts.status;
    this.detail = facts.detail;
    this.requestId = facts.requestId;
    this.fields = facts.fields;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'requestId' in body;
}

/** Reads the failure out of an answer; one that is no problem document (a proxy's page) keeps its status. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => undefined);
  const requestId = response.headers.get('x-request-id');
  if (!isProblem(body)) {
    return new ProblemError({
      code: 'unexpected-answer',
      status: response.status,
      title: `HTTP ${response.status}`,
      fields: [],
      ...(requestId === null ? {} : { requestId }),
    });
  }
  return new ProblemError({
    code: body.code,
    status: body.status,
    title: body.title,
    requestId: body.requestId,
    fields: body.errors ?? [],
    ...(body.detail === undefined ? {} : { detail: body.detail }),
  });
}
