import Type, { type Static } from 'typebox';
import { CdrSetting } from './cdr-setting.ts';
import { PURPOSES } from './decision.ts';
import { operation } from './operation.ts';
import { bodyTooLarge, notFound, problem, wrongState } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Count = Type.Integer({ minimum: 0 });

const SourceName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,59}$',
  description: 'what the records come from; begins the ids of its events',
});

/** Where call records come from, and how they are read. */
export const CdrSource = Type.Object(
  {
    name: SourceName,
    setting: CdrSetting,
    changedAt: Instant,
    changedBy: Type.String(),
    fromFile: Type.Optional(
      Type.String({
        description: 'the source.json of the watch-folder that says it; then it is changed there',
      }),
    ),
  },
  { $id: 'CdrSource', ...closed },
);
export type CdrSource = Static<typeof CdrSource>;

export const CDR_STATES = ['waiting', 'running', 'following', 'done', 'failed', 'cancelled'] as const;
export type CdrState = (typeof CDR_STATES)[number];
export const CDR_WAYS = ['folder', 'upload', 'command'] as const;
export type CdrWay = (typeof CDR_WAYS)[number];

/** A file that is taken in, and how far. */
export const CdrImport = Type.Object(
  {
    id: Type.String(),
    source: Type.String(),
    way: Type.Enum([...CDR_WAYS]),
    name: Type.String({ description: 'of the file' }),
    state: Type.Enum([...CDR_STATES], {
      description: '`following`: read to its end, goes on when the file grows',
    }),
    format: Type.Optional(Type.String()),
    bytes: Type.Integer({ minimum: 0, description: 'read so far, as they lie on the disk' }),
    total: Type.Optional(Count),
    alreadyRead: Type.Integer({
      minimum: 0,
      description: 'bytes, unpacked, that were read before under any name and are passed over',
    }),
    records: Count,
    taken: Type.Integer({ minimum: 0, description: 'records whose events are in the journal' }),
    duplicates: Count,
    refused: Count,
    kept: Type.Integer({ minimum: 0, description: 'refused records that can be looked at and tried again' }),
    older: Type.Integer({
      minimum: 0,
      description:
        'taken, and older than the counters’ lateness when they came: counted only for subjects of which nothing newer is known',
    }),
    verdicts: Type.Record(Type.String(), Count),
    firstAt: Type.Optional(Instant),
    lastAt: Type.Optional(Instant),
    perSecond: Type.Integer({ minimum: 0, description: 'records, while it ran' }),
    problem: Type.Optional(LocalizedText),
    askedAt: Instant,
    askedBy: Type.String(),
    endedAt: Type.Optional(Instant),
  },
  { $id: 'CdrImport', ...closed },
);
export type CdrImport = Static<typeof CdrImport>;

/** A record that could not be taken. */
export const CdrRefused = Type.Object(
  {
    line: Type.Integer({ minimum: 1 }),
    field: Type.String(),
    reason: LocalizedText,
    shown: Type.String({ description: 'the record, with every longer number masked' }),
    at: Instant,
  },
  { $id: 'CdrRefused', ...closed },
);
export type CdrRefused = Static<typeof CdrRefused>;

export const cdrSourceUnknown = problem(
  'cdr-source-unknown',
  404,
  '没有这个话单来源，请先设置',
  'There is no such source of call records: set it up first',
);
export const cdrSourceInFile = problem(
  'cdr-source-in-file',
  409,
  '该来源由监视文件夹中的 source.json 设置，请在那里修改',
  'The source is set by its source.json in the watch-folder: change it there',
);

const ImportId = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) }, closed);
const Source = Type.Object({ name: SourceName }, closed);

export const cdrImportsCreate = operation({
  id: 'cdr.upload',
  method: 'POST',
  path: '/v1/calls/cdr',
  access: 'cdr:import',
  summary: {
    'zh-CN': '上传话单文件（原样、gzip 或 zstd），返回导入编号',
    en: 'Upload a file of call records (plain, gzip or zstd); answers the import',
  },
  query: Type.Object(
    { source: SourceName, name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) },
    closed,
  ),
  streamIn: 'bytes',
  response: CdrImport,
  status: 202,
  errors: [cdrSourceUnknown, bodyTooLarge],
});

