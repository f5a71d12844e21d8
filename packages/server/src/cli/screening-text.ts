import type { Locale } from '@fanzha/vocabulary';
import type { Decider, EngineDecision } from '../engine/index.ts';
import type { ScreeningSummary } from './screening.ts';

/** A decision as one JSON object: what `fanzha screen` writes for programs. Texts are in one language. */
export function decisionJson(
  line: number,
  decision: EngineDecision,
  decider: Decider,
  locale: Locale,
): string {
  const { label } = decision;
  return JSON.stringify({
    line,
    id: decision.eventId,
    kind: decision.kind,
    at: decision.at,
    verdict: decision.verdict,
    score: decision.score,
    ...(label ? { label: decider.texts.text(label)[locale] } : {}),
    ...(decision.fraudType === undefined ? {} : { fraudType: decision.fraudType }),
    reasons: decision.reasons.map((reason) => ({
      code: reason.code,
      text: decider.texts.text(reason)[locale],
      verdict: reason.verdict,
      score: reason.score,
      ...(reason.capped === undefined ? {} : { capped: reason.capped }),
      values: reason.values,
    })),
    subjects: decision.reading.subjects,
    ...(decision.degraded.length > 0 ? { degraded: decision.degraded } : {}),
    ...(decision.simulated ? { simulated: true } : {}),
  });
}

/** A decision as one line for a person at a terminal. */
export function decisionText(
  line: number,
  decision: EngineDecision,
  decider: Decider,
  locale: Locale,
): string {
  const parties = decision.reading.subjects
    .filter(({ kind }) => kind === 'number' || kind === 'sender')
    .map(({ value }) => decider.texts.displayNumber(value))
    .join(' → ');
  const verdict = decision.verdict.padEnd(9);
  return `${String(line).padStart(7)}  ${verdict} ${decision.score.toFixed(2)}  ${parties}  ${decider.texts.sentence(decision)[locale]}`;
}

const WORDS = {
  'zh-CN': {
    read: '读取',
    lines: '行',
    decided: '已决定',
    rejected: '未采用',
    other: '其他类型',
    reasons: '理由',
    ignored: '未使用的列',
    stopped: '已中断，以下为到此为止的结果',
    cut: '文件后面部分无法读取，以下为到此为止的结果',
    line: '第',
  },
  en: {
    read: 'read',
    lines: 'lines',
    decided: 'decided',
    rejected: 'rejected',
    other: 'of other kinds',
    reasons: 'reasons',
    ignored: 'columns not used',
    stopped: 'stopped: this is what came of it so far',
    cut: 'the rest of the file could not be read: this is what came of it so far',
    line: 'line',
  },
} as const;

export interface SummaryFrame {
  readonly seconds: number;
  readonly ignored: readonly string[];
  readonly ended: 'complete' | 'stopped' | 'cut';
  /** Whether refused lines went to a file; otherwise the first of them are shown. */
  readonly rejectsKept: boolean;
}

const TOP_REASONS = 20;

/** What is said on stderr at the end, line by line. */
export function summaryLines(summary: ScreeningSummary, frame: SummaryFrame, locale: Locale): string[] {
  const words = WORDS[locale];
  const number = new Intl.NumberFormat('en');
  const rate = number.format(Math.round(summary.lines / Math.max(frame.seconds, 0.001)));
  const counts = [
    `${number.format(summary.decided)} ${words.decided}`,
    `${number.format(summary.rejected)} ${words.rejected}`,
    ...(summary.otherKinds > 0 ? [`${number.format(summary.otherKinds)} ${words.other}`] : []),
  ];
  const verdicts = Object.entries(summary.verdicts)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${verdict} ${number.format(count)}`);
  const reasons = [...summary.reasons]
    .sort((a, b) => b[1] - a[1])
    .slice(0, TOP_REASONS)
    .map(([code, count]) => `  ${number.format(count).padStart(10)}  ${code}`);
  return [
    ...(frame.ended === 'complete' ? [] : [words[frame.ended]]),
    `${words.read} ${number.format(summary.lines)} ${words.lines}, ${frame.seconds.toFixed(1)} s, ${rate}/s: ${counts.join(', ')}`,
    ...(verdicts.length > 0 ? [verdicts.join(' · ')] : []),
    ...(reasons.length > 0 ? [`${words.reasons}:`, ...reasons] : []),
    ...(frame.ignored.length > 0 ? [`${words.ignored}: ${frame.ignored.join(', ')}`] : []),
    ...rejectLines(summary, frame, locale),
  ];
}

function rejectLines(summary: ScreeningSummary, frame: SummaryFrame, locale: Locale): string[] {
  if (frame.rejectsKept || summary.rejected === 0) return [];
  const shown = summary.firstRejects.map(({ line, field, reason }) =>
    locale === 'zh-CN' ? `  第 ${line} 行：${field} ${reason}` : `  line ${line}: ${field} ${reason}`,
  );
  const rest = summary.rejected - shown.length;
  const more =
    locale === 'zh-CN'
      ? `  另有 ${rest} 行（用 --rejects 保存）`
      : `  and ${rest} more (--rejects keeps them)`;
  return [`${WORDS[locale].rejected}:`, ...shown, ...(rest > 0 ? [more] : [])];
}
