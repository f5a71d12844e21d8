import Type, { type Static } from 'typebox';

const whole = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });

/** `cdr.json` of a pack: bounds of taking call records in. */
export const CdrLimits = Type.Object(
  {
    uploadGigabytes: whole(1, 1000),
    /** Refused records of one file that are kept to be looked at; the others are counted. */
    keepRefused: whole(0, 1_000_000),
    /** Where so many records at the beginning of a file are all refused, its source is set up wrongly. */
    refusedAtOnce: whole(10, 100_000),
    /** A file that nobody wrote for so long has its end. */
    settleSeconds: whole(1, 86_400),
    /** An import makes room for others after so long. */
    turnSeconds: whole(1, 3600),
    /** Files that were read are known again for so long. */
    knownDays: whole(1, 3650),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type CdrLimits = Static<typeof CdrLimits>;

/** Part of a pack's `retention.json`. */
export const CdrRetention = Type.Object({
  cdrRefused: Type.Object(
    {
      days: whole(1, 36_500),
      from: Type.String({ format: 'date' }),
      source: Type.String({ minLength: 1 }),
    },
    { additionalProperties: false },
  ),
});

/** What of a pack's `engine.json` says when an event comes too late to be counted beside newer ones. */
export const Lateness = Type.Object({
  windows: Type.Object({ latenessMinutes: Type.Number({ minimum: 0 }) }),
});
