import type { BodyOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@fanzha/contract';
import { currentLocale } from '../i18n/locale.ts';
import { NETWORK, ProblemError, problemOf } from './problem.ts';

type Given<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [Key in Name]?: never }
  : { readonly [Key in Name]: Value };

/** What an operation needs: exactly the parts that its contract declares. */
export type CallInput<O> = Given<'params', ParamsOf<O>> &
  Given<'query', QueryOf<O>> &
  Given<'body', BodyOf<O>> & { readonly signal?: AbortSignal };

let csrfToken = '';

/** The session's token, sent with every request that changes something. */
export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** Path and query of an operation. Parameters and values are escaped; `undefined` values are left out. */
export function addressOf(
  operation: Pick<Operation, 'path'>,
  params: Readonly<Record<string, unknown>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

/** Calls an operation of the contract. Throws `ProblemError` for everything but success. */
export function call<O extends Operation>(operation: O, input: CallInput<O>): Promise<ResponseOf<O>> {
  const body = input.body === undefined ? undefined : JSON.stringify(input.body);
  const address = addressOf(operation, input.params, input.query);
  return send(operation, address, { body, type: 'application/json', signal: input.signal });
}

/** Sends a file to an operation that takes one. Throws `ProblemError`. */
export function sendFile<O extends Operation>(
  operation: O,
  input: Pick<CallInput<O>, 'query'>,
  file: Blob,
): Promise<ResponseOf<O>> {
  const address = addressOf(operation, {}, input.query);
  return send(operation, address, { body: file, type: 'application/octet-stream', signal: undefined });
}

interface Sent {
  readonly body: string | Blob | undefined;
  readonly type: string;
  readonly signal: AbortSignal | undefined;
}

async function send<O extends Operation>(
  { method }: O,
  address: string,
  { body, type, signal }: Sent,
): Promise<ResponseOf<O>> {
  const headers = new Headers({ accept: 'application/json', 'accept-language': currentLocale() });
  if (method !== 'GET' && csrfToken !== '') headers.set('x-csrf-token', csrfToken);
  if (body !== undefined) headers.set('content-type', type);
  const response = await fetch(address, {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ProblemError({ code: NETWORK, status: 0, title: '', fields: [] });
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? {} : await response.json()) as ResponseOf<O>;
}
