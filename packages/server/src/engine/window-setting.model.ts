import Type, { type Static } from 'typebox';

/** Section `windows` of a pack's `engine.json`: what counters may cost and how long they wait. */
export const WindowSetting = Type.Object(
  {
    /** Memory of the counters in MiB; taken only as it is needed. `FANZHA_WINDOWS_MB` overrides it. */
    budgetMegabytes: Type.Integer({ minimum: 16, maximum: 65_536 }),
    /** How much older than the newest event of its subject an event may be and still be counted. */
    latenessMinutes: Type.Number({ minimum: 0, maximum: 1440 }),
    /** Time between two snapshots. */
    snapshotMinutes: Type.Number({ minimum: 0.1, maximum: 1440 }),
    /** How long counters that no policy reads any more go on counting, so that a rollback finds its history. */
    unusedHours: Type.Number({ minimum: 0, maximum: 720 }),
    /** Events kept open for one that continues them (an attempt for its end): most of them, and for how long. */
    openEvents: Type.Integer({ minimum: 100, maximum: 50_000_000 }),
    openHours: Type.Number({ minimum: 0.1, maximum: 720 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type WindowSetting = Static<typeof WindowSetting>;
