import type { FanzhaEvent } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import { AppError, type Context, inTransaction, monotonicMicros, type Vault } from '../../platform/index.ts';
import type { ImportRecord } from './cdr-import.model.ts';
import {
  addStep,
  advanceFile,
  changeImport,
  type FileRecord,
  findFile,
  findFiles,
  insertFile,
  moveImport,
  setDoubt,
  startAnew,
} from './cdr-import.store.ts';
import {
  type CdrEngine,
  type EventOutcome,
  isConflict,
  recordedKeys,
  takeEvents,
} from './cdr-intake.service.ts';
import type { CdrLimits } from './cdr-limit.model.ts';
import type { ParsedBatch } from './cdr-parser.service.ts';
import type { CdrParserHost } from './cdr-parser-host.service.ts';
import type { FileBatch, FileLook } from './cdr-parser-thread.service.ts';
import type { CdrPlace } from './cdr-place.store.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';
import { deleteRefused, insertRefused, listRefused } from './cdr-refused.store.ts';
import { findSource } from './cdr-source.store.ts';
import { removeSpool } from './cdr-spool.store.ts';
import { type RecordOutcome, type Refusal, stepOf } from './cdr-step.model.ts';

export interface RunParts {
  readonly engine: CdrEngine;
  readonly parser: Pick<CdrParserHost, 'ask'>;
  /** Names the wrong fields of an event; throws AppError. */
  parse(input: unknown, locale: Locale): FanzhaEvent;
  readonly vault: Vault;
  readonly limits: CdrLimits;
  /** IANA zone of times without one. */
  readonly zone: string;
  readonly latenessMs: number;
}

/** How a run ended: `more` when it only made room for others. */
export type RunEnd = 'more' | 'ended' | 'stopped';

/** A file while it is taken in. */
interface Underway {
  readonly record: ImportRecord;
  readonly file: FileRecord;
  /** Refused records that are kept so far, and whether any record was taken. */
  kept: number;
  records: number;
  useful: boolean;
  /** End of the journal when the last batch was recorded. */
  position: number;
}

/** Where the file of an import lies. */
export function placeOf({ way, path }: Pick<ImportRecord, 'way' | 'path'>): CdrPlace {
  return { kind: way === 'upload' ? 'spool' : 'file', path };
}

/** Place that a refused record is sealed for. */
export const refusedSeal = (importId: string, line: number): string => `cdr refused ${importId} ${line}`;

/** Takes files in, piece by piece: a piece is in the journal before it is said to be read, and each record once. */
export class ImportRunner {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** What a file looks like. Throws CdrUnreadable. */
  look(place: CdrPlace): Promise<FileLook> {
    return this.#parts.parser.ask('look', place);
  }

  /** The file whose content this one begins with, as far as it was read before. Throws CdrUnreadable. */
  async known(
    ctx: Context,
    source: string,
    place: CdrPlace,
    look: FileLook,
  ): Promise<FileRecord | undefined> {
    const files = (await findFiles(ctx, source, look.heads)).filter(({ bytes }) => bytes > 0);
    if (files.length === 0) return undefined;
    const offsets = files.map(({ bytes }) => bytes);
    const tails = await this.#parts.parser.ask('tails', { place, offsets });
    return files.find(({ tail }, index) => tails[index] === tail);
  }

  /** Reads on for one turn. Throws what is no fault of the file, such as a database that is away; it may be run again. `whole` says that the file has its end, so that its last line is a record. */
  async run(ctx: Context, importId: string, whole: boolean, signal: AbortSignal): Promise<RunEnd> {
    const record = await moveImport(ctx, importId, 'running', {
      ended_at: null,
      problem_zh: null,
      problem_en: null,
    });
    if (record === undefined) return 'ended';
    try {
      return await this.#run(ctx, record, whole, signal);
    } catch (error) {
      if (signal.aborted) return 'stopped';
      if (!(error instanceof CdrUnreadable)) throw error;
      await this.fail(ctx, importId, error.reason);
      return 'ended';
    }
  }

  /** Says why an import cannot go on. */
  async fail(ctx: Context, importId: string, reason: Localized = INTERNAL): Promise<void> {
    const change = { ended_at: ctx.clock.date(), problem_zh: reason['zh-CN'], problem_en: reason.en };
    await moveImport(ctx, importId, 'failed', change);
  }

