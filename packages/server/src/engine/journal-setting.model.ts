import Type, { type Static } from 'typebox';

/** Section `journal` of a pack's `engine.json`: how far back events can be replayed. */
export const JournalSetting = Type.Object(
  {
    /** Events are kept for so many days, */
    keepDays: Type.Number({ minimum: 1, maximum: 3650 }),
    /** as long as all of them take no more room than this; the oldest go first. */
    keepGigabytes: Type.Number({ minimum: 1, maximum: 100_000 }),
    /** Memory in MiB for the ids by which an event that comes again is known; the others of a day go to files, */
    idsMegabytes: Type.Integer({ minimum: 1, maximum: 65_536 }),
    /** which take no more room than this. */
    idsGigabytes: Type.Number({ minimum: 0, maximum: 100_000 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type JournalSetting = Static<typeof JournalSetting>;
