import { setTimeout as after, clearTimeout as never } from 'node:timers';
import { eventIdConflict, type FanzhaEvent, NOT_RECORDED } from '@fanzha/contract';
import { AppError, type Logger } from '../platform/index.ts';
import type { EngineDecision } from './decision.model.ts';
import type { Taken } from './intake.service.ts';
import { eventKey, type JournalEntry, sameEvent } from './journal-entry.model.ts';
import type { Lack, OverloadSetting } from './overload.model.ts';

const MEGABYTE = 1024 * 1024;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;
/** Recorded in one go. */
const GROUP = 200;

export interface UnrecordedParts {
  readonly setting: Pick<OverloadSetting, 'keepUnrecorded' | 'keepMegabytes'>;
  /** Records decisions; gives the keys of those that are recorded now. Throws when it cannot be done yet. */
  record(entries: readonly JournalEntry[]): Promise<readonly string[]>;
  readonly log: Logger;
}

/** Decisions that were answered and are not recorded: kept in bounded memory, recorded once that is possible again. */
export class Unrecorded {
  readonly #parts: UnrecordedParts;
  /** Entries as JSON texts, by the key of their event: what they take is known then. */
  readonly #entries = new Map<string, string>();
  #bytes = 0;
  #lost = 0;
  #delay = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(parts: UnrecordedParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Decisions that found no place. */
  get lost(): number {
    return this.#lost;
  }

  has(event: FanzhaEvent): boolean {
    return this.#entries.has(eventKey(event));
  }

  /** The answer to an event that waits here, for one that is the same in every field. Throws event-id-conflict. */
  find(event: FanzhaEvent): Taken | undefined {
    const text = this.#entries.get(eventKey(event));
    if (text === undefined) return undefined;
    const entry = JSON.parse(text) as JournalEntry;
    if (!sameEvent(entry.event, event)) throw new AppError(eventIdConflict);
    return unrecordedAnswer(entry, true);
  }

  keep(entry: JournalEntry): void {
    const key = eventKey(entry.event);
    if (this.#entries.has(key)) return;
    const { keepUnrecorded, keepMegabytes } = this.#parts.setting;
    const text = JSON.stringify(entry);
    if (this.size >= keepUnrecorded || this.#bytes + text.length > keepMegabytes * MEGABYTE) {
      this.#lost += 1;
      return;
    }
    if (this.size === 0)
      this.#parts.log.warn({}, 'decisions are answered unrecorded; they are kept for later');
    this.#entries.set(key, text);
    this.#bytes += text.length;
    this.#schedule();
  }

  /** Records what waits now; resolves when that was tried. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
      if (this.size > 0) this.#schedule();
    });
    return this.#flushing;
  }

  /** Tries for a last time. */
  async stop(): Promise<void> {
    await this.flush();
    never(this.#timer);
    if (this.size > 0) this.#parts.log.error({ decisions: this.size }, 'decisions stay unrecorded');
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#flushing !== undefined) return;
    this.#timer = after(() => {
      this.#timer = undefined;
      void this.flush();
    }, this.#delay);
    this.#timer.unref();
  }

  async #flush(): Promise<void> {
    const keys = [...this.#entries.keys()];
    try {
      for (let first = 0; first < keys.length; first += GROUP) {
        const texts = keys.slice(first, first + GROUP).flatMap((key) => this.#entries.get(key) ?? []);
        const recorded = await this.#parts.record(texts.map((text) => JSON.parse(text) as JournalEntry));
        for (const key of recorded) this.#drop(key);
      }
      this.#delay = FIRST_RETRY_MS;
      if (keys.length > 0 && this.size === 0) {
        this.#parts.log.info({ decisions: keys.length, lost: this.#lost }, 'decisions are recorded again');
      }
    } catch {
      this.#delay = Math.min(this.#delay * 2, LONGEST_RETRY_MS);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.length ?? 0;
    this.#entries.delete(key);
  }
}

/** A decision that says what was missing when it was answered. */
export function lacking(decision: EngineDecision, lack: Lack): EngineDecision {
  return { ...decision, degraded: [...decision.degraded, lack] };
}

export function unrecordedAnswer(entry: JournalEntry, duplicate: boolean): Taken {
  return { id: NOT_RECORDED, entry, duplicate };
}
