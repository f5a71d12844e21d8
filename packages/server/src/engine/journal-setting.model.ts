import Type, { type Static } from 'typebox';

/** Section `journal` of a pack's `engine.json`: how far back events can be replayed. */
export const JournalSetting = Type.Object(
  {
    /** Events are kept for so many days, */
    keepDays: Type.Number({ minimum: 1, maximum: 3650 }),
    /** as long as all of them take no more room than this; the oldest go first. */
    keepGigabytes: Type.Number({ minimum: 1, maximum: 100_000 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type JournalSetting = Static<typeof JournalSetting>;
