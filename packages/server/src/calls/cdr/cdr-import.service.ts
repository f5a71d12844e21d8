import { basename, join } from 'node:path';
import { bodyTooLarge, type CdrImport, invalidInput, wrongState } from '@fanzha/contract';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  encodeCursor,
  inTransaction,
  type Vault,
} from '../../platform/index.ts';
import { importView } from './cdr-import.model.ts';
import { insertImport, listImports, moveImport, type NewImport } from './cdr-import.store.ts';
import type { CdrLimits } from './cdr-limit.model.ts';
import { needImport } from './cdr-refused.service.ts';
import { needSource } from './cdr-source.service.ts';
import { removeSpool, SpoolFull, spoolFolder, writeSpool } from './cdr-spool.store.ts';

export interface CdrImportParts {
  readonly dataFolder: string;
  readonly vault: Vault;
  readonly limits: CdrLimits;
  readonly newId: () => string;
  /** There is something to do. */
  wake(): void;
  /** A watched file is to be looked at again. */
  forget(path: string): void;
}

export interface ImportQuery {
  readonly cursor?: string;
  readonly limit?: number;
  readonly source?: string;
  readonly state?: CdrImport['state'];
  readonly way?: CdrImport['way'];
  readonly withRefused?: boolean;
  readonly from?: string;
  readonly to?: string;
}

const GIGABYTE = 1024 ** 3;
const PAGE = 50;
const EMPTY = { 'zh-CN': '文件为空', en: 'the file is empty' } as const;

/** Asks for a file to be taken in; recorded in the audit log. */
function ask(ctx: Context, asked: NewImport): Promise<CdrImport> {
  return inTransaction(ctx, async (inside) => {
    const record = await insertImport(inside, asked);
    const { source, way, name } = asked;
    await audit(inside, 'cdr.import', record.id, { source, way, name });
    return importView(record);
  });
}

/** A file of this machine, to be read where it lies by the program that serves. Throws AppError(cdr-source-unknown). */
export async function askForFile(ctx: Context, source: string, path: string): Promise<CdrImport> {
  await needSource(ctx, source);
  const at = ctx.clock.date();
  return ask(ctx, { source, way: 'command', name: basename(path), path, askedBy: ctx.actor.name, at });
}

/** An import and how far it is. Throws AppError(not-found). */
export async function importOf(ctx: Context, id: string): Promise<CdrImport> {
  return importView(await needImport(ctx, id));
}

/** Moves an import where somebody asked for it. Throws AppError(not-found, wrong-state). */
export function moveByHand(ctx: Context, id: string, to: 'cancelled' | 'waiting'): Promise<CdrImport> {
  return inTransaction(ctx, async (inside) => {
    const { state } = await needImport(inside, id);
    const ended = to === 'cancelled' ? inside.clock.date() : null;
    const moved = await moveImport(inside, id, to, { ended_at: ended });
    if (moved === undefined) throw new AppError(wrongState, { detail: state });
    await audit(inside, to === 'cancelled' ? 'cdr.cancel' : 'cdr.resume', id);
    return importView(moved);
  });
}

/** What people and systems do with imports of call records. */
export class CdrImports {
  readonly #parts: CdrImportParts;

  constructor(parts: CdrImportParts) {
    this.#parts = parts;
  }

  /** Takes an upload in, sealed on the disk until it was read. Throws AppError. */
  async upload(
    ctx: Context,
    { source, name = `${source}.cdr` }: { readonly source: string; readonly name?: string },
    stream: AsyncIterable<Uint8Array>,
  ): Promise<CdrImport> {
    const { dataFolder, newId, vault, limits, wake } = this.#parts;
    await needSource(ctx, source);
    const path = join(spoolFolder(dataFolder), newId());
    try {
      const total = await writeSpool(path, stream, vault, limits.uploadGigabytes * GIGABYTE);
      if (total === 0)
        throw new AppError(invalidInput, { fields: [{ field: 'body', reason: EMPTY[ctx.locale] }] });
      const at = ctx.clock.date();
      const view = await ask(ctx, { source, way: 'upload', name, path, askedBy: ctx.actor.name, at, total });
      wake();
      return view;
    } catch (error) {
      await removeSpool(path);
      if (!(error instanceof SpoolFull)) throw error;
      throw new AppError(bodyTooLarge, { detail: `> ${limits.uploadGigabytes} GiB` });
    }
  }

  /** A page, newest first. */
  async page(ctx: Context, query: ImportQuery): Promise<{ items: CdrImport[]; next?: string }> {
    const { cursor, limit = PAGE, from, to, ...filter } = query;
    const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'number'], ctx.locale);
    const rows = await listImports(ctx, {
      ...filter,
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
      ...(at === undefined ? {} : { after: { at: new Date(Number(at)), id: Number(id) } }),
      limit: limit + 1,
    });
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(importView),
      ...(last ? { next: encodeCursor([last.askedAt, Number(last.id)]) } : {}),
    };
  }

  /** Stops an import; what was taken stays. Throws AppError(not-found, wrong-state). */
  cancel(ctx: Context, id: string): Promise<CdrImport> {
    return moveByHand(ctx, id, 'cancelled');
  }

  /** Lets an import go on where it stopped. Throws AppError(not-found, wrong-state). */
  async resume(ctx: Context, id: string): Promise<CdrImport> {
    const view = await moveByHand(ctx, id, 'waiting');
    const { way, path } = await needImport(ctx, id);
    if (way === 'folder') this.#parts.forget(path);
    this.#parts.wake();
    return view;
  }
}
