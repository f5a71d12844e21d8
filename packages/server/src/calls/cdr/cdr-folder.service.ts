import { join } from 'node:path';
import type { Localized } from '@fanzha/vocabulary';
import { AppError, audit, type Context, inTransaction } from '../../platform/index.ts';
import type { FileRecord } from './cdr-file.store.ts';
import { type FoundFile, recordFiles, settingFile, subfolders } from './cdr-folder.store.ts';
import type { ImportRecord } from './cdr-import.model.ts';
import { changeImport, findFolderImport, insertImport, moveImport } from './cdr-import.store.ts';
import type { CdrLimits } from './cdr-limit.model.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';
import type { ImportRunner } from './cdr-run.service.ts';
import { checkedSetting } from './cdr-setting.service.ts';
import { findSource, writeSource } from './cdr-source.store.ts';

export interface FolderParts {
  readonly ctx: Context;
  readonly folder: string;
  readonly runner: Pick<ImportRunner, 'look' | 'known' | 'fail'>;
  readonly limits: CdrLimits;
}

interface Seen {
  readonly print: string;
  /** It was taken as complete, so that there is nothing more to read until it changes. */
  readonly whole: boolean;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,59}$/;
/** Files that are looked into before those that were found get their turn. */
const AT_ONCE = 50;

/**
 * Watches a folder with one subfolder a source: finds files that came, grew, were renamed or packed. What was read of a
 * file is known by its content, not its name.
 */
export class WatchedFolder {
  readonly #parts: FolderParts;
  readonly #seen = new Map<string, Seen>();
  readonly #settings = new Map<string, string>();
  readonly #problems = new Map<string, Localized>();

  constructor(parts: FolderParts) {
    this.#parts = parts;
  }

  /** What keeps subfolders from being read, by their names. */
  get problems(): ReadonlyMap<string, Localized> {
    return this.#problems;
  }

  /** Looks at a file again, though it has not changed. */
  forget(path: string): void {
    this.#seen.delete(path);
  }

  /** Imports that have something to read now, and whether their files have their end. */
  async look(): Promise<{ id: string; whole: boolean }[]> {
    const { folder } = this.#parts;
    const found: { id: string; whole: boolean }[] = [];
    const paths = new Set<string>();
    for (const name of await this.#subfolders(folder)) {
      if (!(await this.#prepare(name))) continue;
      for (const file of await recordFiles(join(folder, name))) {
        paths.add(file.path);
        if (found.length >= AT_ONCE) continue;
        const next = await this.#next(name, file);
        if (next) found.push(next);
      }
    }
    for (const path of this.#seen.keys()) if (!paths.has(path)) this.#seen.delete(path);
    return found;
  }

  /** A folder that is away, such as one of the network, keeps nothing else from being taken in. */
  async #subfolders(folder: string): Promise<string[]> {
    try {
      const names = await subfolders(folder);
      this.#problems.delete(folder);
      return names;
    } catch (error) {
      const { message } = error as Error;
      this.#problems.set(folder, { 'zh-CN': `无法读取：${message}`, en: `cannot be read: ${message}` });
      return [];
    }
  }

  async #next(source: string, file: FoundFile): Promise<{ id: string; whole: boolean } | undefined> {
    const { ctx, limits } = this.#parts;
    const whole = ctx.clock.now() - file.changedAt >= limits.settleSeconds * 1000;
    const seen = this.#seen.get(file.path);
    if (seen?.print === file.print && (seen.whole || !whole)) return undefined;
    const id = await this.#import(source, file, whole);
    if (id === 'later') return undefined;
    this.#seen.set(file.path, { print: file.print, whole });
    return id === undefined ? undefined : { id, whole };
  }

  /** The import that has something to read in a file; `later` while a packed file is still being written. */
  async #import(source: string, file: FoundFile, whole: boolean): Promise<string | 'later' | undefined> {
    const { ctx, runner } = this.#parts;
    const place = { kind: 'file', path: file.path } as const;
    try {
      const look = await runner.look(place);
      if (look.packed && !whole) return 'later';
      const known = await runner.known(ctx, source, place, look);
      const record = await this.#record(source, file, known);
      const isRead = look.packed ? record.total === look.size : known?.bytes === look.size;
      if (record.state === 'cancelled' || (known && isRead && record.state !== 'waiting')) return undefined;
      return record.id;
    } catch (error) {
      if (!(error instanceof CdrUnreadable)) throw error;
      if (!whole) return 'later';
      const record = await this.#record(source, file, undefined);
      if (await moveImport(ctx, record.id, 'running')) await runner.fail(ctx, record.id, error.reason);
      return undefined;
    }
  }

  /** The import of this content under whatever name it had, or a new one. */
  async #record(source: string, file: FoundFile, known: FileRecord | undefined): Promise<ImportRecord> {
    const { ctx } = this.#parts;
    const { path, name, size } = file;
    const record = await findFolderImport(ctx, source, known ? { file: known.id } : { path });
    if (record === undefined) {
      return insertImport(ctx, {
        source,
        way: 'folder',
        name: name.slice(-200),
        path,
        askedBy: ctx.actor.name,
        at: ctx.clock.date(),
        total: size,
      });
    }
    if (record.path !== path) await changeImport(ctx, record.id, { path, name: name.slice(-200) });
    return record;
  }

  /** Whether a subfolder may be read: its setting is taken over when it changed. */
  async #prepare(name: string): Promise<boolean> {
    const { ctx, folder } = this.#parts;
    const file = await settingFile(join(folder, name));
    const print = file?.print ?? 'none';
    if (this.#settings.get(name) === print) return !this.#problems.has(name);
    this.#problems.delete(name);
    try {
      if (!NAME.test(name)) throw new CdrUnreadable(NAME_FAULT['zh-CN'], NAME_FAULT.en);
      await this.#takeOver(name, file);
    } catch (error) {
      this.#problems.set(name, problemOf(error));
      ctx.log.warn({ err: error, folder: name }, 'call records: a subfolder cannot be read');
    }
    this.#settings.set(name, print);
    return !this.#problems.has(name);
  }

  async #takeOver(name: string, file: { path: string; text: string } | undefined): Promise<void> {
    const { ctx } = this.#parts;
    const known = await findSource(ctx, name);
    if (file === undefined && known?.fromFile === undefined && known !== undefined) return;
    const setting =
      file === undefined
        ? (known?.setting ?? { format: 'auto' as const })
        : checkedSetting(JSON.parse(file.text), 'en');
    if (known?.fromFile === file?.path && JSON.stringify(known?.setting) === JSON.stringify(setting)) return;
    await inTransaction(ctx, async (inside) => {
      await writeSource(inside, {
        name,
        setting,
        changedAt: inside.clock.date().toISOString(),
        changedBy: inside.actor.name,
        ...(file === undefined ? {} : { fromFile: file.path }),
      });
      await audit(inside, 'cdr-source.set', name, { by: 'watch-folder', format: setting.format });
    });
  }
}

const NAME_FAULT: Localized = {
  'zh-CN': '子文件夹名只能含小写字母、数字、点、下划线和连字符',
  en: 'the name of a subfolder must be of small letters, digits, dots, underscores and dashes',
};

function problemOf(error: unknown): Localized {
  if (error instanceof CdrUnreadable) return error.reason;
  const fields =
    error instanceof AppError ? error.fields.map(({ field, reason }) => `${field} ${reason}`) : [];
  const what = fields.length > 0 ? fields.join('; ') : (error as Error).message;
  return { 'zh-CN': `source.json 有误：${what}`, en: `source.json is wrong: ${what}` };
}
