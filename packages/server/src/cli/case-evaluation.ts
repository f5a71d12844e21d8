import { VERDICTS, type Verdict } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import type { Decider } from '../engine/index.ts';
import { AppError, type Clock, compileSchema, LineDecoder, type RawLine } from '../platform/index.ts';

const closed = { additionalProperties: false };

/** One line of a case file. `verdict` may also be written as a single text. */
const Case = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 500 })),
    event: Type.Object({}, { additionalProperties: true }),
    expect: Type.Object(
      {
        verdict: Type.Array(Type.Enum([...VERDICTS]), { minItems: 1 }),
        reasons: Type.Optional(Type.Array(Type.String({ maxLength: 80 }))),
      },
      closed,
    ),
  },
  closed,
);
type Case = Static<typeof Case>;
const validator = compileSchema(Case);
/** JSON is UTF-8 (RFC 8259 section 8.1): case files are not guessed at. */
const utf8 = new LineDecoder('utf-8');

/** A case that did not come out as written, or a line that is not a case (`problem`). */
export interface CaseDifference {
  readonly line: number;
  readonly name?: string;
  readonly expected: { readonly verdict: readonly Verdict[]; readonly reasons?: readonly string[] } | null;
  readonly got: Verdict | null;
  /** Codes of the reasons that spoke. */
  readonly reasons: readonly string[];
  readonly problem?: string;
}

export interface CaseReport {
  n: number;
  passed: number;
  failed: number;
  /** The first 10,000 of them; `failed` counts all. */
  readonly differences: CaseDifference[];
}

const MAX_DIFFERENCES = 10_000;

/**
 * Decides every case of a file and compares: the verdict must be one of those expected, and every expected reason must
 * have spoken. A line that is not a case counts as failed with the reason; blank lines do not count.
 */
export async function evaluateCases(
  batches: AsyncIterable<readonly RawLine[]>,
  decider: Decider,
  clock: Clock,
): Promise<CaseReport> {
  const report: CaseReport = { n: 0, passed: 0, failed: 0, differences: [] };
  for await (const batch of batches) {
    for (const line of batch) {
      if (!line.tooLong && line.bytes.length === 0) continue;
      report.n += 1;
      const difference = evaluateLine(line, decider, clock);
      if (!difference) {
        report.passed += 1;
        continue;
      }
      report.failed += 1;
      if (report.differences.length < MAX_DIFFERENCES) report.differences.push(difference);
    }
  }
  return report;
}

function evaluateLine(line: RawLine, decider: Decider, clock: Clock): CaseDifference | undefined {
  const read = readCase(line);
  if (typeof read === 'string') {
    return { line: line.number, expected: null, got: null, reasons: [], problem: read };
  }
  const { name, event, expect } = read;
  const about = { line: line.number, ...(name === undefined ? {} : { name }), expected: expect };
  try {
    const whole = { id: `case-${line.number}`, at: clock.date().toISOString(), ...event };
    // A case stands for itself: what another case counted must not speak in it.
    const { verdict, reasons } = decider.preview(decider.parse(whole));
    const spoke = reasons.map(({ code }) => code);
    const asExpected =
      expect.verdict.includes(verdict) && (expect.reasons ?? []).every((code) => spoke.includes(code));
    return asExpected ? undefined : { ...about, got: verdict, reasons: spoke };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problem = error.fields.map(({ field, reason }) => `event.${field} ${reason}`).join('; ');
    return { ...about, got: null, reasons: [], problem: problem || error.message };
  }
}

/** The case of a line, or what is wrong with it. */
function readCase(line: RawLine): Case | string {
  if (line.tooLong) return 'the line is longer than 1 MiB';
  const text = utf8.decode(line.bytes);
  if (text === undefined) return 'not UTF-8';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
  const given = withVerdictList(value);
  if (validator.check(given)) return given;
  return validator
    .faults(given, 'en')
    .map(({ field, reason }) => `${field || 'the line'} ${reason}`)
    .join('; ');
}

function withVerdictList(value: unknown): unknown {
  const expect = (value as { expect?: { verdict?: unknown } } | null)?.expect;
  if (typeof expect?.verdict !== 'string') return value;
  return { ...(value as object), expect: { ...expect, verdict: [expect.verdict] } };
}
