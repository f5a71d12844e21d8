import type { FieldError } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';

/** One fault as the schema library reports it (JSON Schema keyword, pointer, parameters). */
export interface SchemaFault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Record<string, unknown>;
  readonly message: string;
}

type Wording = (params: Record<string, unknown>) => readonly [zh: string, en: string];

const TYPE_NAMES: Record<string, readonly [string, string]> = {
  string: ['文本', 'text'],
  number: ['数字', 'a number'],
  integer: ['整数', 'a whole number'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表', 'a list'],
  object: ['对象', 'an object'],
};

const FORMAT_NAMES: Record<string, readonly [string, string]> = {
  'date-time': [
    'RFC 3339 时间（如 2026-11-23T10:00:00+08:00）',
    'an RFC 3339 time such as 2026-11-23T10:00:00+08:00',
  ],
  date: ['日期（如 2026-11-23）', 'a date such as 2026-11-23'],
  uuid: ['UUID', 'a UUID'],
};

/** Chinese sets a space between Han and what is not. */
export function mustBe(zh: string): string {
  return /^[!-~]/.test(zh) ? `应为 ${zh}` : `应为${zh}`;
}

const WORDINGS: Record<string, Wording> = {
  type: ({ type }) => {
    const [zh, en] = TYPE_NAMES[String(type)] ?? [String(type), String(type)];
    return [mustBe(zh), `must be ${en}`];
  },
  enum: ({ allowedValues }) => {
    const values = (allowedValues as unknown[]).slice(0, 20).join(', ');
    return [`只能是 ${values}`, `must be one of ${values}`];
  },
  const: ({ allowedValue }) => [`只能是 ${String(allowedValue)}`, `must be ${String(allowedValue)}`],
  format: ({ format }) => {
    const [zh, en] = FORMAT_NAMES[String(format)] ?? [String(format), String(format)];
    return [mustBe(zh), `must be ${en}`];
  },
  minLength: ({ limit }) =>
    limit === 1
      ? ['不能为空', 'must not be empty']
      : [`至少 ${limit} 个字符`, `must have at least ${limit} characters`],
  maxLength: ({ limit }) => [`最多 ${limit} 个字符`, `must have at most ${limit} characters`],
  minimum: ({ limit }) => [`不能小于 ${limit}`, `must not be less than ${limit}`],
  maximum: ({ limit }) => [`不能大于 ${limit}`, `must not be more than ${limit}`],
  minItems: ({ limit }) => [`至少 ${limit} 项`, `must have at least ${limit} items`],
  maxItems: ({ limit }) => [`最多 ${limit} 项`, `must have at most ${limit} items`],
  minProperties: ({ limit }) => [`至少要有 ${limit} 个字段`, `must have at least ${limit} fields`],
  uniqueItems: () => ['不能有重复项', 'must not repeat an item'],
  pattern: ({ pattern }) => [`格式不对，应符合 ${pattern}`, `has the wrong form: must match ${pattern}`],
};

const MISSING = ['缺少该字段', 'is required'] as const;
const UNKNOWN = ['未知字段', 'is not a known field'] as const;

function fieldName(pointer: string, last?: string): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (last !== undefined) parts.push(last);
  const path = parts.reduce((name, part) => {
    if (/^\d+$/.test(part)) return `${name}[${part}]`;
    return name === '' ? part : `${name}.${part}`;
  }, '');
  return path.slice(0, 200);
}

/** Turns a schema fault into fields with reasons a person understands; faults that repeat another are dropped. */
export function describeFault(fault: SchemaFault, locale: Locale): FieldError[] {
  const index = locale === 'zh-CN' ? 0 : 1;
  if (fault.keyword === 'required') {
    const names = fault.params.requiredProperties as string[];
    return names.map((name) => ({ field: fieldName(fault.instancePath, name), reason: MISSING[index] }));
  }
  if (fault.keyword === 'additionalProperties') {
    const names = fault.params.additionalProperties as string[];
    return names.map((name) => ({ field: fieldName(fault.instancePath, name), reason: UNKNOWN[index] }));
  }
  if (fault.keyword === 'boolean' || fault.keyword === 'anyOf') return [];
  const wording = WORDINGS[fault.keyword];
  const reason = wording ? wording(fault.params)[index] : fault.message;
  return [{ field: fieldName(fault.instancePath), reason }];
}
