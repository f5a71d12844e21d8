import Type, { type Static } from 'typebox';
import { LINE_STATES, LineContent, LineId } from './line.ts';
import { problem } from './problem.ts';
import { Instant, LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

export const lineFileUnreadable = problem(
  'line-file-unreadable',
  422,
  '无法读取导入文件',
  'The file cannot be read',
);
export const lineFileTooLarge = problem(
  'line-file-too-large',
  413,
  '导入文件的行数过多',
  'The file has too many rows',
);
export const LINE_ACTS = [
  'create',
  'edit',
  'suspend',
  'resume',
  'close',
  'import',
  'undo',
  'complete',
  'incomplete',
] as const;
export type LineAct = (typeof LINE_ACTS)[number];
export const LINE_CHANGE_STATES = ['asked', 'in-force', 'refused', 'withdrawn'] as const;

/** What was asked for together, and what became of it. */
export const LineChangeView = Type.Object(
  {
    id: Type.String(),
    act: Type.Enum([...LINE_ACTS]),
    state: Type.Enum([...LINE_CHANGE_STATES]),
    kind: Type.Optional(Type.String({ description: 'of `complete` and `incomplete`: which lines' })),
    lines: Type.Integer({ description: 'how many it changes' }),
    sample: Type.Array(Type.String(), { description: 'the first of them' }),
    skipped: Type.Integer({ description: 'left out because somebody changed them before it was approved' }),
    reason: Type.String(),
    secondPerson: Type.Boolean({ description: 'whether it needs a second person' }),
    mine: Type.Boolean({ description: 'asked for by whoever is looking: somebody else must decide' }),
    undoes: Type.Optional(Type.String({ description: 'the change that it undoes' })),
    askedBy: Type.String(),
    askedAt: Instant,
    decidedBy: Type.Optional(Type.String()),
    decidedAt: Type.Optional(Instant),
    note: Type.Optional(Type.String()),
  },
  { $id: 'LineChangeView', ...closed },
);
export type LineChangeView = Static<typeof LineChangeView>;

const Standing = Type.Object({ state: Type.Enum([...LINE_STATES]), content: LineContent }, closed);

/** What one change did, or would do, to a line. */
export const LineStepView = Type.Object(
  {
    change: LineChangeView,
    line: LineId,
    skipped: Type.Boolean(),
    before: Type.Optional(Standing),
    after: Standing,
  },
  { $id: 'LineStepView', ...closed },
);
export type LineStepView = Static<typeof LineStepView>;

export const LineReject = Type.Object(
  {
    row: Type.Integer({ description: 'line of the file, from 1' }),
    id: Type.String(),
    reason: Type.String(),
  },
  { $id: 'LineReject', ...closed },
);
export type LineReject = Static<typeof LineReject>;

/** What an import would do, row by row. */
export const LineImportPreview = Type.Object(
  {
    created: Type.Integer(),
    changed: Type.Integer(),
    same: Type.Integer({ description: 'rows that say what the register has already' }),
    rejected: Type.Integer(),
    rejects: Type.Array(LineReject, { description: 'the first 200 of them' }),
    secondPerson: Type.Boolean(),
  },
  { $id: 'LineImportPreview', ...closed },
);
export type LineImportPreview = Static<typeof LineImportPreview>;

const Titled = Type.Object({ code: Type.String(), title: LocalizedText }, closed);

/** The words of the register, which come from the policy pack, and for which kinds it is complete. */
export const LineSetting = Type.Object(
  {
    kinds: Type.Array(
      Type.Object(
        {
          code: Type.String(),
          title: LocalizedText,
          prefixes: Type.Array(Type.String(), { description: 'canonical numbers that belong to it' }),
          completeSince: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    uses: Type.Array(Titled),
    secondPerson: Type.Array(Type.Enum([...LINE_ACTS]), { description: 'acts that need one' }),
    mostRows: Type.Integer(),
    columns: Type.Array(Type.String(), { description: 'of the file that is imported' }),
    timeZone: Type.String(),
  },
  { $id: 'LineSetting', ...closed },
);
export type LineSetting = Static<typeof LineSetting>;
