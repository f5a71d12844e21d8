import {
  type BodyOf,
  conflict,
  type LineContent,
  type LineImportPreview,
  type LineReject,
  lineChanged,
  lineChangeEmpty,
  lineFileTooLarge,
  lineFileUnreadable,
  lineInvalid,
  type linesComplete,
  type linesCreate,
  type linesEdit,
  type linesImport,
  notFound,
  wrongState,
} from '@fanzha/contract';
import type { Numbering } from '@fanzha/vocabulary';
import { AppError, type Context, inTransaction, isTimeZone } from '../platform/index.ts';
import { type LineState, lineMayBecome } from './line.model.ts';
import {
  readComplete,
  readLines,
  type StoredLine,
  type StoredLineChange,
  type StoredStep,
} from './line.store.ts';
import {
  askLineChange,
  decideLineChange,
  undoLineChange,
  withdrawLineChange,
} from './line-change.service.ts';
import { type ContentFault, checkContent, registrable } from './line-content.model.ts';
import { type ImportRow, LineFileFault, readLineFile } from './line-file.service.ts';
import type { LineFollower } from './line-follow.service.ts';
import type { LineRegisterFile } from './line-setting.model.ts';

export interface LineEditorParts {
  readonly setting: LineRegisterFile;
  readonly numbering: Pick<Numbering, 'parse'>;
  readonly follower: Pick<LineFollower, 'catchUp'>;
}

export type LineTurn = 'suspend' | 'resume' | 'close';

/** The verbs by which people change the register. What is in force is known in this process before a verb returns. */
export interface LineEditor {
  create(ctx: Context, wanted: BodyOf<typeof linesCreate>): Promise<StoredLineChange>;
  edit(ctx: Context, id: string, wanted: BodyOf<typeof linesEdit>): Promise<StoredLineChange>;
  turn(ctx: Context, id: string, turn: LineTurn, reason: string): Promise<StoredLineChange>;
  complete(ctx: Context, wanted: BodyOf<typeof linesComplete>): Promise<StoredLineChange>;
  previewImport(ctx: Context, file: BodyOf<typeof linesImport>): Promise<LineImportPreview>;
  import(
    ctx: Context,
    file: BodyOf<typeof linesImport>,
  ): Promise<{ change: StoredLineChange; preview: LineImportPreview }>;
  decide(ctx: Context, id: string, decision: { approve: boolean; note?: string }): Promise<StoredLineChange>;
  withdraw(ctx: Context, id: string): Promise<StoredLineChange>;
  undo(ctx: Context, id: string, reason: string): Promise<StoredLineChange>;
}

const SHOWN_REJECTS = 200;
const TURNED: Readonly<Record<LineTurn, LineState>> = {
  suspend: 'suspended',
  resume: 'active',
  close: 'closed',
};
const TWICE = { 'zh-CN': '文件中已有同一编号', en: 'the file names this line twice' };
const WAITS = { 'zh-CN': '该线路的登记正待批准', en: 'the registration of this line waits for approval' };

export function createLineEditor(parts: LineEditorParts): LineEditor {
  const { setting, follower } = parts;
  const afterwards = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    await follower.catchUp();
    return done;
  };
  const within = <T>(ctx: Context, work: (inside: Context) => Promise<T>): Promise<T> =>
    afterwards(inTransaction(ctx, work));
  return {
    create: (ctx, { id, content, reason }) =>
      within(ctx, async (inside) => {
        const checked = contentOf(inside, content, parts);
        const step = stepOf(id, checked, (await readLines(inside, [id], true)).get(id), true);
        if (typeof step === 'string') throw new AppError(conflict);
        return askLineChange(inside, setting, { act: 'create', reason, steps: [step] });
      }),
    edit: (ctx, id, { content, reason, revision }) =>
      within(ctx, async (inside) => {
        const checked = contentOf(inside, content, parts);
        const line = await lockedLine(inside, id);
        if (!lineMayBecome(line.state, line.state)) throw new AppError(wrongState);
        if (line.revision !== revision) throw new AppError(lineChanged);
        if (isSame(line.content, checked)) throw new AppError(lineChangeEmpty);
        const steps = [moved(line, line.state, checked)];
        return askLineChange(inside, setting, { act: 'edit', reason, steps });
      }),
    turn: (ctx, id, turn, reason) =>
      within(ctx, async (inside) => {
        const line = await lockedLine(inside, id);
        const next = TURNED[turn];
        const isKnown = line.state === 'active' || line.state === 'suspended';
        if (!isKnown || line.state === next || !lineMayBecome(line.state, next))
          throw new AppError(wrongState);
        return askLineChange(inside, setting, { act: turn, reason, steps: [moved(line, next)] });
      }),
    complete: (ctx, wanted) => within(ctx, (inside) => complete(inside, parts, wanted)),
    previewImport: async (ctx, { csv }) => (await examine(ctx, parts, csv)).preview,
    import: (ctx, { csv, reason }) =>
      within(ctx, async (inside) => {
        const { steps, preview } = await examine(inside, parts, csv, true);
        if (steps.length === 0) throw new AppError(lineChangeEmpty);
        return { change: await askLineChange(inside, setting, { act: 'import', reason, steps }), preview };
      }),
    decide: (ctx, id, decision) => afterwards(decideLineChange(ctx, id, decision)),
    withdraw: withdrawLineChange,
    undo: (ctx, id, reason) => afterwards(undoLineChange(ctx, setting, id, reason)),
  };
}

