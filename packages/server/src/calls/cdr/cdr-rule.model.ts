import type { CdrField, CdrRule, CdrSetting } from '@fanzha/contract';
import { CALL_COLUMNS } from './call-column.model.ts';
import { CALL_END_COLUMNS } from './call-end-column.model.ts';

/** Fields of a record as texts; a field that says nothing is not there. */
export type CallFields = Partial<Record<CdrField | 'simulated', string>>;

/** Reads a time as it is written; undefined when it is none. RFC 3339 comes out. */
export type TimeReader = (text: string) => string | undefined;

export interface RuleParts {
  readonly setting: CdrSetting;
  /** Normal form of a column's name; undefined when it is too long to be known. */
  readonly columnName: (name: string) => string | undefined;
}

type Values = Readonly<Record<string, unknown>>;
type Getter = (values: Values) => string | undefined;

/** Fields whose empty text says something: the number was withheld. */
const PARTIES: ReadonlySet<string> = new Set(['from', 'to']);
const MAX_NAMES = 10_000;
const NO_TIME = /^0000-00-00/;

const ALIASES: ReadonlyMap<string, readonly [field: CdrField, rank: number]> = new Map(
  Object.entries({ ...CALL_COLUMNS, ...CALL_END_COLUMNS })
    .filter(([field]) => field !== 'kind')
    .flatMap(([field, names]) =>
      names.map((name, rank) => [name, [field as CdrField, rank] as const] as const),
    ),
);

/** Makes a reader of a record's fields: rules of the setting first, else columns by their usual names. */
export function createFieldReader({ setting, columnName }: RuleParts): (values: Values) => CallFields {
  const rules = Object.entries(setting.fields ?? {}).map(
    ([field, rule]) => [field as CdrField, getterOf(rule)] as const,
  );
  const ruled = new Set<string>(rules.map(([field]) => field));
  const names = new Map<string, readonly [CdrField, number] | undefined>();
  const aliasOf = (name: string): readonly [CdrField, number] | undefined => {
    if (names.has(name)) return names.get(name);
    const found = ALIASES.get(columnName(name) ?? '');
    const alias = found && !ruled.has(found[0]) ? found : undefined;
    if (names.size < MAX_NAMES) names.set(name, alias);
    return alias;
  };
  return (values) => {
    const fields = byAlias(values, aliasOf);
    for (const [field, get] of rules) {
      const text = get(values);
      if (text !== undefined && (text !== '' || PARTIES.has(field))) fields[field] = text;
    }
    return fields;
  };
}

/** Values by field; where two columns stand for one field the better name wins. */
function byAlias(
  values: Values,
  aliasOf: (name: string) => readonly [CdrField, number] | undefined,
): CallFields {
  const fields: CallFields = {};
  const ranks: Record<string, number> = {};
  for (const name of Object.keys(values)) {
    const alias = aliasOf(name);
    if (alias === undefined) continue;
    const [field, rank] = alias;
    if (rank >= (ranks[field] ?? Number.POSITIVE_INFINITY)) continue;
    const text = textOf(values[name]);
    if (text === undefined || (text === '' && !PARTIES.has(field)) || NO_TIME.test(text)) continue;
    fields[field] = text;
    ranks[field] = rank;
  }
  return fields;
}

/** A value as text; undefined for what is no value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

function getterOf(rule: CdrRule): Getter {
  if (typeof rule === 'string') return columnGetter(rule);
  const { column, value, table, oneOf } = rule;
  if (column === undefined) return () => (value === undefined ? undefined : String(value));
  const columns = (typeof column === 'string' ? [column] : column).map(columnGetter);
  const held: Getter = (values) => {
    for (const get of columns) {
      const text = get(values);
      if (text !== undefined && text !== '' && !NO_TIME.test(text)) return text;
    }
    return undefined;
  };
  if (oneOf !== undefined) {
    const wanted = new Set(oneOf);
    return (values) => String(wanted.has(held(values) ?? ''));
  }
  if (table !== undefined) {
    const known = new Map(Object.entries(table));
    return (values) => known.get(held(values) ?? '') ?? rule.else;
  }
  return (values) => held(values) ?? rule.else;
}

/** A column by its very name; of JSON also a path with dots. */
function columnGetter(name: string): Getter {
  const path = name.split('.');
  return (values) => {
    if (Object.hasOwn(values, name)) return textOf(values[name]);
    return path.length > 1 ? textOf(atPath(values, path)) : undefined;
  };
}

function atPath(values: unknown, path: readonly string[]): unknown {
  let at = values;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Values)[step];
  }
  return at;
}
