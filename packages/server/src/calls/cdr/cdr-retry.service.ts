import { type Context, inTransaction, type Vault } from '../../platform/index.ts';
import type { ImportRecord } from './cdr-import.model.ts';
import { addStep } from './cdr-import.store.ts';
import type { CdrEngine } from './cdr-intake.service.ts';
import { type ParseStart, parseCdr } from './cdr-parser.service.ts';
import { deleteRefused, insertRefused, listRefused } from './cdr-refused.store.ts';
import type { Refusal } from './cdr-step.model.ts';
import { type BatchTaker, refusedSeal } from './cdr-taking.service.ts';

export interface RetryParts {
  readonly engine: Pick<CdrEngine, 'journalEnd'>;
  readonly taker: BatchTaker;
  readonly vault: Vault;
}

/** What became of the records that were tried again. */
export interface Retried {
  readonly taken: number;
  readonly duplicates: number;
  readonly refused: number;
}

const AT_ONCE = 500;

/** Tries the refused records of an import again, a page at a time; those that are refused again say why now. */
export async function retryRefused(
  ctx: Context,
  parts: RetryParts,
  record: ImportRecord,
  start: ParseStart,
): Promise<Retried> {
  const sum = { taken: 0, duplicates: 0, refused: 0 };
  for (let after = 0; ; ) {
    const page = await listRefused(ctx, record.id, { after, limit: AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) return sum;
    after = last.line;
    const kept = page.map(({ line, sealed }) => ({
      line,
      raw: parts.vault.open(sealed, refusedSeal(record.id, line)),
    }));
    const { taken, duplicates, refused } = await retryPage(ctx, parts, record, { kept, start });
    sum.taken += taken;
    sum.duplicates += duplicates;
    sum.refused += refused;
  }
}

interface KeptPage {
  readonly kept: readonly { readonly line: number; readonly raw: string }[];
  readonly start: ParseStart;
}

async function retryPage(
  ctx: Context,
  { engine, taker }: RetryParts,
  record: ImportRecord,
  { kept, start }: KeptPage,
): Promise<Retried> {
  const starts = firstLines(kept.map(({ raw }) => raw));
  const sum = { taken: 0, duplicates: 0, refused: 0 };
  const again: Refusal[] = [];
  for await (const batch of parseCdr(bytesOf(kept.map(({ raw }) => raw)), start)) {
    const since = await engine.journalEnd();
    const { signal } = new AbortController();
    const options = { source: record.source, known: new Set<string>(), since, signal };
    const { step, refusals } = await taker.take(ctx, batch, options);
    sum.taken += step.taken;
    sum.duplicates += step.duplicates;
    for (const refusal of refusals) {
      const own = kept[starts.get(refusal.line) ?? -1];
      if (own !== undefined) again.push({ ...refusal, ...own });
    }
    await addStep(ctx, record.id, { ...step, records: 0, refused: 0, kept: 0 }, {}, 0);
  }
  sum.refused = again.length;
  const fewer = again.length - kept.length;
  const none = { records: 0, taken: 0, duplicates: 0, older: 0, verdicts: {} };
  await inTransaction(ctx, async (inside) => {
    const lines = kept.map(({ line }) => line);
    await deleteRefused(inside, record.id, lines);
    await insertRefused(inside, record.id, taker.sealed(inside, record.id, again));
    await addStep(inside, record.id, { ...none, refused: fewer, kept: fewer }, {}, 0);
  });
  return sum;
}

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

async function* bytesOf(raws: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${raws.join('\n')}\n`);
}