export const cdrImportsList = operation({
  id: 'cdr.imports',
  method: 'GET',
  path: '/v1/calls/cdr/imports',
  access: 'cdr:read',
  summary: { 'zh-CN': '话单导入列表，最新在前', en: 'Imports of call records, newest first' },
  query: Type.Object(
    {
      ...PageQuery,
      source: Type.Optional(SourceName),
      state: Type.Optional(Type.Enum([...CDR_STATES])),
      way: Type.Optional(Type.Enum([...CDR_WAYS])),
      withRefused: Type.Optional(Type.Boolean()),
      from: Type.Optional(Instant),
      to: Type.Optional(Instant),
    },
    closed,
  ),
  response: Page(CdrImport),
  errors: [],
});

export const cdrImportsGet = operation({
  id: 'cdr.import',
  method: 'GET',
  path: '/v1/calls/cdr/imports/{id}',
  access: 'cdr:read',
  summary: { 'zh-CN': '一次话单导入及其进度', en: 'One import of call records and how far it is' },
  params: ImportId,
  response: CdrImport,
  errors: [notFound],
});

export const cdrImportsCancel = operation({
  id: 'cdr.cancel',
  method: 'POST',
  path: '/v1/calls/cdr/imports/{id}/cancel',
  access: 'cdr:import',
  summary: {
    'zh-CN': '停止导入；已导入的保留，可继续',
    en: 'Stop an import; what was taken stays, and it can be resumed',
  },
  params: ImportId,
  response: CdrImport,
  errors: [notFound, wrongState],
});

export const cdrImportsResume = operation({
  id: 'cdr.resume',
  method: 'POST',
  path: '/v1/calls/cdr/imports/{id}/resume',
  access: 'cdr:import',
  summary: {
    'zh-CN': '从停下的地方继续，按来源现在的设置',
    en: 'Go on where it stopped, by the present setting of the source',
  },
  params: ImportId,
  response: CdrImport,
  errors: [notFound, wrongState],
});

export const cdrRefusedList = operation({
  id: 'cdr.refused',
  method: 'GET',
  path: '/v1/calls/cdr/imports/{id}/refused',
  access: 'cdr:read',
  summary: {
    'zh-CN': '未采用的话单：行号、字段、原因（号码遮盖）',
    en: 'Records that were refused: line, field, reason (numbers masked)',
  },
  params: ImportId,
  query: Type.Object({ ...PageQuery, field: Type.Optional(Type.String({ maxLength: 100 })) }, closed),
  response: Page(CdrRefused),
  errors: [notFound],
});

export const cdrRefusedOpen = operation({
  id: 'cdr.refused-open',
  method: 'POST',
  path: '/v1/calls/cdr/imports/{id}/refused/open',
  access: 'decision:open',
  summary: {
    'zh-CN': '说明目的后下载未采用的话单原文（留有记录）',
    en: 'Download refused records as they came, for a stated purpose (recorded)',
  },
  params: ImportId,
  body: Type.Object(
    { purpose: Type.Enum([...PURPOSES]), note: Type.Optional(Type.String({ maxLength: 500 })) },
    closed,
  ),
  response: Type.Object(
    { line: Type.Integer(), field: Type.String(), reason: Type.String(), raw: Type.String() },
    closed,
  ),
  streamOut: 'ndjson',
  errors: [notFound],
});

export const cdrRefusedRetry = operation({
  id: 'cdr.refused-retry',
  method: 'POST',
  path: '/v1/calls/cdr/imports/{id}/refused/retry',
  access: 'cdr:import',
  summary: {
    'zh-CN': '按来源现在的设置重试未采用的话单',
    en: 'Try refused records again, by the present setting of the source',
  },
  params: ImportId,
  response: Type.Object({ taken: Count, duplicates: Count, refused: Count }, closed),
  errors: [notFound, wrongState],
});

export const cdrSourcesList = operation({
  id: 'cdr.sources',
  method: 'GET',
  path: '/v1/calls/cdr/sources',
  access: 'cdr:read',
  summary: { 'zh-CN': '话单来源及其读取方式', en: 'Sources of call records, and how they are read' },
  query: Type.Object({ ...PageQuery }, closed),
  response: Page(CdrSource),
  errors: [],
});

export const cdrSourcesSet = operation({
  id: 'cdr.set-source',
  method: 'PUT',
  path: '/v1/calls/cdr/sources/{name}',
  access: 'cdr:import',
  summary: { 'zh-CN': '设置话单来源（审计留痕）', en: 'Set up a source of call records (audited)' },
  params: Source,
  body: CdrSetting,
  response: CdrSource,
  errors: [cdrSourceInFile],
});
