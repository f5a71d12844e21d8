/** One record as it was appended, with its place. */
export interface JournalRecord {
  /** Grows from record to record, with gaps; never used twice, not even when the end of a journal was lost. */
  readonly position: number;
  readonly payload: Uint8Array;
}

/** Records that became durable together, as one sealed block: `position` is that of the first. */
export interface Frame {
  readonly position: number;
  readonly records: number;
  readonly payload: Uint8Array;
}

export interface JournalStatus {
  readonly state: 'ok' | 'down';
  /** Why it is down, for the operator. */
  readonly problem?: string;
  readonly segments: number;
  readonly bytes: number;
  readonly appended: number;
  /** Damaged places found and set aside since the start. */
  readonly damaged: number;
  /** Payload bytes that wait to be written. */
  readonly queuedBytes: number;
}

/** What of a journal can be read, also beside its writer. */
export interface JournalReader {
  /**
   * Batches of records from a position on, in order. Ends at the end of the journal, or with `follow` waits there for
   * more until the signal is aborted.
   */
  read(from: number, follow?: AbortSignal): AsyncIterable<readonly JournalRecord[]>;
  /** The record at a position, or undefined when there is none (any more). */
  get(position: number): Promise<JournalRecord | undefined>;
  /** A position from which all records written since an instant can be read, at most `maxBytes` before the end. */
  since(instant: number, maxBytes: number): Promise<number>;
  /** The position after the last durable record; 0 when there is none. */
  readonly end: number;
}

/**
 * Where events are durable before they are acknowledged: append only, read in order. Laws that every implementation
 * keeps are in `journal.laws.ts`.
 */
export interface Journal extends JournalReader {
  /**
   * Resolves with the positions when all payloads are durable, in order; rejects with JournalUnavailable when none of
   * them is. Appends of one tick become durable together.
   */
  append(payloads: readonly Uint8Array[]): Promise<readonly number[]>;
  /** Lets go of whole files of records before a position: of those written before `olderThan` (ms since the epoch), and of the oldest while all are more than `maxBytes`. */
  release(before: number, olderThan: number, maxBytes: number): Promise<void>;
  /** The position that the next appended record gets. */
  readonly next: number;
  status(): JournalStatus;
  /** Writes what is queued and closes. */
  close(): Promise<void>;
}

/** Nothing of the append is durable; trying again later makes sense. */
export class JournalUnavailable extends Error {
  constructor(cause: unknown) {
    super(`journal unavailable: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'JournalUnavailable';
  }
}
