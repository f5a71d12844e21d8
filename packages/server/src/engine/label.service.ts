import {
  invalidInput,
  type Label,
  type LabelChange,
  LabelLine,
  type LabelLineResult,
  type labelsList,
  malformedBody,
  notFound,
  type QueryOf,
} from '@fanzha/contract';
import { closest, type Locale, type Localized } from '@fanzha/vocabulary';
import {
  AppError,
  audit,
  type Context,
  compileSchema,
  decodeCursor,
  encodeCursor,
  inTransaction,
} from '../platform/index.ts';
import { findStored } from './decision-query.service.ts';
import { decisionId, positionOf } from './decision-record.model.ts';
import type { JournalReader } from './journal/journal.model.ts';
import { changeView, labelOf, labelView, type Said, type StoredLabel, saysTheSame } from './label.model.ts';
import {
  addChange,
  deleteLabel,
  findEventDecision,
  findLabel,
  listChanges,
  listLabels,
  lockLabel,
  writeLabel,
} from './label.store.ts';
import { type Line, LineSplitter, MAX_LINE_BYTES } from './line.model.ts';

export interface LabelParts {
  /** Where decisions are that the database does not have yet. */
  readonly journal: Pick<JournalReader, 'get'>;
  /** Codes of the pack's taxonomy. */
  readonly fraudTypes: readonly string[];
}

/** Confirmed outcomes of decisions. Unknown decisions throw not-found, unknown fraud types invalid-input. */
export interface Labels {
  set(ctx: Context, id: string, said: Said): Promise<Label>;
  remove(ctx: Context, id: string): Promise<{ history: LabelChange[] }>;
  history(ctx: Context, id: string): Promise<{ label?: Label; history: LabelChange[] }>;
  list(ctx: Context, query: QueryOf<typeof labelsList>): Promise<{ items: Label[]; next?: string }>;
  /** JSON lines; one result a line. A line that is wrong costs only itself. Memory does not grow with the stream. */
  importLines(
    ctx: Context,
    stream: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): AsyncGenerator<LabelLineResult>;
}

const DEFAULT_LIMIT = 50;
/** Lines that become true together, with one entry in the audit log. */
const LINES_AT_ONCE = 200;

const TEXT = {
  type: { 'zh-CN': '不在诈骗类型表中', en: 'is not in the taxonomy' },
  which: { 'zh-CN': '需要 decision，或 kind 与 event', en: 'is needed, or kind and event' },
  nul: { 'zh-CN': '不能含有 U+0000', en: 'must not contain U+0000' },
  'too-long': {
    'zh-CN': `一行超过 ${MAX_LINE_BYTES} 字节`,
    en: `the line is longer than ${MAX_LINE_BYTES} bytes`,
  },
  'not-utf8': { 'zh-CN': '该行不是 UTF-8', en: 'the line is not UTF-8' },
  'not-json': { 'zh-CN': '该行不是 JSON', en: 'the line is not JSON' },
} as const satisfies Record<string, Localized>;

const lineSchema = compileSchema(LabelLine);

const invalid = (field: string, reason: string) =>
  new AppError(invalidInput, { fields: [{ field, reason }] });

export function createLabels({ journal, fraudTypes }: LabelParts): Labels {
  const checkType = ({ fraudType }: Said, locale: Locale): void => {
    if (fraudType === undefined || fraudTypes.includes(fraudType)) return;
    const meant = closest(fraudType, fraudTypes);
    throw invalid('fraudType', `${TEXT.type[locale]}${meant === undefined ? '' : ` (${meant}?)`}`);
  };

  /** Writes a label where it says something new, in the caller's transaction; the label that stands then. */
  const put = async (
    inside: Context,
    seq: number,
    said: Said,
  ): Promise<{ label: StoredLabel; changed: boolean }> => {
    await lockLabel(inside, seq);
    const before = await findLabel(inside, seq);
    if (before && saysTheSame(before, said)) return { label: before, changed: false };
    const decision = await findStored(inside, seq, journal);
    const label = labelOf(seq, decision, { ...said, by: inside.actor.name, at: inside.clock.now() });
    await writeLabel(inside, label);
    await addChange(inside, label);
    return { label, changed: true };
  };

  const takeLine = async (inside: Context, input: unknown): Promise<{ id: string; changed: boolean }> => {
    if (!lineSchema.check(input)) {
      throw new AppError(invalidInput, { fields: lineSchema.faults(input, inside.locale) });
    }
    const { decision, kind, event, ...said } = input;
    const broken = Object.entries(input).find(([, value]) => value.includes('\u0000'));
    if (broken) throw invalid(broken[0], TEXT.nul[inside.locale]);
    checkType({ ...said, source: 'import' }, inside.locale);
    const seq = await seqOf(inside, input);
    const { changed } = await put(inside, seq, { ...said, source: 'import' });
    return { id: decisionId(seq), changed };
  };

  return {
    set: async (ctx, id, said) => {
      checkType(said, ctx.locale);
      return inTransaction(ctx, async (inside) => {
        const { label, changed } = await put(inside, requirePosition(id), said);
        const { outcome, source, fraudType } = said;
        const detail = { outcome, source, ...(fraudType === undefined ? {} : { fraudType }) };
        if (changed) await audit(inside, 'label.set', id, detail);
        return labelView(label);
      });
    },
    remove: (ctx, id) =>
      inTransaction(ctx, async (inside) => {
        const seq = requirePosition(id);
        await lockLabel(inside, seq);
        const label = await findLabel(inside, seq);
        if (!label) throw new AppError(notFound);
        await deleteLabel(inside, seq);
        await addChange(inside, {
          seq,
          source: label.source,
          by: inside.actor.name,
          at: inside.clock.now(),
        });
        const history = (await listChanges(inside, seq)).map(changeView);
        await audit(inside, 'label.remove', id, { outcome: label.outcome });
        return { history };
      }),
    history: async (ctx, id) => {
      const seq = requirePosition(id);
      await findStored(ctx, seq, journal);
      const label = await findLabel(ctx, seq);
      return {
        ...(label ? { label: labelView(label) } : {}),
        history: (await listChanges(ctx, seq)).map(changeView),
      };
    },
    list,
    importLines: (ctx, stream, signal) => importLines(ctx, stream, takeLine, signal),
  };
}

