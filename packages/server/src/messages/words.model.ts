import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Words = Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { minItems: 1, maxItems: 400 });

/** `packs/<id>/messages.json`: the words by which messages name contacts, codes and cards, as people write them now. */
export const MessageWords = Type.Object(
  {
    version: Type.String(),
    source: Type.String(),
    /** Words that a contact id follows, by service; a word of two characters or more, Latin ones in any case. */
    handles: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Words),
    /** Words that go with a one-time code, before or after it. */
    codeWords: Words,
    /** Words before the last digits of a card or account. */
    tailWords: Words,
  },
  closed,
);
export type MessageWords = Static<typeof MessageWords>;
