import type { Localized, Subject } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed);

/** A file of the pack's `lists/` folder. A number may be written in any form; a host covers all hosts below it. */
export const ListFile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' }),
    title: Text,
    kind: Type.Enum(['number', 'host']),
    date: Type.String({ format: 'date', description: 'when the list was last checked' }),
    source: Type.String({ minLength: 1 }),
    licence: Type.String({ minLength: 1 }),
    /** What the list stands for; rules and guards read tags like list ids, e.g. `never-block`. */
    tags: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' })),
    entries: Type.Array(
      Type.Union([
        Type.String({ minLength: 1, maxLength: 253 }),
        Type.Object({ value: Type.String({ minLength: 1, maxLength: 253 }), title: Text }, closed),
      ]),
      { minItems: 1 },
    ),
  },
  closed,
);
export type ListFile = Static<typeof ListFile>;

export interface ListInfo {
  readonly id: string;
  readonly title: Localized;
  readonly kind: ListFile['kind'];
  readonly date: string;
  readonly source: string;
  readonly size: number;
}

/** Which lists know a subject. */
export interface Lists {
  readonly all: readonly ListInfo[];
  /** Ids and tags of the lists that the subject is on, sorted; empty when none knows it. */
  lookUp(subject: Pick<Subject, 'kind' | 'value'>): readonly string[];
}

const NONE: readonly string[] = [];

/** Exact look-up in memory: one map step for a number, one for each label of a host. */
export function createLists(files: readonly ListFile[], canonicalNumber: (value: string) => string): Lists {
  const names = { number: new Map<string, string[]>(), host: new Map<string, string[]>() };
  for (const { id, kind, tags, entries } of files) {
    for (const entry of entries) {
      const value = typeof entry === 'string' ? entry : entry.value;
      const key = kind === 'number' ? canonicalNumber(value) : value.toLowerCase();
      const found = new Set(names[kind].get(key)).add(id);
      for (const tag of tags) found.add(tag);
      names[kind].set(key, [...found].sort());
    }
  }
  return {
    all: files.map(({ id, title, kind, date, source, entries }) => ({
      id,
      title,
      kind,
      date,
      source,
      size: entries.length,
    })),
    lookUp: ({ kind, value }) => {
      if (kind === 'host') return lookUpHost(names.host, value);
      if (kind === 'number' || kind === 'sender') return names.number.get(value) ?? NONE;
      return NONE;
    },
  };
}

/** A name has at most 127 labels (RFC 1035 section 2.3.4), so the walk is short. */
function lookUpHost(hosts: ReadonlyMap<string, string[]>, host: string): readonly string[] {
  let rest = host.slice(0, 253);
  for (;;) {
    const found = hosts.get(rest);
    if (found) return found;
    const dot = rest.indexOf('.');
    if (dot < 0) return NONE;
    rest = rest.slice(dot + 1);
  }
}
