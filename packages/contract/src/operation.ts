import type { Localized } from '@fanzha/vocabulary';
import type { Static, TSchema } from 'typebox';
import type { Permission } from './permission.ts';
import type { ProblemKind } from './problem.ts';

/**
 * Who may call: one permission, anybody signed in (person or key), or the public.
 * There is no default: an operation without it does not compile, and the server refuses to boot.
 */
export type Access = Permission | 'signed-in' | 'public';

/** Bodies that flow instead of being held: JSON lines in or out, a file in, server-sent events out. */
export type StreamFormat = 'ndjson' | 'sse';

export interface Operation<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Response extends TSchema = TSchema,
> {
  /** `noun.verb`, unique; the OpenAPI operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `{name}` for parameters. */
  readonly path: string;
  readonly access: Access;
  readonly summary: Localized;
  readonly params?: Params;
  readonly query?: Query;
  /** Schema of the body; with `streamIn`, of one line of it. */
  readonly body?: Body;
  /** Schema of the answer; with `streamOut`, of one line or event of it. */
  readonly response: Response;
  /** Status of success; 200 unless told. */
  readonly status?: 200 | 201 | 202 | 204;
  /** `bytes`: a file, of any media type. */
  readonly streamIn?: 'ndjson' | 'bytes';
  readonly streamOut?: StreamFormat;
  /** An answer that is a text of this media type instead of JSON, the same for everybody for so many seconds. */
  readonly text?: { readonly type: string; readonly cacheSeconds: number };
  /** Failures peculiar to this operation; the general ones (401, 403, 429 ...) go without saying. */
  readonly errors: readonly ProblemKind[];
}

/** An operation whose answer flows keeps that in its type, so that its handler has to give an iterable. */
type Declared<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema, S> = [S] extends [
  StreamFormat,
]
  ? Operation<P, Q, B, R> & { readonly streamOut: S }
  : Operation<P, Q, B, R>;

/** Declares an operation; the identity, so that its types are kept. */
export function operation<
  P extends TSchema,
  Q extends TSchema,
  B extends TSchema,
  R extends TSchema,
  S extends StreamFormat | undefined = undefined,
>(declared: Operation<P, Q, B, R> & { readonly streamOut?: S }): Declared<P, Q, B, R, S> {
  return declared as unknown as Declared<P, Q, B, R, S>;
}

type Known<S, Missing> = [S] extends [TSchema] ? (TSchema extends S ? Missing : Static<S>) : Missing;

export type ParamsOf<O> =
  O extends Operation<infer P, TSchema, TSchema, TSchema> ? Known<P, undefined> : never;
export type QueryOf<O> =
  O extends Operation<TSchema, infer Q, TSchema, TSchema> ? Known<Q, undefined> : never;
export type BodyOf<O> = O extends Operation<TSchema, TSchema, infer B, TSchema> ? Known<B, undefined> : never;
export type ResponseOf<O> =
  O extends Operation<TSchema, TSchema, TSchema, infer R> ? Known<R, undefined> : never;
