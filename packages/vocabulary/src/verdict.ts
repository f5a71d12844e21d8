/** What may be done with an event, mildest first: the order is the severity. */
export const VERDICTS = ['allow', 'label', 'challenge', 'hold', 'limit', 'block'] as const;
export type Verdict = (typeof VERDICTS)[number];

const SEVERITY = new Map<Verdict, number>(VERDICTS.map((verdict, index) => [verdict, index]));

/** Position in `VERDICTS`: 0 for `allow`, 5 for `block`. */
export function severityOf(verdict: Verdict): number {
  return SEVERITY.get(verdict) ?? 0;
}

/** The more restrictive of two verdicts; the first wins a tie. */
export function moreSevere(a: Verdict, b: Verdict): Verdict {
  return severityOf(b) > severityOf(a) ? b : a;
}

/** The milder of two verdicts: used where a guard caps what rules may do. */
export function milder(a: Verdict, b: Verdict): Verdict {
  return severityOf(b) < severityOf(a) ? b : a;
}
