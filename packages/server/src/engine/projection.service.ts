import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { Clock, Database, Logger } from '../platform/index.ts';
import { type Projected, readCheckpoint, type StoredRow, writeProjected } from './decision.store.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { EventTally } from './event-tally.store.ts';
import type { JournalRecord } from './journal/journal.model.ts';
import { decodeEntry } from './journal-entry.model.ts';
import { Listing, type ListingPart } from './listing.model.ts';
import type { Recorder } from './recorder.service.ts';
import type { ScoreTally } from './score-tally.model.ts';

export interface ProjectionParts {
  readonly db: Database;
  readonly core: Pick<EngineCore, 'journal' | 'release' | 'durableEnd'>;
  readonly recorder: Recorder;
  /** Plain decisions of a second that are listed; more are only counted. */
  readonly plainRowsPerSecond: number;
  /** Counts the scores of models; one for each batch. */
  readonly newTally?: () => ScoreTally;
  /** What rooms count of events. */
  readonly tallies?: readonly EventTally[];
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ProjectionStatus {
  readonly state: 'ok' | 'behind' | 'stopped';
  /** Seconds since the newest written decision was decided, while others wait; 0 when none waits. */
  readonly lagSeconds: number;
  readonly written: number;
  /** Plain decisions since the start that are counted and not listed. */
  readonly unlisted: number;
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

const BATCH_ROWS = 250;
const ROWS_IN_TURN = 25;
/** Lists may be so far behind at any time. */
const GATHER_MS = 100;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
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
  readonly #listing: Listing;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #checkpoint = 0;
  #written = 0;
  #unlisted = 0;
  #skipped = 0;
  #newest = 0;
  #batches = 0;
  #problem: string | undefined;
  #wake: AbortController | undefined;
  #waiting: { until: number; resolve: () => void }[] = [];

  constructor(parts: ProjectionParts) {
    this.#parts = parts;
    this.#listing = new Listing(parts.plainRowsPerSecond);
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
    const { core, clock } = this.#parts;
    const behind = this.#problem !== undefined;
    const waits = this.#checkpoint < core.journal.end - 1;
    return {
      state: this.#stop.signal.aborted ? 'stopped' : behind ? 'behind' : 'ok',
      lagSeconds: behind || waits ? Math.max(0, (clock.now() - this.#newest) / 1000) : 0,
      written: this.#written,
      unlisted: this.#unlisted,
      skipped: this.#skipped,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  async caughtUp(): Promise<void> {
    const until = (await this.#parts.core.durableEnd()) - 1;
    if (this.#checkpoint >= until) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push({ until, resolve });
      this.#wake?.abort();
    });
  }

  /** Reads on from the checkpoint; after any failure it begins again there, later and later. */
  async #run(): Promise<void> {
    let delay = FIRST_RETRY_MS;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        this.#reach(await readCheckpoint(this.#parts));
        this.#problem = undefined;
        for await (const batch of this.#parts.core.journal.read(this.#checkpoint + 1, signal)) {
          for (const part of this.#listing.parts(batch, BATCH_ROWS)) await this.#write(part);
          delay = FIRST_RETRY_MS;
          if (signal.aborted) return;
          await this.#gather();
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

  /** Lets some come together: a transaction for every event would cost more than all of them in one. */
  async #gather(): Promise<void> {
    if (this.#waiting.length > 0) return;
    const wake = new AbortController();
    this.#wake = wake;
    const signal = AbortSignal.any([this.#stop.signal, wake.signal]);
    await pause(GATHER_MS, undefined, { signal }).catch(() => undefined);
    this.#wake = undefined;
  }

  async #write({ listed, unlisted, marks, last, decidedAt }: ListingPart): Promise<void> {
    const rows: StoredRow[] = [];
    for (const [index, record] of listed.entries()) {
      // Inline requests must not wait for a page of rows to be made.
      if (index % ROWS_IN_TURN === ROWS_IN_TURN - 1) await nextTurn();
      rows.push(...this.#row(record));
    }
    try {
      await this.#advance({ rows, unlisted, marks }, last);
    } catch (error) {
      if (!isDataError(error)) throw error;
      for (const row of rows) await this.#writeOne(row);
      await this.#advance({ rows: [], unlisted, marks }, last);
    }
    const { core } = this.#parts;
    this.#newest = Math.max(this.#newest, decidedAt, rows.at(-1)?.record.decision.decidedAt ?? 0);
    this.#batches += 1;
    if (this.#batches % RELEASE_EVERY === 0) await core.release(this.#checkpoint);
  }

  async #writeOne(row: StoredRow): Promise<void> {
    try {
      await this.#advance({ rows: [row], unlisted: [], marks: [] }, row.seq);
    } catch (error) {
      if (!isDataError(error)) throw error;
      this.#skipped += 1;
      this.#parts.log.error(
        { position: row.seq, reason: (error as Error).message },
        'a decision was passed over because the database refuses it; the journal keeps it',
      );
    }
  }

  async #advance(projected: Projected, checkpoint: number): Promise<void> {
    if (checkpoint === this.#checkpoint) return;
    const moved = await writeProjected(this.#parts, projected, this.#checkpoint, checkpoint);
    if (!moved) throw new Error('the checkpoint was moved by another process');
    this.#written += projected.rows.length;
    this.#unlisted += projected.unlisted.reduce((sum, { events }) => sum + events, 0);
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

  #row({ position, payload }: JournalRecord): StoredRow[] {
    try {
      const entry = decodeEntry(payload);
      const { mark = '' } = entry;
      return [{ seq: position, record: this.#parts.recorder.kept(entry), mark }];
    } catch (error) {
      this.#skipped += 1;
      this.#parts.log.error({ position, reason: String(error) }, 'a journal record is unreadable');
      return [];
    }
  }
}
