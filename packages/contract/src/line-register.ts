import Type from 'typebox';
import {
  LINE_STANDINGS,
  LineCode,
  LineContent,
  LineId,
  LineRouteName,
  LineView,
  lineChanged,
  lineChangeEmpty,
  lineInvalid,
} from './line.ts';
import {
  LINE_ACTS,
  LINE_CHANGE_STATES,
  LineChangeView,
  LineImportPreview,
  LineSetting,
  LineStepView,
  lineFileTooLarge,
  lineFileUnreadable,
} from './line-change.ts';
import { operation } from './operation.ts';
import { conflict, notFound, secondPersonNeeded, wrongState } from './problem.ts';
import { Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const LineParams = Type.Object({ id: LineId }, closed);

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

export const linesList = operation({
  id: 'lines.list',
  method: 'GET',
  path: '/v1/lines',
  access: 'line:read',
  summary: { 'zh-CN': '线路登记', en: 'The register of lines' },
  query: Type.Object(
    {
      ...PageQuery,
      kind: Type.Optional(LineCode),
      use: Type.Optional(LineCode),
      standing: Type.Optional(Type.Enum([...LINE_STANDINGS])),
      search: Type.Optional(
        Type.String({ maxLength: 100, description: 'part of the id or of the owner’s name' }),
      ),
      number: Type.Optional(
        Type.String({ maxLength: 80, description: 'a number, in any form, that the line may show' }),
      ),
      trunk: Type.Optional(LineRouteName),
      carrier: Type.Optional(LineRouteName),
    },
    closed,
  ),
  response: Page(LineView),
  errors: [],
});

export const linesGet = operation({
  id: 'lines.get',
  method: 'GET',
  path: '/v1/lines/{id}',
  access: 'line:read',
  summary: { 'zh-CN': '线路详情', en: 'One line' },
  params: LineParams,
  response: LineView,
  errors: [notFound],
});

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
