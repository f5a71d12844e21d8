import { usualInstant } from '@fanzha/vocabulary';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

type Check = (value: unknown) => boolean;

interface Field {
  readonly check: Check;
  readonly required: 0 | 1;
}

/** A schema's keywords as JSON Schema names them. */
interface Keywords {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Keywords that say nothing about a value. */
const WORDS = ['$id', 'title', 'description', 'examples', 'default'];

/**
 * Tells of a record as it comes from JSON that it certainly fits a schema: an object of named fields and no others.
 * What it does not accept may be right all the same: the schema library has the word then. It looks up each field that
 * is there, where the library's code asks each field's name by a regular expression and takes times apart by three.
 * Undefined for schemas of another build.
 */
export function plainCheck(schema: TSchema): Check | undefined {
  const { properties, required = [], additionalProperties } = schema as Keywords;
  const known = ['type', 'properties', 'required', 'additionalProperties'];
  if (properties === undefined || additionalProperties !== false || !hasOnly(schema, known)) return undefined;
  const fields = new Map<string, Field>(
    Object.entries(properties).map(([name, field]) => [
      name,
      { check: fieldCheck(field), required: required.includes(name) ? 1 : 0 },
    ]),
  );
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    const record = value as Readonly<Record<string, unknown>>;
    let found = 0;
    for (const name in record) {
      const field = fields.get(name);
      if (field === undefined || !field.check(record[name])) return false;
      found += field.required;
    }
    return found === required.length;
  };
}

function hasOnly(schema: TSchema, keywords: readonly string[]): boolean {
  return Object.keys(schema).every((key) => keywords.includes(key) || WORDS.includes(key));
}

function fieldCheck(schema: TSchema): Check {
  const { type, const: only, enum: values, minimum = -Infinity, maximum = Infinity } = schema as Keywords;
  if (typeof only === 'string' && hasOnly(schema, ['type', 'const'])) return (value) => value === only;
  if (values !== undefined && hasOnly(schema, ['enum'])) return (value) => values.includes(value);
  if (type === 'boolean' && hasOnly(schema, ['type'])) return (value) => typeof value === 'boolean';
  if (type === 'number' && hasOnly(schema, ['type', 'minimum', 'maximum']))
    return (value) =>
      typeof value === 'number' && value >= minimum && value <= maximum && value - value === 0;
  if (type === 'string') return textCheck(schema) ?? libraryCheck(schema);
  return libraryCheck(schema);
}

/** Lengths are counted in what a reader sees as one character: there are never more of them than units of a text. */
function textCheck(schema: TSchema): Check | undefined {
  const { minLength = 0, maxLength = Infinity, format } = schema as Keywords & { format?: string };
  if (minLength > 1) return undefined;
  const fits = (value: unknown): value is string =>
    typeof value === 'string' && value.length >= minLength && value.length <= maxLength;
  if (hasOnly(schema, ['type', 'minLength', 'maxLength'])) return fits;
  if (format !== 'date-time' || !hasOnly(schema, ['type', 'minLength', 'maxLength', 'format']))
    return undefined;
  return (value) => fits(value) && !Number.isNaN(usualInstant(value));
}

function libraryCheck(schema: TSchema): Check {
  const compiled = Compile(schema);
  return (value) => compiled.Check(value);
}
