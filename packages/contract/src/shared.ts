import { LOCALES } from '@fanzha/vocabulary';
import Type, { type Static, type TSchema } from 'typebox';

/** RFC 3339 instant with zone, e.g. `2026-11-23T10:00:00+08:00`. */
export const Instant = Type.String({ format: 'date-time', maxLength: 40 });

export const LocalizedText = Type.Object(
  { 'zh-CN': Type.String(), en: Type.String() },
  { $id: 'LocalizedText', additionalProperties: false },
);

export const LocaleName = Type.Enum([...LOCALES]);

/** Query part of every list: a cursor from the previous page and a page size. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'from `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
};

/** A page of a list; `next` is absent on the last one. */
export function Page<Item extends TSchema>(item: Item) {
  return Type.Object(
    { items: Type.Array(item), next: Type.Optional(Type.String()) },
    { additionalProperties: false },
  );
}

export const Empty = Type.Object({}, { additionalProperties: false });
export type Empty = Static<typeof Empty>;
