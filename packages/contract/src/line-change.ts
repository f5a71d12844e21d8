import Type, { type Static } from 'typebox';
import {
  LINE_STATES,
  LineCode,
  LineContent,
  LineId,
  LineParams,
  lineChanged,
  lineChangeEmpty,
  lineInvalid,
} from './line.ts';
import { operation } from './operation.ts';
import { conflict, notFound, problem, secondPersonNeeded, wrongState } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

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

const ChangeParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);
const Reason = Type.String({ minLength: 2, maxLength: 500 });
const ReasonBody = Type.Object({ reason: Reason }, closed);
const ImportBody = Type.Object(
  {
    csv: Type.String({
      minLength: 1,
      maxLength: 8_000_000,
      description: 'with a header; columns of the setting',
    }),
    reason: Reason,
  },
  closed,
);

export const linesHistory = operation({
  id: 'lines.history',
  method: 'GET',
  path: '/v1/lines/{id}/history',
  access: 'line:read',
  summary: { 'zh-CN': '线路的全部变更', en: 'Every change of a line, newest first' },
  params: LineParams,
  query: Type.Object({ ...PageQuery }, closed),
  response: Page(LineStepView),
  errors: [notFound],
});

export const lineSettingGet = operation({
  id: 'line-setting.get',
  method: 'GET',
  path: '/v1/line-setting',
  access: 'line:read',
  summary: { 'zh-CN': '线路登记的类型、用途与规则', en: 'Kinds, uses and rules of the line register' },
  response: LineSetting,
  errors: [],
});

export const linesCreate = operation({
  id: 'lines.create',
  method: 'POST',
  path: '/v1/lines',
  access: 'line:write',
  summary: { 'zh-CN': '登记线路', en: 'Register a line' },
  body: Type.Object({ id: LineId, content: LineContent, reason: Reason }, closed),
  response: LineChangeView,
  status: 201,
  errors: [lineInvalid, conflict],
});

export const linesEdit = operation({
  id: 'lines.edit',
  method: 'PUT',
  path: '/v1/lines/{id}',
  access: 'line:write',
  summary: { 'zh-CN': '变更线路登记', en: 'Change what is registered of a line' },
  params: LineParams,
  body: Type.Object(
    {
      content: LineContent,
      reason: Reason,
      revision: Type.Integer({ description: 'of the line as it was loaded' }),
    },
    closed,
  ),
  response: LineChangeView,
  errors: [notFound, lineInvalid, lineChanged, lineChangeEmpty, wrongState],
});

export const linesSuspend = operation({
  id: 'lines.suspend',
  method: 'POST',
  path: '/v1/lines/{id}/suspension',
  access: 'line:write',
  summary: { 'zh-CN': '暂停线路', en: 'Suspend a line' },
  params: LineParams,
  body: ReasonBody,
  response: LineChangeView,
  errors: [notFound, wrongState],
});

export const linesResume = operation({
  id: 'lines.resume',
  method: 'POST',
  path: '/v1/lines/{id}/resumption',
  access: 'line:write',
  summary: { 'zh-CN': '恢复线路', en: 'Resume a suspended line' },
  params: LineParams,
  body: ReasonBody,
  response: LineChangeView,
  errors: [notFound, wrongState],
});

export const linesClose = operation({
  id: 'lines.close',
  method: 'POST',
  path: '/v1/lines/{id}/closing',
  access: 'line:write',
  summary: { 'zh-CN': '注销线路登记', en: 'Close the registration of a line' },
  params: LineParams,
  body: ReasonBody,
  response: LineChangeView,
  errors: [notFound, wrongState],
});

export const linesImportPreview = operation({
  id: 'lines.import-preview',
  method: 'POST',
  path: '/v1/line-imports/preview',
  access: 'line:write',
  summary: {
    'zh-CN': '预览导入：每一行会怎样',
    en: 'What an import would do, and which rows cannot be used',
  },
  body: ImportBody,
  response: LineImportPreview,
  errors: [lineFileUnreadable, lineFileTooLarge],
});

export const linesImport = operation({
  id: 'lines.import',
  method: 'POST',
  path: '/v1/line-imports',
  access: 'line:write',
  summary: { 'zh-CN': '导入线路登记', en: 'Import lines from a file' },
  body: ImportBody,
  response: Type.Object({ change: LineChangeView, preview: LineImportPreview }, closed),
  status: 201,
  errors: [lineFileUnreadable, lineFileTooLarge, lineChangeEmpty],
});

export const linesComplete = operation({
  id: 'lines.complete',
  method: 'POST',
  path: '/v1/line-completeness',
  access: 'line:write',
  summary: {
    'zh-CN': '声明某类线路已全部登记（或不再如此）：此后未登记的主叫将被处理',
    en: 'Say that all lines of a kind are registered, or no more: from then on unregistered callers are judged',
  },
  body: Type.Object({ kind: LineCode, complete: Type.Boolean(), reason: Reason }, closed),
  response: LineChangeView,
  status: 201,
  errors: [lineInvalid, lineChangeEmpty],
});

export const lineChangesList = operation({
  id: 'line-changes.list',
  method: 'GET',
  path: '/v1/line-changes',
  access: 'line:read',
  summary: { 'zh-CN': '线路登记的变更', en: 'Changes of the line register' },
  query: Type.Object(
    {
      ...PageQuery,
      act: Type.Optional(Type.Enum([...LINE_ACTS])),
      state: Type.Optional(Type.Enum([...LINE_CHANGE_STATES])),
    },
    closed,
  ),
  response: Page(LineChangeView),
  errors: [],
});

export const lineChangesSteps = operation({
  id: 'line-changes.steps',
  method: 'GET',
  path: '/v1/line-changes/{id}/steps',
  access: 'line:read',
  summary: { 'zh-CN': '一次变更涉及的线路', en: 'What a change does to each line' },
  params: ChangeParams,
  query: Type.Object({ ...PageQuery }, closed),
  response: Page(LineStepView),
  errors: [notFound],
});

export const lineChangesDecide = operation({
  id: 'line-changes.decide',
  method: 'POST',
  path: '/v1/line-changes/{id}/decision',
  access: 'line:approve',
  summary: { 'zh-CN': '批准或驳回线路变更', en: 'Approve or refuse a change' },
  params: ChangeParams,
  body: Type.Object(
    { approve: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 500 })) },
    closed,
  ),
  response: LineChangeView,
  errors: [notFound, wrongState, secondPersonNeeded, lineChanged],
});

export const lineChangesWithdraw = operation({
  id: 'line-changes.withdraw',
  method: 'POST',
  path: '/v1/line-changes/{id}/withdrawal',
  access: 'line:write',
  summary: { 'zh-CN': '撤回自己提出的变更', en: 'Withdraw a change that one has asked for' },
  params: ChangeParams,
  response: LineChangeView,
  errors: [notFound, wrongState],
});

export const lineChangesUndo = operation({
  id: 'line-changes.undo',
  method: 'POST',
  path: '/v1/line-changes/{id}/undo',
  access: 'line:write',
  summary: {
    'zh-CN': '撤销已生效的变更（作为相反的新变更）',
    en: 'Undo a change in force, as a new change the other way round',
  },
  params: ChangeParams,
  body: ReasonBody,
  response: LineChangeView,
  status: 201,
  errors: [notFound, wrongState, lineChangeEmpty],
});
