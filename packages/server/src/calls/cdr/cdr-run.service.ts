import type { Localized } from '@fanzha/vocabulary';
import { type Context, inTransaction, monotonicMicros } from '../../platform/index.ts';
import {
  advanceFile,
  type FileRecord,
  findFile,
  findFiles,
  insertFile,
  readAnew,
  setDoubt,
} from './cdr-file.store.ts';
import type { ImportRecord } from './cdr-import.model.ts';
import { addStep, changeImport, forgetFigures, moveImport } from './cdr-import.store.ts';
import { type CdrEngine, recordedKeys } from './cdr-intake.service.ts';
import type { CdrLimits } from './cdr-limit.model.ts';
import type { CdrParserHost } from './cdr-parser-host.service.ts';
import type { FileBatch, FileLook } from './cdr-parser-thread.service.ts';
import type { CdrPlace } from './cdr-place.store.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';
import { insertRefused } from './cdr-refused.store.ts';
import { findSource } from './cdr-source.store.ts';
import { removeSpool } from './cdr-spool.store.ts';
import type { Refusal } from './cdr-step.model.ts';
import type { BatchTaker } from './cdr-taking.service.ts';

export interface RunParts {
  readonly engine: CdrEngine;
  readonly parser: Pick<CdrParserHost, 'ask'>;
  readonly taker: BatchTaker;
  readonly limits: CdrLimits;
  /** IANA zone of times without one. */
  readonly zone: string;
}

/** What was read of a packed file has to be unpacked again to go on with it. */
const PACKED_TURNS = 6;

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
    const turns = look.packed ? PACKED_TURNS : 1;
    const until = monotonicMicros() + turns * limits.turnSeconds * 1e6;
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
    const { engine, limits, taker } = this.#parts;
    const { record, file } = at;
    const options = { source: record.source, known, since: at.position, signal };
    const { step, refusals } = await taker.take(ctx, batch, options);
    at.records += step.records;
    at.useful ||= step.taken + step.duplicates > 0;
    if (!at.useful && at.records >= limits.refusedAtOnce) {
      await inTransaction(ctx, async (inside) => {
        await readAnew(inside, file.id);
        await forgetFigures(inside, record.id);
      });
      throw allRefused(at.records, refusals[0]);
    }
    const kept = refusals.slice(0, Math.max(0, limits.keepRefused - at.kept));
    at.kept += kept.length;
    at.position = await engine.journalEnd();
    const ms = Math.round((monotonicMicros() - begun) / 1000);
    return inTransaction(ctx, async (inside) => {
      await insertRefused(inside, record.id, taker.sealed(inside, record.id, kept));
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
}

const INTERNAL: Localized = { 'zh-CN': '内部错误，详见日志', en: 'an error of the program; see its log' };

function allRefused(records: number, first: Refusal | undefined): CdrUnreadable {
  const zh = first === undefined ? '' : `：第 ${first.line} 行 ${first.field} ${first.reason['zh-CN']}`;
  const en = first === undefined ? '' : `: line ${first.line}, ${first.field} ${first.reason.en}`;
  return new CdrUnreadable(
    `前 ${records} 条全部不能采用，请检查来源设置${zh}`,
    `none of the first ${records} records can be taken, check the setting of the source${en}`,
  );
}
