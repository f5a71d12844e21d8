import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Metrics } from '../platform/index.ts';
import type { CoreStatus } from './engine-core.service.ts';

type WatchedWindows = Pick<CoreStatus, 'counting' | 'keeper'>;

type Figure = NonNullable<HealthPart['figures']>[number];

/** Figures of the counters for the health page. */
export function windowFigures({ counting: stats, keeper }: WatchedWindows): Figure[] {
  const { lastAt, lastBytes, longestPauseMs } = keeper;
  const figure = (name: string, zh: string, en: string, value: number, unit = ''): Figure => {
    const title: Localized = { 'zh-CN': zh, en };
    return { name, title, value, unit };
  };
  return [
    figure('windowCounters', '规则用到的计数器', 'Counters that rules read', stats.counters),
    figure('windowKeys', '计数中的主体', 'Subjects with counters', stats.keys),
    figure('windowBytes', '计数器内存', 'Memory of the counters', stats.usedBytes, 'B'),
    figure('windowBudget', '计数器内存上限', 'Budget of the counters', stats.budgetBytes, 'B'),
    figure(
      'windowEvictions',
      '因内存不足忘记的主体',
      'Subjects forgotten for want of memory',
      stats.evictions,
    ),
    figure('windowLate', '过迟而未计的事件', 'Events too late to count', stats.late),
    figure('windowOpen', '等待结束的事件', 'Events that wait for their end', stats.open),
    ...(lastAt === undefined
      ? []
      : [figure('windowSnapshotBytes', '计数器快照大小', 'Size of their snapshot', lastBytes ?? 0, 'B')]),
    ...(longestPauseMs === undefined
      ? []
      : [figure('windowSnapshotPause', '快照最长停顿', 'Longest pause of a snapshot', longestPauseMs, 'ms')]),
  ];
}

/** What is wrong with the counters, for people; undefined when nothing is. */
export function windowProblem({ keeper }: WatchedWindows): Localized | undefined {
  const { problem } = keeper;
  return problem === undefined
    ? undefined
    : { 'zh-CN': `计数器快照有问题：${problem}`, en: `The counters' snapshot has a problem: ${problem}` };
}

/** Registers the figures of the counters for scraping. */
export function windowMetrics(metrics: Metrics, read: () => WatchedWindows): void {
  const gauge = (name: string, help: string, value: () => number) =>
    metrics.gauge(`fanzha_windows_${name}`, help, value);
  gauge('keys', 'Subjects with counters', () => read().counting.keys);
  gauge('bytes', 'Memory of the counters', () => read().counting.usedBytes);
  gauge('budget_bytes', 'Memory that the counters may take', () => read().counting.budgetBytes);
  gauge('evictions', 'Subjects forgotten for want of memory', () => read().counting.evictions);
  gauge('expired', 'Subjects forgotten because no window reaches them', () => read().counting.expired);
  gauge('late', 'Events too late to count', () => read().counting.late);
  gauge('early', 'Events dated into the future', () => read().counting.early);
  gauge('open', 'Events that wait for one that carries them on', () => read().counting.open);
  gauge('snapshot_at_seconds', 'Time of the newest snapshot', () => (read().keeper.lastAt ?? 0) / 1000);
}
