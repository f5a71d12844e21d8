import type { Localized } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';

/** A kind of failure: its stable code, HTTP status and title. RFC 9457 `type` is `/problems/<code>`. */
export interface ProblemKind {
  readonly code: string;
  readonly status: number;
  readonly title: Localized;
}

const problemKinds = new Map<string, ProblemKind>();

/** Declares a kind of failure. Codes are unique in the program; a second declaration throws at boot. */
export function problem(code: string, status: number, zh: string, en: string): ProblemKind {
  if (problemKinds.has(code)) throw new Error(`problem kind declared twice: ${code}`);
  const kind: ProblemKind = { code, status, title: { 'zh-CN': zh, en } };
  problemKinds.set(code, kind);
  return kind;
}

/** Every declared kind of failure, for the documentation. */
export function allProblems(): readonly ProblemKind[] {
  return [...problemKinds.values()];
}

export const FieldError = Type.Object(
  {
    field: Type.String({ description: 'JSON path of the field, e.g. `from` or `reasons[0].code`' }),
    reason: Type.String({ description: 'what is wrong with it, in the language asked for' }),
  },
  { additionalProperties: false },
);
export type FieldError = Static<typeof FieldError>;

/** Body of every error answer: RFC 9457 problem details, with the fields that were wrong and the request id. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.Optional(Type.String()),
    code: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { $id: 'Problem', additionalProperties: false },
);
export type Problem = Static<typeof Problem>;

export const invalidInput = problem('invalid-input', 400, '输入不合要求', 'The input is not valid');
export const malformedBody = problem('malformed-body', 400, '请求体无法解析', 'The body cannot be parsed');
export const malformedRequest = problem(
  'malformed-request',
  400,
  '请求无法解析',
  'The request cannot be read',
);
export const requestTimeout = problem(
  'request-timeout',
  408,
  '请求接收超时',
  'The request took too long to arrive',
);
export const headersTooLarge = problem(
  'headers-too-large',
  431,
  '请求头过大',
  'The request headers are too large',
);
export const notSignedIn = problem('not-signed-in', 401, '请先登录', 'Sign in first');
export const forbidden = problem('forbidden', 403, '没有权限', 'Not permitted');
export const csrfMismatch = problem(
  'csrf-mismatch',
  403,
  '页面已过期，请刷新',
  'The page is out of date, reload it',
);
export const notFound = problem('not-found', 404, '未找到', 'Not found');
export const methodNotAllowed = problem('method-not-allowed', 405, '不支持该方法', 'Method not allowed');
export const conflict = problem('conflict', 409, '与现有数据冲突', 'In conflict with existing data');
export const wrongState = problem('wrong-state', 409, '当前状态不允许此操作', 'Not possible in its state');
export const secondPersonNeeded = problem(
  'second-person-needed',
  403,
  '须由提出者以外的另一人决定',
  'Somebody other than the person who asked has to decide',
);
export const bodyTooLarge = problem('body-too-large', 413, '请求体过大', 'The body is too large');
export const unsupportedMediaType = problem(
  'unsupported-media-type',
  415,
  '不支持的内容类型',
  'Content type not supported',
);
export const tooManyRequests = problem('too-many-requests', 429, '请求过多，请稍后再试', 'Too many requests');
export const internalError = problem('internal-error', 500, '内部错误', 'Internal error');
export const unavailable = problem('unavailable', 503, '暂时不可用', 'Temporarily unavailable');
