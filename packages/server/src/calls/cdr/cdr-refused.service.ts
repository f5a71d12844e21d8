import { type CdrRefused, notFound, wrongState } from '@fanzha/contract';
import { AppError, audit, type Context, decodeCursor, encodeCursor } from '../../platform/index.ts';
import { findFile } from './cdr-file.store.ts';
import { type ImportRecord, maskedRecord } from './cdr-import.model.ts';
import { findImport } from './cdr-import.store.ts';
import type { ParseStart } from './cdr-parser.service.ts';
import { listRefused } from './cdr-refused.store.ts';
import { type RetryParts, retryRefused } from './cdr-retry.service.ts';
import { needSource } from './cdr-source.service.ts';
import { refusedSeal } from './cdr-taking.service.ts';

export interface RefusedParts extends RetryParts {
  /** IANA zone of times without one. */
  readonly zone: string;
}

const PAGE = 50;
const OPENED_AT_ONCE = 500;

/** An import. Throws AppError(not-found). */
export async function needImport(ctx: Context, id: string): Promise<ImportRecord> {
  const found = await findImport(ctx, id);
  if (found === undefined) throw new AppError(notFound);
  return found;
}

/** Records that could not be taken: seen masked, opened with a purpose, tried again. */
export class RefusedRecords {
  readonly #parts: RefusedParts;

  constructor(parts: RefusedParts) {
    this.#parts = parts;
  }

  /** A page of them, by line, with longer numbers masked. Throws AppError(not-found). */
  async page(
    ctx: Context,
    id: string,
    { cursor, limit = PAGE, field }: { cursor?: string; limit?: number; field?: string },
  ): Promise<{ items: CdrRefused[]; next?: string }> {
    await needImport(ctx, id);
    const [after = 0] = cursor === undefined ? [] : decodeCursor(cursor, ['number'], ctx.locale);
    const options = { after: Number(after), limit: limit + 1, ...(field === undefined ? {} : { field }) };
    const rows = await listRefused(ctx, id, options);
    const items = rows.slice(0, limit).map(({ line, sealed, at, ...row }) => ({
      ...row,
      line,
      shown: maskedRecord(this.#parts.vault.open(sealed, refusedSeal(id, line))),
      at: at.toISOString(),
    }));
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, ...(last ? { next: encodeCursor([last.line]) } : {}) };
  }

  /** All as they came; the look is recorded before any of them is shown. Throws AppError(not-found). */
  async open(ctx: Context, id: string, purpose: string, note?: string) {
    const { kept } = await needImport(ctx, id);
    const why = { purpose, ...(note === undefined ? {} : { note }) };
    await audit(ctx, 'cdr-refused.open', id, { ...why, records: kept });
    return this.#opened(ctx, id);
  }

  async *#opened(ctx: Context, id: string) {
    for (let after = 0; ; ) {
      const page = await listRefused(ctx, id, { after, limit: OPENED_AT_ONCE });
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.line;
      yield page.map(({ line, field, reason, sealed }) => ({
        line,
        field,
        reason: reason[ctx.locale],
        raw: this.#parts.vault.open(sealed, refusedSeal(id, line)),
      }));
    }
  }

  /** Tries them again by the present setting. Throws AppError(not-found, wrong-state). */
  async retry(ctx: Context, id: string) {
    const record = await needImport(ctx, id);
    if (record.state === 'running' || record.state === 'waiting') throw new AppError(wrongState);
    const start = await this.#start(ctx, record);
    const result = await retryRefused(ctx, this.#parts, record, start);
    await audit(ctx, 'cdr-refused.retry', id, { ...result });
    return result;
  }

  /** Records are kept as text: whatever the file was in, they are UTF-8 now, and have no header above them. */
  async #start(ctx: Context, record: ImportRecord): Promise<ParseStart> {
    const { setting } = await needSource(ctx, record.source);
    const file = record.file === undefined ? undefined : await findFile(ctx, record.file);
    const reading = setting.columns === undefined ? file?.reading : undefined;
    return {
      source: record.source,
      setting: { ...setting, encoding: 'utf-8' },
      zone: this.#parts.zone,
      from: { offset: 0, line: 0 },
      whole: true,
      ...(reading === undefined ? {} : { reading }),
    };
  }
}