  async #run(ctx: Context, record: ImportRecord, whole: boolean, signal: AbortSignal): Promise<RunEnd> {
    const { parser, limits, zone } = this.#parts;
    const source = await findSource(ctx, record.source);
    if (source === undefined) throw new CdrUnreadable('来源已不存在', 'its source is not set up any more');
    const { setting } = source;
    const place = placeOf(record);
    const look = await this.look(place);
    const file = await this.#file(ctx, record, place, look);
    const { engine } = this.#parts;
    const known = file.inDoubt ? await recordedKeys(engine, record.source, file.position) : new Set<string>();
    const position = file.inDoubt ? file.position : await engine.journalEnd();
    if (!file.inDoubt) await setDoubt(ctx, file.id, { inDoubt: true, position });
    const at: Underway = {
      record,
      file,
      kept: record.kept,
      records: record.records,
      useful: record.taken + record.duplicates > 0 || record.alreadyRead > 0,
      position,
    };
    await changeImport(ctx, record.id, { total: look.size });
    await parser.ask('open', {
      place,
      start: {
        source: record.source,
        setting,
        zone,
        from: { offset: file.bytes, line: file.lines },
        whole,
        ...(file.reading === undefined ? {} : { reading: file.reading }),
      },
    });
    const until = look.packed ? Number.POSITIVE_INFINITY : monotonicMicros() + limits.turnSeconds * 1e6;
    const end = await this.#batches(ctx, at, known, until, signal);
    if (end !== undefined) {
      await parser.ask('close', null);
      return end;
    }
    const grows = record.way === 'folder' && !look.packed;
    const ended = grows ? {} : { ended_at: ctx.clock.date() };
    await moveImport(ctx, record.id, grows ? 'following' : 'done', { ...ended, bytes: look.size });
    if (record.way === 'upload') await removeSpool(record.path);
    return 'ended';
  }

  /** Takes batches until the file or the turn ends, or somebody stops it; undefined at the end of the file. */
  async #batches(
    ctx: Context,
    at: Underway,
    known: ReadonlySet<string>,
    until: number,
    signal: AbortSignal,
  ): Promise<RunEnd | undefined> {
    const { parser } = this.#parts;
    let end: RunEnd | undefined;
    // The next piece is read while this one is decided.
    let coming = parser.ask('next', null);
    try {
      for (let begun = monotonicMicros(); end === undefined; begun = monotonicMicros()) {
        const batch = await coming;
        if (batch === undefined) break;
        coming = parser.ask('next', null);
        coming.catch(() => undefined);
        const state = await this.#take(ctx, at, batch, known, begun, signal);
        if (state !== 'running') end = 'ended';
        else if (monotonicMicros() > until) end = 'more';
      }
    } catch (error) {
      if (!(error instanceof CdrUnreadable)) throw error;
      await setDoubt(ctx, at.file.id, { inDoubt: false });
      throw error;
    } finally {
      await coming.catch(() => undefined);
    }
    // Nothing is in doubt where a batch was written down to its end.
    await setDoubt(ctx, at.file.id, { inDoubt: false });
    return end;
  }

  /** The file that the import goes on with; where its content is another by now, from the beginning. */
  async #file(ctx: Context, record: ImportRecord, place: CdrPlace, look: FileLook): Promise<FileRecord> {
    const own = record.file === undefined ? undefined : await findFile(ctx, record.file);
    if (own !== undefined && own.bytes === 0) return own;
    const known = await this.known(ctx, record.source, place, look);
    if (known !== undefined && known.id === own?.id) return known;
    if (known !== undefined) {
      await changeImport(ctx, record.id, { file: known.id, already_read: known.bytes });
      return known;
    }
    const position = await this.#parts.engine.journalEnd();
    const id = await insertFile(ctx, record.source, position, ctx.clock.date());
    await changeImport(ctx, record.id, { file: id });
    return { id, bytes: 0, lines: 0, tail: '', position, inDoubt: true };
  }

  async #take(
    ctx: Context,
    at: Underway,
    batch: FileBatch,
    known: ReadonlySet<string>,
    begun: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { engine, limits } = this.#parts;
    const { record, file } = at;
    const options = { source: record.source, known, since: at.position, signal };
    const { step, refusals } = await this.#records(
      ctx,
      batch,
      await takeEvents(engine, batch.lines, options),
    );
    at.records += step.records;
    at.useful ||= step.taken + step.duplicates > 0;
    if (!at.useful && at.records >= limits.refusedAtOnce) {
      await inTransaction(ctx, (inside) => startAnew(inside, record.id, file.id));
      throw allRefused(at.records, refusals[0]);
    }
    const kept = refusals.slice(0, Math.max(0, limits.keepRefused - at.kept));
    at.kept += kept.length;
    at.position = await engine.journalEnd();
    const ms = Math.round((monotonicMicros() - begun) / 1000);
    return inTransaction(ctx, async (inside) => {
      await insertRefused(inside, record.id, this.#sealed(inside, record.id, kept));
      await advanceFile(inside, file.id, {
        ...batch,
        bytes: batch.next.offset,
        lines: batch.next.line,
        reading: batch.reading,
        position: at.position,
        at: inside.clock.date(),
      });
      const change = {
        bytes: batch.packedRead,
        ...(batch.reading ? { format: batch.reading.acc ? 'kamailio' : batch.reading.form } : {}),
      };
      return addStep(inside, record.id, { ...step, kept: kept.length }, change, ms);
    });
  }

  /** Sums the outcomes of a batch by record. */
  async #records(ctx: Context, batch: ParsedBatch, outcomes: readonly EventOutcome[]) {
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

  #sealed(ctx: Context, importId: string, refusals: readonly Refusal[]) {
    return refusals.map(({ line, field, reason, raw }) => ({
      line,
      field,
      reason,
      sealed: this.#parts.vault.seal(raw, refusedSeal(importId, line)),
      at: ctx.clock.date(),
    }));
  }

  /** Tries the refused records of an import again, a page at a time, by the present setting. */
  async retry(
    ctx: Context,
    record: ImportRecord,
    parsePage: (raws: readonly string[]) => AsyncIterable<ParsedBatch>,
  ): Promise<{ taken: number; duplicates: number; refused: number }> {
    const sum = { taken: 0, duplicates: 0, refused: 0 };
    for (let after = 0; ; ) {
      const page = await listRefused(ctx, record.id, { after, limit: RETRIED_AT_ONCE });
      const last = page.at(-1);
      if (last === undefined) return sum;
      after = last.line;
      const raws = page.map(({ line, sealed }) =>
        this.#parts.vault.open(sealed, refusedSeal(record.id, line)),
      );
      const starts = firstLines(raws);
      for await (const batch of parsePage(raws)) {
        const since = await this.#parts.engine.journalEnd();
        const options = {
          source: record.source,
          known: new Set<string>(),
          since,
          signal: new AbortController().signal,
        };
        const outcomes = await takeEvents(this.#parts.engine, batch.lines, options);
        const { step, refusals } = await this.#records(ctx, batch, outcomes);
        const still = new Set(refusals.map(({ line }) => line));
        const gone = batch.records.filter(({ line }) => !still.has(line)).map(({ line }) => line);
        const lines = gone
          .map((line) => page[starts.get(line) ?? -1]?.line)
          .filter((line) => line !== undefined);
        sum.taken += step.taken;
        sum.duplicates += step.duplicates;
        sum.refused += step.refused;
        await inTransaction(ctx, async (inside) => {
          await deleteRefused(inside, record.id, lines);
          const solved = { ...step, records: 0, refused: -lines.length, kept: -lines.length };
          await addStep(inside, record.id, solved, {}, 0);
        });
      }
    }
  }
}

const RETRIED_AT_ONCE = 500;

/** Index of a record by the line at which it begins when all of them are put one below the other. */
function firstLines(raws: readonly string[]): Map<number, number> {
  const starts = new Map<number, number>();
  let line = 1;
  for (const [index, raw] of raws.entries()) {
    starts.set(line, index);
    line += raw.split('\n').length;
  }
  return starts;
}

const INTERNAL: Localized = { 'zh-CN': '内部错误，详见日志', en: 'an error of the program; see its log' };
const CONFLICT: Localized = {
  'zh-CN': '同一编号的话单已记录，内容不同（可能按另一设置导入过）',
  en: 'a record of this id was taken with other content, perhaps by another setting',
};

function allRefused(records: number, first: Refusal | undefined): CdrUnreadable {
  const zh = first === undefined ? '' : `：第 ${first.line} 行 ${first.field} ${first.reason['zh-CN']}`;
  const en = first === undefined ? '' : `: line ${first.line}, ${first.field} ${first.reason.en}`;
  return new CdrUnreadable(
    `前 ${records} 条全部不能采用，请检查来源设置${zh}`,
    `none of the first ${records} records can be taken, check the setting of the source${en}`,
  );
}
