import type { DecisionRow } from '@fanzha/contract';
import type { Clock } from '../platform/index.ts';

/** Rows that may wait for a reader; what comes while it is full is left out for that reader. */
const WAITING_ROWS = 32;
/** More rows a second than this nobody can follow. */
const ROWS_PER_SECOND = 20;

interface Reader {
  readonly rows: DecisionRow[];
  second: number;
  given: number;
  wake: () => void;
}

/** Hands decisions to whoever watches, as they are made. Never waits for a reader and never stores for a slow one. */
export interface LiveDecisions {
  /** `make` is called only when somebody watches and can take it. */
  publish(make: () => DecisionRow): void;
  /** Rows from now on, until the signal is aborted. */
  watch(signal: AbortSignal): AsyncIterable<DecisionRow>;
  readonly readers: number;
}

/** `onWatched` is told when the first begins to watch and when the last has left. */
export function createLiveDecisions(clock: Clock, onWatched: (isWatched: boolean) => void): LiveDecisions {
  const readers = new Set<Reader>();
  return {
    get readers() {
      return readers.size;
    },
    publish: (make) => {
      if (readers.size === 0) return;
      const second = Math.floor(clock.now() / 1000);
      let row: DecisionRow | undefined;
      for (const reader of readers) {
        if (reader.second !== second) {
          reader.second = second;
          reader.given = 0;
        }
        if (reader.given >= ROWS_PER_SECOND || reader.rows.length >= WAITING_ROWS) continue;
        reader.given += 1;
        row ??= make();
        reader.rows.push(row);
        reader.wake();
      }
    },
    async *watch(signal) {
      const reader: Reader = { rows: [], second: 0, given: 0, wake: () => undefined };
      readers.add(reader);
      if (readers.size === 1) onWatched(true);
      const onAbort = (): void => reader.wake();
      signal.addEventListener('abort', onAbort);
      try {
        while (!signal.aborted) {
          const row = reader.rows.shift();
          if (row) {
            yield row;
            continue;
          }
          await new Promise<void>((resolve) => {
            reader.wake = resolve;
            if (signal.aborted) resolve();
          });
        }
      } finally {
        readers.delete(reader);
        if (readers.size === 0) onWatched(false);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}
