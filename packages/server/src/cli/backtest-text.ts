import type { Accuracy, BacktestReport, Proportion } from '@fanzha/contract';

const number = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** A report for people, in both languages. */
export function backtestText(report: BacktestReport): string {
  const events = report.events.reduce((sum, each) => sum + each.events, 0);
  return [
    `时段 period        ${report.firstEvent ?? report.from} – ${report.lastEvent ?? report.to}`,
    `事件 events        ${number(events)}（${report.events.map((each) => `${each.kind} ${number(each.events)}`).join(', ')}）`,
    ...(report.unread > 0 ? [`无法读取 unread    ${number(report.unread)}`] : []),
    ...reproducedLines(report),
    ...matrixLines(report),
    ...ruleLines(report),
    ...accuracyLines(report),
    ...sampleLines('新增拦截 newly blocked', report.newlyBlocked),
    ...sampleLines('不再拦截 no longer blocked', report.noLongerBlocked),
    ...report.failures.map(({ part, count }) => `失败 failed        ${part}: ${number(count)}`),
    costLine(report),
  ].join('\n');
}

function reproducedLines({ reproduced, countersWholeFrom }: BacktestReport): string[] {
  const { compared, equal, otherVersion, differences } = reproduced;
  const rest = otherVersion === 0 ? '' : `; ${number(otherVersion)} 由其他版本判定 by another version`;
  const head = `复现 reproduced    ${number(equal)} / ${number(compared)}${rest}`;
  const whole = countersWholeFrom === null ? [] : [`计数完整 counters whole from ${countersWholeFrom}`];
  return [
    head,
    ...whole,
    ...differences.map(
      ({ decision, field, recorded, replayed, cause }) =>
        `    ${decision}  ${field}: ${recorded} → ${replayed} (${cause})`,
    ),
  ];
}

function matrixLines({ matrix, changed }: BacktestReport): string[] {
  const rows = matrix.map(
    ({ kind, baseline, candidate, events }) =>
      `    ${kind.padEnd(14)} ${baseline.padEnd(9)} → ${candidate.padEnd(9)} ${number(events).padStart(12)}${baseline === candidate ? '' : '  *'}`,
  );
  return [`判定矩阵 verdicts (* ${number(changed)} 变更 changed)`, ...rows];
}

function ruleLines({ rules }: BacktestReport): string[] {
  const moved = rules.filter(({ change, gained, lost }) => change !== 'same' || gained + lost > 0);
  if (moved.length === 0) return ['规则 rules          无变化 unchanged'];
  const rows = moved.map(
    ({ rule, change, baselineHits, candidateHits, gained, lost, candidateAccuracy }) =>
      `    ${rule} (${change})  ${number(baselineHits)} → ${number(candidateHits)}  +${number(gained)} −${number(lost)}${shareText('  ', candidateAccuracy?.precision)}`,
  );
  return ['规则 rules', ...rows];
}

function accuracyLines({ labels, baselineAccuracy, candidateAccuracy }: BacktestReport): string[] {
  if (baselineAccuracy === null || candidateAccuracy === null) {
    return ['准确率 accuracy    无已确认结果 no confirmed outcomes'];
  }
  const row = (name: string, { precision, recall }: Accuracy): string =>
    `    ${name}${shareText('  精确率 precision ', precision)}${shareText('  召回率 recall ', recall)}`;
  return [
    `已确认 labelled    ${number(labels.fraud)} 诈骗 fraud, ${number(labels.legitimate)} 正常 legitimate`,
    row('现行 live     ', baselineAccuracy),
    row('候选 candidate', candidateAccuracy),
  ];
}

function shareText(before: string, share: Proportion | null | undefined): string {
  if (share === null || share === undefined) return '';
  const { value, low, high, hits, of } = share;
  return `${before}${percent(value)} [${percent(low)}, ${percent(high)}] ${hits}/${of}`;
}

const SHOWN = 10;

function sampleLines(title: string, { total, items }: BacktestReport['newlyBlocked']): string[] {
  const rows = items.slice(0, SHOWN).map(({ decision, kind, baseline, candidate, rules, subjects }) => {
    const who = subjects.map(({ role, value }) => `${role} ${value}`).join(', ');
    return `    ${decision}  ${kind}  ${baseline} → ${candidate}  ${rules.join(', ')}  ${who}`;
  });
  return [`${title}  ${number(total)}`, ...rows];
}

function costLine({ cost }: BacktestReport): string {
  const { seconds, eventsPerSecond, baselineMicros, withCandidateMicros } = cost;
  return `耗时 time          ${number(seconds)} s, ${number(eventsPerSecond)} 事件/秒 events/s; ${baselineMicros} µs → ${withCandidateMicros} µs 每事件 an event`;
}
