import {
  invalidInput,
  type LineChangeView,
  type LineSetting,
  type LineStepView,
  type LineView,
  type lineChangesList,
  type linesList,
  notFound,
  type QueryOf,
} from '@fanzha/contract';
import type { Localized, Numbering } from '@fanzha/vocabulary';
import Type from 'typebox';
import { AppError, type Context, decodeCursor, encodeCursor, type Pack } from '../platform/index.ts';
import { findLineChange, readComplete, type StoredLineChange } from './line.store.ts';
import { LINE_COLUMNS } from './line-file.service.ts';
import {
  type FoundLine,
  type FoundStep,
  findHistory,
  findLine,
  findLineChanges,
  findLines,
  findSteps,
} from './line-list.store.ts';
import type { LineRegisterFile } from './line-setting.model.ts';

const Words = Type.Object({ 'zh-CN': Type.String(), en: Type.String() });
/** The part of the pack's labels that names kinds and uses. */
const LineLabels = Type.Object({
  lineKind: Type.Record(Type.String(), Words),
  lineUse: Type.Record(Type.String(), Words),
});

export interface LineQueryParts {
  readonly setting: LineRegisterFile;
  readonly pack: Pack;
  readonly numbering: Pick<Numbering, 'parse'>;
}

interface Paging {
  readonly limit?: number;
  readonly cursor?: string;
}

const PAGE = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What people ask of the register. */
export type LineQueries = ReturnType<typeof createLineQueries>;

/** Throws an Error when the pack has no title for a kind or a use. */
export function createLineQueries({ setting, pack, numbering }: LineQueryParts) {
  const titles = titlesOf(setting, pack);
  const today = ({ clock }: Context): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: pack.timeZone }).format(clock.date());
  return {
    setting: async (ctx: Context): Promise<LineSetting> => {
      const complete = await readComplete(ctx);
      return {
        ...titles,
        kinds: titles.kinds.map((kind) => {
          const since = complete.get(kind.code)?.toISOString();
          return since === undefined ? kind : { ...kind, completeSince: since };
        }),
        secondPerson: [...setting.secondPerson],
        mostRows: setting.mostRows,
        columns: [...LINE_COLUMNS],
        timeZone: pack.timeZone,
      };
    },
    /** A page of lines in the order of their ids. */
    list: async (ctx: Context, { limit = PAGE, cursor, number, ...filter }: QueryOf<typeof linesList>) => {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string'], ctx.locale);
      const canonical = number === undefined ? undefined : (numbering.parse(number).canonical ?? number);
      const found = await findLines(ctx, {
        ...filter,
        today: today(ctx),
        limit: limit + 1,
        ...(canonical === undefined ? {} : { number: canonical }),
        ...(after === undefined ? {} : { after: String(after) }),
      });
      return page(found, limit, lineView, ({ id }) => [id]);
    },
    get: async (ctx: Context, id: string): Promise<LineView> => {
      const line = await findLine(ctx, id, today(ctx));
      if (!line) throw new AppError(notFound);
      return lineView(line);
    },
    /** A page of what was ever done to a line, newest first. */
    history: async (ctx: Context, id: string, { limit = PAGE, cursor }: Paging) => {
      if (!(await findLine(ctx, id, today(ctx)))) throw new AppError(notFound);
      const after = cursor === undefined ? {} : { after: placeOf(cursor, ctx) };
      const found = await findHistory(ctx, id, { limit: limit + 1, ...after });
      return page(found, limit, (step) => stepView(step, ctx), timePlace);
    },
    /** A page of changes, newest first. */
    changes: async (ctx: Context, { limit = PAGE, cursor, ...filter }: QueryOf<typeof lineChangesList>) => {
      const after = cursor === undefined ? {} : { after: placeOf(cursor, ctx) };
      const found = await findLineChanges(ctx, { ...filter, limit: limit + 1, ...after });
      return page(found, limit, (change) => lineChangeView(change, ctx), timePlace);
    },
    /** A page of what a change does to each line. */
    steps: async (ctx: Context, id: string, { limit = PAGE, cursor }: Paging) => {
      if (!(await findLineChange(ctx, id))) throw new AppError(notFound);
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string'], ctx.locale);
      const more = after === undefined ? {} : { after: String(after) };
      const found = await findSteps(ctx, id, { limit: limit + 1, ...more });
      return page(
        found,
        limit,
        (step) => stepView(step, ctx),
        ({ line }) => [line],
      );
    },
  };
}

