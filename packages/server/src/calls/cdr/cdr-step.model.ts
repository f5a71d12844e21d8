import type { Localized } from '@fanzha/vocabulary';
import type { ImportStep } from './cdr-import.model.ts';

/** A record that was not taken: its line, the field, why, and the record itself. */
export interface Refusal {
  readonly line: number;
  readonly field: string;
  readonly reason: Localized;
  readonly raw: string;
}

/** A record and what became of its events. */
export interface RecordOutcome {
  readonly line: number;
  readonly raw: string;
  /** When the call began, ms since the epoch. */
  readonly at: number;
  readonly outcomes: readonly {
    readonly text: string;
    readonly ok: boolean;
    readonly duplicate: boolean;
    readonly verdict?: string;
  }[];
}

/** Only these are decided: the end of a call has no verdict. */
const DECIDED = '{"kind":"call.attempt"';

/** Sums what became of the records of a batch; `olderThan` is the instant before which they count only in part. */
export function stepOf(
  records: readonly RecordOutcome[],
  refusedBefore: number,
  olderThan: number,
): { step: ImportStep; failed: RecordOutcome[] } {
  const verdicts: Record<string, number> = {};
  const failed: RecordOutcome[] = [];
  let [taken, duplicates, older] = [0, 0, 0];
  let [firstAt, lastAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const record of records) {
    const { outcomes, at } = record;
    firstAt = Math.min(firstAt, at);
    lastAt = Math.max(lastAt, at);
    if (outcomes.some(({ ok }) => !ok)) failed.push(record);
    else if (outcomes.length > 0 && outcomes.every(({ duplicate }) => duplicate)) duplicates += 1;
    else {
      taken += 1;
      if (at < olderThan) older += 1;
    }
    for (const { text, verdict, duplicate } of outcomes) {
      if (verdict === undefined || duplicate || !text.startsWith(DECIDED)) continue;
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
  }
  const refused = failed.length + refusedBefore;
  const counts = { records: records.length + refusedBefore, taken, duplicates, refused, older, verdicts };
  const step = records.length === 0 ? counts : { ...counts, firstAt, lastAt };
  return { step, failed };
}
