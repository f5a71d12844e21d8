import { type CdrSetting, type CdrSource, cdrSourceInFile, cdrSourceUnknown } from '@fanzha/contract';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  encodeCursor,
  inTransaction,
} from '../../platform/index.ts';
import { checkedSetting } from './cdr-setting.service.ts';
import { findSource, listSources, writeSource } from './cdr-source.store.ts';

const PAGE = 50;

/** A source that is set up. Throws AppError(cdr-source-unknown). */
export async function needSource(ctx: Context, name: string): Promise<CdrSource> {
  const source = await findSource(ctx, name);
  if (source === undefined) throw new AppError(cdrSourceUnknown, { detail: name });
  return source;
}

/** A page of sources, by name. */
export async function pageOfSources(
  ctx: Context,
  { cursor, limit = PAGE }: { readonly cursor?: string; readonly limit?: number },
): Promise<{ items: CdrSource[]; next?: string }> {
  const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, ['string'], ctx.locale);
  const rows = await listSources(ctx, String(after), limit + 1);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, ...(last ? { next: encodeCursor([last.name]) } : {}) };
}

/** Sets up a source. Throws AppError(invalid-input, cdr-source-in-file). */
export function setSource(ctx: Context, name: string, value: CdrSetting): Promise<CdrSource> {
  const setting = checkedSetting(value, ctx.locale);
  return inTransaction(ctx, async (inside) => {
    const known = await findSource(inside, name);
    if (known?.fromFile !== undefined) throw new AppError(cdrSourceInFile, { detail: known.fromFile });
    const changedAt = inside.clock.date().toISOString();
    const source: CdrSource = { name, setting, changedAt, changedBy: ctx.actor.name };
    await writeSource(inside, source);
    await audit(inside, 'cdr-source.set', name, { format: setting.format });
    return source;
  });
}