function requirePosition(id: string): number {
  const seq = positionOf(id);
  if (seq === undefined) throw new AppError(notFound);
  return seq;
}

async function seqOf(ctx: Context, { decision, kind, event }: LabelLine): Promise<number> {
  if (decision !== undefined) return requirePosition(decision);
  if (kind === undefined || event === undefined) throw invalid('decision', TEXT.which[ctx.locale]);
  const seq = await findEventDecision(ctx, kind, event);
  if (seq === undefined) throw new AppError(notFound);
  return seq;
}

const list: Labels['list'] = async (ctx, { cursor, limit = DEFAULT_LIMIT, from, to, ...same }) => {
  const [at, seq] =
    cursor === undefined ? [] : (decodeCursor(cursor, ['number', 'number'], ctx.locale) as [number, number]);
  const after =
    at === undefined || seq === undefined
      ? undefined
      : { at: Number.isFinite(new Date(at).getTime()) ? at : 0, seq: Number.isSafeInteger(seq) ? seq : 0 };
  const filter = {
    ...same,
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  const rows = await listLabels(ctx, filter, limit + 1, after);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { items: page.map(labelView), ...(last ? { next: encodeCursor([last.at, last.seq]) } : {}) };
};

type TakeLine = (inside: Context, input: unknown) => Promise<{ id: string; changed: boolean }>;

async function* importLines(
  ctx: Context,
  stream: AsyncIterable<Uint8Array>,
  take: TakeLine,
  signal?: AbortSignal,
): AsyncGenerator<LabelLineResult> {
  const splitter = new LineSplitter();
  for await (const chunk of stream) {
    if (signal?.aborted) return;
    yield* inGroups(ctx, splitter.push(chunk), take);
  }
  yield* inGroups(ctx, splitter.end(), take);
}

async function* inGroups(
  ctx: Context,
  lines: readonly Line[],
  take: TakeLine,
): AsyncGenerator<LabelLineResult> {
  for (let first = 0; first < lines.length; first += LINES_AT_ONCE) {
    const group = lines.slice(first, first + LINES_AT_ONCE);
    yield* await inTransaction(ctx, async (inside) => {
      const results: LabelLineResult[] = [];
      for (const line of group) results.push(await takeOne(inside, line, take));
      const labels = results.filter(({ changed }) => changed).length;
      if (labels > 0) await audit(inside, 'label.import', undefined, { labels });
      return results;
    });
  }
}

/** Expected failures are thrown before anything is written, so that the others of the group stay. */
async function takeOne(inside: Context, line: Line, take: TakeLine): Promise<LabelLineResult> {
  const fail = (more: Omit<LabelLineResult, 'line' | 'ok'>) => ({ line: line.number, ok: false, ...more });
  const { locale } = inside;
  if ('fault' in line) return fail({ code: malformedBody.code, reason: TEXT[line.fault][locale] });
  let input: unknown;
  try {
    input = JSON.parse(line.text);
  } catch {
    return fail({ code: malformedBody.code, reason: TEXT['not-json'][locale] });
  }
  try {
    const { id, changed } = await take(inside, input);
    return { line: line.number, ok: true, decision: id, changed };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [first] = error.fields;
    return fail({
      code: error.kind.code,
      ...(first && first.field !== '' ? { field: first.field } : {}),
      reason: first?.reason ?? error.kind.title[locale],
    });
  }
}
