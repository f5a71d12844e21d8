import Type, { type Static } from 'typebox';

/** `retention.json` of a pack: how long what is kept, by which rule. Other rooms have sections of their own in it. */
export const RetentionFile = Type.Object({
  decisions: Type.Object(
    {
      days: Type.Integer({ minimum: 1, maximum: 36_500 }),
      from: Type.String({ format: 'date' }),
      source: Type.String({ minLength: 1 }),
    },
    { additionalProperties: false },
  ),
});
export type RetentionFile = Static<typeof RetentionFile>;

const DAY_MS = 86_400_000;

/** Decisions from before this instant have been kept for as long as the pack says. */
export function decisionsKeptSince(retention: RetentionFile, now: number): Date {
  return new Date(now - retention.decisions.days * DAY_MS);
}
