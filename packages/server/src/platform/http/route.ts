import type { BodyOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@fanzha/contract';
import type { Context } from '../context/context.ts';

/** What a handler gets of the request, already validated against the operation. */
export interface RouteInput<O> {
  readonly params: ParamsOf<O>;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  /** The raw body of a `streamIn` operation. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** For cookies and client address; only the session routes need it. */
  readonly client: ClientView;
}

export interface ClientView {
  readonly address: string;
  readonly userAgent: string;
  cookie(name: string): string | undefined;
  setCookie(name: string, value: string, maxAgeSeconds: number): void;
  clearCookie(name: string): void;
}

/** JSON lines may come in groups, or as bytes: handing over every single one can cost more than writing it. */
type Answer<O> = O extends { streamOut: 'ndjson' }
  ? AsyncIterable<ResponseOf<O> | readonly ResponseOf<O>[] | Uint8Array>
  : O extends { streamOut: string }
    ? AsyncIterable<ResponseOf<O>>
    : ResponseOf<O>;
export type Handler<O> = (ctx: Context, input: RouteInput<O>) => Promise<Answer<O>> | Answer<O>;

/** An operation with the verb that answers it. */
export interface RouteBinding {
  readonly operation: Operation;
  readonly handler: (ctx: Context, input: RouteInput<never>) => unknown;
}

/** Binds an operation to its handler; the types of the contract flow into the handler. */
export function route<O extends Operation>(operation: O, handler: Handler<O>): RouteBinding {
  return { operation, handler: handler as RouteBinding['handler'] };
}