function checked(content: LineContent, { setting, numbering }: LineEditorParts) {
  const canonical = registrable(numbering);
  return checkContent(content, { setting, canonical, isTimeZone });
}

/** Content as it is kept. Throws AppError(line-invalid) that names every wrong field. */
function contentOf({ locale }: Context, content: LineContent, parts: LineEditorParts): LineContent {
  const { content: kept, faults } = checked(content, parts);
  if (faults.length === 0) return kept;
  const fields = faults.map(({ field, reason }) => ({ field: `content.${field}`, reason: reason[locale] }));
  throw new AppError(lineInvalid, { fields });
}

async function lockedLine(ctx: Context, id: string): Promise<StoredLine> {
  const line = (await readLines(ctx, [id], true)).get(id);
  if (line === undefined) throw new AppError(notFound);
  return line;
}

const moved = (line: StoredLine, state: LineState, content = line.content): StoredStep => ({
  line: line.id,
  revision: line.revision,
  before: { state: line.state, content: line.content },
  after: { state, content },
});

/**
 * How a registration comes to say what is wanted. A line that is closed or refused is registered anew, as one that was
 * never there; with `isNew` every other is `taken`.
 */
function stepOf(
  line: string,
  content: LineContent,
  known: StoredLine | undefined,
  isNew = false,
): StoredStep | 'same' | 'waits' | 'taken' {
  if (known === undefined || known.state === 'refused' || known.state === 'closed') {
    return { line, revision: known?.revision ?? 0, after: { state: 'active', content } };
  }
  if (isNew) return 'taken';
  if (known.state === 'draft') return 'waits';
  return isSame(known.content, content) ? 'same' : moved(known, known.state, content);
}

/** Whether two registrations say the same, whatever the order of their fields. */
function isSame(a: LineContent, b: LineContent): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, inner]) => [name, inOrder(inner)]));
}

async function complete(
  ctx: Context,
  { setting }: LineEditorParts,
  { kind, complete: wanted, reason }: BodyOf<typeof linesComplete>,
): Promise<StoredLineChange> {
  if (!setting.kinds.some(({ code }) => code === kind)) {
    const said = ctx.locale === 'zh-CN' ? '不是可登记的类型' : 'is not a kind of line';
    throw new AppError(lineInvalid, { fields: [{ field: 'kind', reason: said }] });
  }
  if ((await readComplete(ctx)).has(kind) === wanted) throw new AppError(lineChangeEmpty);
  return askLineChange(ctx, setting, { act: wanted ? 'complete' : 'incomplete', reason, steps: [], kind });
}

/** The rows of a file. Throws AppError: line-file-unreadable, line-file-too-large. */
function rowsOf({ locale }: Context, csv: string, most: number): ImportRow[] {
  try {
    return readLineFile(csv, most);
  } catch (error) {
    if (!(error instanceof LineFileFault)) throw error;
    const kind = error.isTooLarge ? lineFileTooLarge : lineFileUnreadable;
    throw new AppError(kind, { detail: error.reason[locale] });
  }
}

/** What a file would do: steps for the lines that it changes, and the rows that cannot be used. */
async function examine(
  ctx: Context,
  parts: LineEditorParts,
  csv: string,
  lock = false,
): Promise<{ steps: StoredStep[]; preview: LineImportPreview }> {
  const rejects: LineReject[] = [];
  const refuse = ({ row, id }: ImportRow, reason: string) =>
    rejects.push({ row, id: id.slice(0, 80), reason });
  const wanted = new Map<string, ImportRow & { readonly content: LineContent }>();
  for (const row of rowsOf(ctx, csv, parts.setting.mostRows)) {
    const { content, faults } = lookedAt(row, parts);
    if (content === undefined || faults.length > 0) {
      refuse(row, faults.map(({ field, reason }) => `${field}: ${reason[ctx.locale]}`).join('; '));
    } else if (wanted.has(row.id)) refuse(row, TWICE[ctx.locale]);
    else wanted.set(row.id, { ...row, content });
  }
  const known = await readLines(ctx, [...wanted.keys()], lock);
  const steps: StoredStep[] = [];
  let same = 0;
  for (const row of wanted.values()) {
    const step = stepOf(row.id, row.content, known.get(row.id));
    if (step === 'same') same += 1;
    else if (typeof step === 'string') refuse(row, WAITS[ctx.locale]);
    else steps.push(step);
  }
  const created = steps.filter(({ before }) => before === undefined).length;
  return {
    steps,
    preview: {
      created,
      changed: steps.length - created,
      same,
      rejected: rejects.length,
      rejects: rejects.sort((a, b) => a.row - b.row).slice(0, SHOWN_REJECTS),
      secondPerson: parts.setting.secondPerson.includes('import'),
    },
  };
}

/** A row with its content as it is kept, and everything that is wrong with it. */
function lookedAt(
  { content, faults }: ImportRow,
  parts: LineEditorParts,
): { readonly content?: LineContent; readonly faults: readonly ContentFault[] } {
  if (content === undefined) return { faults };
  const { content: kept, faults: more } = checked(content, parts);
  return { content: kept, faults: [...faults, ...more] };
}
