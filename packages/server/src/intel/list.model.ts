import type { ListView } from '@fanzha/contract';
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

export type ListKind = ListView['kind'];
export type ListPurpose = ListView['purpose'];

/** Tag under which rules and guards find what must not be blocked. */
export const NEVER_BLOCK = 'never-block';

/** A list that is kept here, as plain data: what goes to another process. */
export interface OwnList {
  readonly id: string;
  readonly title: Localized;
  readonly kind: ListKind;
  readonly purpose: ListPurpose;
  readonly tags: readonly string[];
}

export interface ListInfo extends OwnList {
  readonly origin: 'pack' | 'own';
  /** What it says of itself; own lists keep theirs in the database. */
  readonly source: string;
  readonly date?: string;
  /** Entries of a list of the pack; own ones are counted in the database. */
  readonly size: number;
}

/** One entry as it stands after a change. */
export interface ListStep {
  readonly list: string;
  readonly value: string;
  readonly gone?: true;
  /** Seconds since the epoch, exclusive. */
  readonly until?: number;
}

/**
 * What changed between two versions: plain data that may be sent to another process and applied there, again and again
 * with the same outcome. `lists` are all own lists there are.
 */
export interface ListDelta {
  readonly from: number;
  readonly to: number;
  readonly lists: readonly OwnList[];
  readonly steps: readonly ListStep[];
}

/** Which lists know a subject. */
export interface Lists {
  /** Those of the pack, then own ones. */
  readonly all: readonly ListInfo[];
  /** Ids and tags of the lists of a kind: what `lookUp` may answer. */
  names(kind: ListKind): readonly string[];
  /** Version of the own lists that is looked at. */
  readonly version: number;
  /**
   * Ids and tags of the lists that the subject is on, sorted; empty when none knows it. `at` is the RFC 3339 instant at
   * which entries must not have expired. Block lists are silent about a subject that is on a never-block list.
   */
  lookUp(subject: Pick<Subject, 'kind' | 'value'>, at?: string): readonly string[];
  /** A never-block list that holds the value or, for a host, a name above or below it. */
  protector(kind: ListKind, value: string): ListInfo | undefined;
  /** What changed up to a version, in pieces that leave room for decisions; seen all at once at its end. */
  apply(delta: ListDelta): Promise<'applied' | 'known' | 'gap'>;
  /** Forgets the own lists: the database they came from was put back to an earlier time. */
  reset(): Promise<void>;
}