function titlesOf({ kinds, uses }: LineRegisterFile, pack: Pack): Pick<LineSetting, 'kinds' | 'uses'> {
  const { lineKind, lineUse } = pack.read('labels.json', LineLabels);
  const titled = (words: Readonly<Record<string, Localized>>, code: string) => {
    const title = words[code];
    if (title === undefined)
      throw new Error(`policy pack labels.json: no title for ${code} of line-register.json`);
    return { code, title };
  };
  return {
    kinds: kinds.map(({ code, prefixes }) => ({ ...titled(lineKind, code), prefixes })),
    uses: uses.map((code) => titled(lineUse, code)),
  };
}

const timePlace = ({ asked_at, id }: StoredLineChange) => [asked_at.getTime(), id];

/** Where the page before ended. Throws AppError(invalid-input) on `cursor` for one that was not made here. */
function placeOf(cursor: string, { locale }: Context): { askedAt: Date; id: string } {
  const [at, id] = decodeCursor(cursor, ['number', 'string'], locale);
  const askedAt = new Date(Number(at));
  if (!Number.isNaN(askedAt.getTime()) && UUID.test(String(id))) return { askedAt, id: String(id) };
  const reason = locale === 'zh-CN' ? '不是上一页给出的游标' : 'is not a cursor from the page before';
  throw new AppError(invalidInput, { fields: [{ field: 'cursor', reason }] });
}

/** One more than a page holds was asked for, to know whether there is a next one. */
function page<Row, View>(
  found: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  place: (row: Row) => (string | number)[],
): { items: View[]; next?: string } {
  const last = found[limit - 1];
  const more = found.length > limit && last !== undefined;
  return { items: found.slice(0, limit).map(view), ...(more ? { next: encodeCursor(place(last)) } : {}) };
}

const lineView = (line: FoundLine): LineView => ({
  id: line.id,
  state: line.state,
  standing: line.standing,
  revision: line.revision,
  content: line.content,
  waiting: line.waiting,
  ...(line.suspended_for === null ? {} : { suspendedFor: line.suspended_for }),
  changedAt: line.changed_at.toISOString(),
  changedBy: line.changed_by,
});

/** A change as whoever asks sees it. */
export function lineChangeView(change: StoredLineChange, { actor }: Context): LineChangeView {
  const { kind, undoes, decided_by: decidedBy, decided_at: decidedAt, note } = change;
  return {
    id: change.id,
    act: change.act,
    state: change.state,
    ...(kind === null ? {} : { kind }),
    lines: change.lines,
    sample: change.sample,
    skipped: change.skipped,
    reason: change.reason,
    secondPerson: change.second_person,
    mine: change.asked_by_id === actor.id,
    ...(undoes === null ? {} : { undoes }),
    askedBy: change.asked_by,
    askedAt: change.asked_at.toISOString(),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
    ...(note === null ? {} : { note }),
  };
}

function stepView(step: FoundStep, ctx: Context): LineStepView {
  const { line, step_skipped, before_state, before_content, after_state, after_content } = step;
  const before =
    before_state === null || before_content === null
      ? {}
      : { before: { state: before_state, content: before_content } };
  return {
    change: lineChangeView(step, ctx),
    line,
    skipped: step_skipped,
    ...before,
    after: { state: after_state, content: after_content },
  };
}
