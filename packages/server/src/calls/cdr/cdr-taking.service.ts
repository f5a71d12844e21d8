import type { FanzhaEvent } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import { AppError, type Context, type Vault } from '../../platform/index.ts';
import type { ImportStep } from './cdr-import.model.ts';
import {
  type CdrEngine,
  type EventOutcome,
  isConflict,
  type TakeOptions,
  takeEvents,
} from './cdr-intake.service.ts';
import type { ParsedBatch } from './cdr-parser.service.ts';
import type { SealedRefusal } from './cdr-refused.store.ts';
import { type RecordOutcome, type Refusal, stepOf } from './cdr-step.model.ts';

export interface TakingParts {
  readonly engine: CdrEngine;
  /** Names the wrong fields of an event; throws AppError. */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  readonly vault: Vault;
  /** Beyond it an event counts only beside nothing newer. */
  readonly latenessMs: number;
}

/** What became of a batch. */
export interface TakenBatch {
  readonly step: ImportStep;
  readonly refusals: readonly Refusal[];
}

/** Place that a refused record is sealed for. */
export const refusedSeal = (importId: string, line: number): string => `cdr refused ${importId} ${line}`;

const INTERNAL: Localized = { 'zh-CN': '内部错误，详见日志', en: 'an error of the program; see its log' };
const CONFLICT: Localized = {
  'zh-CN': '同一编号的话单已记录，内容不同（可能按另一设置导入过）',
  en: 'a record of this id was taken with other content, perhaps by another setting',
};

/** Takes batches of records into the engine, and says of each record what became of it. */
export class BatchTaker {
  readonly #parts: TakingParts;

  constructor(parts: TakingParts) {
    this.#parts = parts;
  }

  /** Takes a batch in, at the engine's pace; what became of it by record. */
  async take(ctx: Context, batch: ParsedBatch, options: TakeOptions): Promise<TakenBatch> {
    const outcomes = await takeEvents(this.#parts.engine, batch.lines, options);
    let from = 0;
    const records = batch.records.map(({ line, raw, at, events }): RecordOutcome => {
      const own = outcomes.slice(from, from + events);
      from += events;
      return { line, raw, at, outcomes: own };
    });
    const olderThan = ctx.clock.now() - this.#parts.latenessMs;
    const { step, failed } = stepOf(records, batch.refused.length, olderThan);
    const byEngine = failed.map((record) => this.#refusal(record));
    return { step, refusals: [...batch.refused, ...byEngine] };
  }

  /** Why the engine refused a record, in every language. */
  #refusal({ line, raw, outcomes }: RecordOutcome): Refusal {
    const outcome = (outcomes as readonly EventOutcome[]).find(({ ok }) => !ok);
    if (outcome === undefined || isConflict(outcome)) return { line, raw, field: 'id', reason: CONFLICT };
    const [zh, en] = (['zh-CN', 'en'] as const).map((locale) => this.#fault(outcome.text, locale));
    const field = en?.field || outcome.field || '(line)';
    const reason = { 'zh-CN': zh?.reason ?? INTERNAL['zh-CN'], en: en?.reason ?? INTERNAL.en };
    return { line, raw, field, reason };
  }

  #fault(event: string, locale: Locale): { field: string; reason: string } | undefined {
    try {
      this.#parts.parse(JSON.parse(event), locale);
      return undefined;
    } catch (error) {
      return error instanceof AppError ? error.fields[0] : undefined;
    }
  }

  /** Refused records as they are kept. */
  sealed(ctx: Context, importId: string, refusals: readonly Refusal[]): SealedRefusal[] {
    return refusals.map(({ line, field, reason, raw }) => ({
      line,
      field,
      reason,
      sealed: this.#parts.vault.seal(raw, refusedSeal(importId, line)),
      at: ctx.clock.date(),
    }));
  }
}
