import { setTimeout as pause } from 'node:timers/promises';
import type { Clock, Database, Logger } from '../platform/index.ts';
import { type JournalRow, readCheckpoint, writeDecisions } from './decision.store.ts';
import { type DecisionRecord, recordText } from './decision-record.model.ts';
import type { Journal, JournalRecord } from './journal/journal.model.ts';

export interface ProjectionParts {
  readonly db: Database;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ProjectionStatus {
  readonly state: 'ok' | 'behind' | 'stopped';
  /** Seconds since the newest written decision was decided, while others wait; 0 when none waits. */
  readonly lagSeconds: number;
  readonly written: number;
  /** Records that could not be read or written and were passed over. */
  readonly skipped: number;
  /** Why the last attempt failed, while it is being tried again. */
  readonly problem?: string;
}

/** Copies decisions from the journal into the database, each once, whatever happens to either. */
export interface Projection {
  start(): void;
  stop(): Promise<void>;
  status(): ProjectionStatus;
  /** Resolves when everything that is durable now has been written. */
  caughtUp(): Promise<void>;
}

const BATCH_ROWS = 1000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
const DAY_MS = 86_400_000;
/** Batches between two looks at what the journal may let go of. */
const RELEASE_EVERY = 200;

/** Errors of the data itself (SQLSTATE classes 22 and 23): trying again cannot help. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^2[23]/.test(code);
}

export function createProjection(parts: ProjectionParts): Projection {
  return new RunningProjection(parts);
}

class RunningProjection implements Projection {
  readonly #parts: ProjectionParts;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #checkpoint = 0;
  #written = 0;
  #skipped = 0;
  #newest = 0;
  #batches = 0;
  #problem: string | undefined;
  #waiting: { until: number; resolve: () => void }[] = [];

  constructor(parts: ProjectionParts) {
    this.#parts = parts;
    this.#newest = parts.clock.now();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  status(): ProjectionStatus {
    const { journal, clock } = this.#parts;
    const behind = this.#problem !== undefined;
    const waits = this.#checkpoint < journal.end - 1;
    return {
      state: this.#stop.signal.aborted ? 'stopped' : behind ? 'behind' : 'ok',
      lagSeconds: behind || waits ? Math.max(0, (clock.now() - this.#newest) / 1000) : 0,
      written: this.#written,
      skipped: this.#skipped,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  caughtUp(): Promise<void> {
    const until = this.#parts.journal.end - 1;
    if (this.#checkpoint >= until) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ until, resolve }));
  }

  /** Reads on from the checkpoint; after any failure it begins again there, later and later. */
  async #run(): Promise<void> {
    let delay = FIRST_RETRY_MS;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        this.#reach(await readCheckpoint(this.#parts));
        this.#problem = undefined;
        for await (const batch of this.#parts.journal.read(this.#checkpoint + 1, signal)) {
          for (let start = 0; start < batch.length; start += BATCH_ROWS) {
            await this.#write(batch.slice(start, start + BATCH_ROWS));
          }
          delay = FIRST_RETRY_MS;
          if (signal.aborted) return;
        }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (this.#problem === undefined) {
          this.#parts.log.warn({ reason }, 'decisions cannot be written to the database: trying again');
        }
        this.#problem = reason;
        await pause(delay, undefined, { signal }).catch(() => undefined);
        delay = Math.min(delay * 2, LONGEST_RETRY_MS);
      }
    }
  }

  async #write(batch: readonly JournalRecord[]): Promise<void> {
    const rows = batch.flatMap((record) => this.#decode(record));
    const last = batch.at(-1)?.position ?? this.#checkpoint;
    try {
      await this.#advance(rows, last);
    } catch (error) {
      if (!isDataError(error)) throw error;
      for (const row of rows) await this.#writeOne(row);
      await this.#advance([], last);
    }
    const { journal, clock } = this.#parts;
    this.#newest = rows.at(-1)?.record.decision.decidedAt ?? this.#newest;
    this.#batches += 1;
    if (this.#batches % RELEASE_EVERY === 0) await journal.release(this.#checkpoint, clock.now() - DAY_MS);
  }

  async #writeOne(row: JournalRow): Promise<void> {
    try {
      await this.#advance([row], row.seq);
    } catch (error) {
      if (!isDataError(error)) throw error;
      this.#skipped += 1;
      this.#parts.log.error(
        { position: row.seq, reason: (error as Error).message },
        'a decision was passed over because the database refuses it; the journal keeps it for a day',
      );
    }
  }

  async #advance(rows: readonly JournalRow[], checkpoint: number): Promise<void> {
    if (checkpoint === this.#checkpoint) return;
    const moved = await writeDecisions(this.#parts, rows, this.#checkpoint, checkpoint);
    if (!moved) throw new Error('the checkpoint was moved by another process');
    this.#written += rows.length;
    this.#reach(checkpoint);
  }

  #reach(checkpoint: number): void {
    this.#checkpoint = checkpoint;
    this.#waiting = this.#waiting.filter(({ until, resolve }) => {
      if (until > checkpoint) return true;
      resolve();
      return false;
    });
  }

  #decode(record: JournalRecord): JournalRow[] {
    try {
      const text = recordText(record.payload);
      return [{ seq: record.position, text, record: JSON.parse(text) as DecisionRecord }];
    } catch (error) {
      this.#skipped += 1;
      this.#parts.log.error(
        { position: record.position, reason: String(error) },
        'a journal record is unreadable',
      );
      return [];
    }
  }
}
