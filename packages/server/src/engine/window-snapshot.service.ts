import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type Clock, type Logger, monotonicMicros } from '../platform/index.ts';
import type { Counting, CountingPiece } from './counting.model.ts';
import { WindowSnapshotError } from './window/windows.model.ts';
import {
  listSnapshots,
  readEnd,
  readSnapshot,
  type SnapshotEnd,
  type SnapshotFile,
  type SnapshotSealer,
  SnapshotWriter,
} from './window-snapshot.store.ts';

export interface WindowKeeperParts {
  /** Where snapshots are: `windows/` of the data folder. */
  readonly folder: string;
  readonly counting: Counting;
  readonly sealer: SnapshotSealer;
  /** The position after the last durable record of the journal. */
  readonly durableEnd: () => number;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where the counters were taken from at the start. */
export type RestoredFrom = 'newest' | 'older' | 'journal';

export interface WindowKeeperStatus {
  readonly restoredFrom: RestoredFrom;
  /** Time of the newest snapshot in milliseconds since the epoch, and its size; absent before the first. */
  readonly lastAt?: number;
  readonly lastBytes?: number;
  /** Longest time in milliseconds that the newest kept events waiting at once. */
  readonly longestPauseMs?: number;
  /** Why the last attempt failed, or what was damaged at the start. */
  readonly problem?: string;
}

/** Keeps the counters on the disk, so that a restart forgets nothing. */
export interface WindowKeeper {
  /**
   * Takes the counters from the newest snapshot that can be read. Returns the position from which the journal must be
   * counted again, or undefined when all of it must be.
   */
  restore(): Promise<number | undefined>;
  start(): void;
  /** Writes a last snapshot; call it once nothing is decided any more and the journal has written everything. */
  stop(): Promise<void>;
  /** Writes a snapshot now; false when there is nothing that could be written, or it failed (see status). */
  write(): Promise<boolean>;
  /** The journal must be kept from this position on, for the oldest snapshot that may be needed. */
  neededFrom(): number;
  status(): WindowKeeperStatus;
}

/** The newest and one before it, for when the newest is damaged. */
const GENERATIONS = 2;
/** How long the journal may take to become durable up to what a snapshot holds, before it is given up. */
const DURABLE_TRIES = 100;
const DURABLE_PAUSE_MS = 50;

export function createWindowKeeper(parts: WindowKeeperParts): WindowKeeper {
  return new FileKeeper(parts);
}

class FileKeeper implements WindowKeeper {
  readonly #parts: WindowKeeperParts;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #writing: Promise<boolean> | undefined;
  #restoredFrom: RestoredFrom = 'journal';
  #last: SnapshotFile | undefined;
  #lastAt: number | undefined;
  #longestPauseMs: number | undefined;
  #problem: string | undefined;
  /** Of each generation on the disk, newest first: the position after which it needs the journal. */
  #replayAfter: number[] = [];

  constructor(parts: WindowKeeperParts) {
    this.#parts = parts;
  }

  async restore(): Promise<number | undefined> {
    const { folder, counting, sealer, log } = this.#parts;
    if (counting.longestMs === 0) return undefined;
    const files = await listSnapshots(folder);
    this.#replayAfter = files.flatMap(({ path }) => readEnd(path)?.replayAfter ?? []);
    for (const [index, { path, bytes }] of files.entries()) {
      const started = monotonicMicros();
      try {
        const { replayAfter } = counting.restore(readSnapshot(path, sealer));
        this.#restoredFrom = index === 0 ? 'newest' : 'older';
        const ms = Math.round((monotonicMicros() - started) / 1000);
        log.info({ path, bytes, replayAfter, ms, keys: counting.stats().keys }, 'counters restored');
        return replayAfter + 1;
      } catch (error) {
        if (!(error instanceof WindowSnapshotError) && !isMissing(error)) throw error;
        this.#problem = (error as Error).message;
        log.warn({ path, reason: this.#problem }, 'a snapshot of the counters was passed over');
      }
    }
    return undefined;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.write();
  }

  write(): Promise<boolean> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  neededFrom(): number {
    const { counting } = this.#parts;
    if (counting.longestMs === 0 || this.#replayAfter.length === 0) return Number.MAX_SAFE_INTEGER;
    return Math.min(...this.#replayAfter) + 1;
  }

  status(): WindowKeeperStatus {
    return {
      restoredFrom: this.#restoredFrom,
      ...(this.#lastAt === undefined ? {} : { lastAt: this.#lastAt }),
      ...(this.#last === undefined ? {} : { lastBytes: this.#last.bytes }),
      ...(this.#longestPauseMs === undefined ? {} : { longestPauseMs: this.#longestPauseMs }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { everyMs } = this.#parts;
    for (;;) {
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      await this.write();
    }
  }

  async #write(): Promise<boolean> {
    const { counting, folder, sealer, log, clock } = this.#parts;
    // Without places in the journal nobody could tell what a snapshot holds.
    if (counting.longestMs === 0 || counting.position === undefined || counting.position < 0) return false;
    let writer: SnapshotWriter | undefined;
    try {
      writer = await SnapshotWriter.create(folder, sealer);
      const end = await this.#copy(writer);
      await this.#durable(end.position);
      this.#last = await writer.commit(clock.now(), GENERATIONS);
      this.#lastAt = clock.now();
      this.#replayAfter = [end.replayAfter, ...this.#replayAfter].slice(0, GENERATIONS);
      this.#problem = undefined;
      return true;
    } catch (error) {
      await writer?.abandon();
      this.#problem = (error as Error).message;
      log.warn({ reason: this.#problem }, 'no snapshot of the counters was written');
      return false;
    }
  }

  /** Copies the state piece by piece; between two of them events are decided. */
  async #copy(writer: SnapshotWriter): Promise<SnapshotEnd> {
    const { counting } = this.#parts;
    const replayAfter = counting.position ?? -1;
    let longest = 0;
    let pieces = 0;
    const source = counting.snapshot();
    for (;;) {
      const started = monotonicMicros();
      const next: IteratorResult<CountingPiece> = source.next();
      longest = Math.max(longest, monotonicMicros() - started);
      if (next.done) break;
      await writer.add(next.value);
      await turn();
      pieces += 1;
    }
    const position = counting.position;
    if (position === undefined)
      throw new WindowSnapshotError('an event was counted without a place in the journal');
    await writer.end(replayAfter, position);
    this.#longestPauseMs = longest / 1000;
    return { replayAfter, position, pieces };
  }

  /** A snapshot must not hold what the journal may still lose. */
  async #durable(position: number): Promise<void> {
    for (let tries = 0; this.#parts.durableEnd() <= position; tries++) {
      if (tries === DURABLE_TRIES) throw new Error('the journal is not durable up to what was counted');
      await pause(DURABLE_PAUSE_MS, undefined, { ref: false });
    }
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
