import { invalidInput, malformedBody, type Operation } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import type { TSchema } from 'typebox';
import { Default } from 'typebox/value';
import { AppError } from '../errors/app-error.ts';
import { compileSchema } from '../schema/validator.ts';

const MISSING_BODY: Localized = { 'zh-CN': '缺少请求体', en: 'A body is required' };
const BAD_ESCAPE: Localized = {
  'zh-CN': '查询串的百分号编码不是 UTF-8',
  en: 'The query string is not percent-encoded UTF-8',
};

interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly url: string;
}

interface ReadRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Values of path and query are text; those whose schema asks for a number or a boolean and that spell one become it. */
export function coerceText(schema: TSchema, values: unknown): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  const entries = Object.entries(values as Record<string, unknown>).map(([name, value]) => {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    if (typeof value !== 'string') return [name, value];
    if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) {
      return [name, Number(value)];
    }
    if (type === 'boolean' && (value === 'true' || value === 'false')) return [name, value === 'true'];
    return [name, value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function isDecodable(url: string): boolean {
  const at = url.indexOf('?');
  if (at < 0) return true;
  try {
    decodeURIComponent(url.slice(at + 1));
    return true;
  } catch {
    return false;
  }
}

const NUL_REASON: Localized = { 'zh-CN': '不能含有 U+0000', en: 'must not contain U+0000' };

/** Path of the first text with NUL in it, which PostgreSQL cannot hold; undefined when there is none. */
function nulPath(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\u0000') ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const inner = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const found = name.includes('\u0000') ? path : nulPath(part, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a handset or switch sent is judged as it is, NUL and all; everything else is text that people wrote. */
function mayHoldNul({ access }: Operation): boolean {
  return access === 'decision:try';
}

type Part = (value: unknown, locale: Locale) => unknown;

/** Checks one part of a request against its schema, with defaults filled in; names every wrong field. */
function partReader(schema: TSchema | undefined, allowNul = false): Part {
  if (schema === undefined) return () => undefined;
  const validator = compileSchema(schema);
  return (value, locale) => {
    const complete = Default(schema, value);
    if (!validator.check(complete)) {
      throw new AppError(invalidInput, { fields: validator.faults(complete, locale) });
    }
    const field = allowNul ? undefined : nulPath(complete, '');
    if (field === undefined) return complete;
    throw new AppError(invalidInput, { fields: [{ field, reason: NUL_REASON[locale] }] });
  };
}

/** Events are judged by their handler, which finds the schema of their kind: only so every wrong field is named. */
function bodyReader(operation: Operation): Part {
  if (operation.streamIn !== undefined) return () => undefined;
  if (operation.access === 'event:submit') return (value) => value;
  return partReader(operation.body, mayHoldNul(operation));
}

/** Makes the reader of an operation: from what came over the wire to what its handler may rely on. */
export function requestReader(operation: Operation): (raw: RawRequest, locale: Locale) => ReadRequest {
  const readParams = partReader(operation.params);
  const readQuery = partReader(operation.query);
  const readBody = bodyReader(operation);
  const needsBody = operation.body !== undefined;
  return (raw, locale) => {
    if (!isDecodable(raw.url)) throw new AppError(invalidInput, { detail: BAD_ESCAPE[locale] });
    if (needsBody && raw.body === undefined) {
      throw new AppError(malformedBody, { detail: MISSING_BODY[locale] });
    }
    return {
      params: readParams(operation.params ? coerceText(operation.params, raw.params) : raw.params, locale),
      query: operation.query && readQuery(coerceText(operation.query, raw.query), locale),
      body: readBody(raw.body, locale),
    };
  };
}
