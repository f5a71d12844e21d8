import { EVENT_KINDS, type FieldError } from '@fanzha/contract';
import { type Locale, VERDICTS, type Verdict } from '@fanzha/vocabulary';
import type { Decider, EngineDecision } from '../engine/index.ts';
import { AppError, isReject, type Read, type Reject, WHOLE_LINE } from '../platform/index.ts';
import type { LineWriter } from './line-writer.ts';
import type { EventInput, EventMapper } from './readers/events.ts';
import type { Screened } from './readers/screened.ts';

/** What came of a file; the same object grows while it is read. */
export interface ScreeningSummary {
  lines: number;
  decided: number;
  rejected: number;
  /** Lines of a kind that is not screened here, such as `call.end`. */
  otherKinds: number;
  readonly verdicts: Record<Verdict, number>;
  readonly reasons: Map<string, number>;
  /** The first refused lines, to be shown when no file takes them. */
  readonly firstRejects: RejectLine[];
}

/** A refused line as it is written to the rejects file. */
export interface RejectLine {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  /** Further wrong fields of the same line. */
  readonly also?: readonly FieldError[];
  readonly raw: string;
}

export interface ScreeningParts {
  readonly kind: Screened;
  readonly decider: Decider;
  readonly mapper: EventMapper;
  readonly locale: Locale;
  readonly output: LineWriter;
  readonly rejects?: LineWriter;
  /** Writes a decision as one line. */
  readonly format: (line: number, decision: EngineDecision) => string;
  readonly onProgress: (summary: ScreeningSummary) => void;
}

const WANTED: Readonly<Record<Screened, string>> = { calls: 'call.attempt', messages: 'sms.submit' };
const SHOWN_REJECTS = 5;
const MAX_RAW = 1000;

export function emptySummary(): ScreeningSummary {
  return {
    lines: 0,
    decided: 0,
    rejected: 0,
    otherKinds: 0,
    verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>,
    reasons: new Map(),
    firstRejects: [],
  };
}

/**
 * Decides every record and writes one line for each, in the order of the file; a record that is refused costs only
 * itself. Ends early when the reader of the output has gone away or `stop` is aborted.
 */
export async function screenRecords(
  batches: AsyncIterable<readonly Read[]>,
  parts: ScreeningParts,
  summary: ScreeningSummary,
  stop: AbortSignal,
): Promise<void> {
  for await (const batch of batches) {
    for (const read of batch) {
      const waiting = screenOne(read, parts, summary);
      if (waiting) await waiting;
      if (stop.aborted || parts.output.closed) return;
    }
    parts.onProgress(summary);
    await parts.output.flush();
  }
}

function screenOne(read: Read, parts: ScreeningParts, summary: ScreeningSummary): Promise<void> | undefined {
  summary.lines += 1;
  const mapped = isReject(read) ? read : parts.mapper.map(read);
  if (!('event' in mapped)) return refuse(toLine(mapped, parts.locale), parts, summary);
  const { kind } = mapped.event;
  if (kind !== WANTED[parts.kind] && EVENT_KINDS.some((known) => known === kind)) {
    summary.otherKinds += 1;
    return undefined;
  }
  const decision = decide(mapped, parts);
  if ('reason' in decision) return refuse(decision, parts, summary);
  count(decision, summary);
  return parts.output.line(parts.format(mapped.line, decision));
}

function decide(
  { event, line, raw }: EventInput,
  { decider, locale }: ScreeningParts,
): EngineDecision | RejectLine {
  try {
    return decider.decide(decider.parse(event, locale));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [first, ...also] = error.fields;
    return {
      line,
      field: first?.field || WHOLE_LINE,
      reason: first?.reason ?? error.kind.title[locale],
      ...(also.length > 0 ? { also } : {}),
      raw: raw.slice(0, MAX_RAW),
    };
  }
}

function count(decision: EngineDecision, summary: ScreeningSummary): void {
  summary.decided += 1;
  summary.verdicts[decision.verdict] += 1;
  for (const { code } of decision.reasons) summary.reasons.set(code, (summary.reasons.get(code) ?? 0) + 1);
}

function toLine({ line, field, reason, raw }: Reject, locale: Locale): RejectLine {
  return { line, field, reason: reason[locale], raw };
}

function refuse(
  reject: RejectLine,
  parts: ScreeningParts,
  summary: ScreeningSummary,
): Promise<void> | undefined {
  summary.rejected += 1;
  if (summary.firstRejects.length < SHOWN_REJECTS) summary.firstRejects.push(reject);
  return parts.rejects?.line(JSON.stringify(reject));
}
