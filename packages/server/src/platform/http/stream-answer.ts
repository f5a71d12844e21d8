import { setTimeout } from 'node:timers';

/** Media types of streamed answers. */
export const STREAM_TYPES = {
  ndjson: 'application/x-ndjson; charset=utf-8',
  sse: 'text/event-stream; charset=utf-8',
} as const;

/**
 * One JSON text a line; an array is a group of lines, and bytes are lines that are written already. Reads on only when
 * the client has taken what came before.
 */
export async function* jsonLines(items: AsyncIterable<unknown>): AsyncGenerator<string | Uint8Array> {
  for await (const item of items) {
    if (item instanceof Uint8Array) {
      yield item;
      continue;
    }
    let text = '';
    for (const line of Array.isArray(item) ? item : [item]) text += `${JSON.stringify(line)}\n`;
    if (text !== '') yield text;
  }
}

/** An iterable whose first item has been asked for, so that a failure before it can still become a problem answer. */
export async function startedEarly<T>(items: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = items[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const result = first;
        first = undefined;
        return result === undefined ? iterator.next() : Promise.resolve(result);
      },
      return: async (value?: unknown) => {
        await iterator.return?.(value);
        return { done: true, value: undefined };
      },
    }),
  };
}

const QUIET = Symbol('quiet');
const ENDED = Symbol('ended');

/** What happens first: the promise settles, the signal aborts, or nothing for `quietMs`. Leaves no listener behind. */
function firstOf<T>(
  next: Promise<T>,
  signal: AbortSignal,
  quietMs?: number,
): Promise<T | typeof ENDED | typeof QUIET> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const onAbort = (): void => end(() => resolve(ENDED));
    const timer = quietMs === undefined ? undefined : setTimeout(() => end(() => resolve(QUIET)), quietMs);
    signal.addEventListener('abort', onAbort);
    next.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
    if (signal.aborted) onAbort();
  });
}

/**
 * Server-sent events (WHATWG HTML section 9.2): a comment at once, so that the client knows it is connected, and one
 * in every quiet period, so that proxies keep the connection. Ends when `signal` says so, however long the source
 * would wait.
 */
export async function* serverSentEvents(
  items: AsyncIterable<unknown>,
  signal: AbortSignal,
  heartbeatMs: number,
): AsyncGenerator<string> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    yield ': connected\n\n';
    let next = iterator.next();
    for (;;) {
      const result = await firstOf(next, signal, heartbeatMs);
      if (result === ENDED) return;
      if (result === QUIET) {
        yield ': quiet\n\n';
        continue;
      }
      if (result.done === true) return;
      yield `data: ${JSON.stringify(result.value)}\n\n`;
      next = iterator.next();
    }
  } finally {
    // Not awaited: a source that is waiting for its next item only returns after it.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

/** The chunks of a request's body, ending early, as if it were complete, when `signal` says so. */
export async function* endingEarly(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  for (;;) {
    const result = await firstOf(iterator.next(), signal);
    if (result === ENDED || result === QUIET || result.done === true) return;
    yield result.value;
  }
}
