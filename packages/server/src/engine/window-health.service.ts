import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Metrics } from '../platform/index.ts';
import type { Counting } from './counting.model.ts';
import type { WindowKeeper } from './window-snapshot.service.ts';

export interface WatchedWindows {
  readonly counting: Counting;
  readonly keeper: Pick<WindowKeeper, 'status'>;
}

type Figure = NonNullable<HealthPart['figures']>[number];

/** Figures of the counters for the health page. */
export function windowFigures({ counting, keeper }: WatchedWindows): Figure[] {
  const stats = counting.stats();
  const { lastAt, lastBytes, longestPauseMs } = keeper.status();
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
  const { problem } = keeper.status();
  return problem === undefined
    ? undefined
    : { 'zh-CN': `计数器快照有问题：${problem}`, en: `The counters' snapshot has a problem: ${problem}` };
}

/** Registers the figures of the counters for scraping. */
export function windowMetrics(metrics: Metrics, { counting, keeper }: WatchedWindows): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`fanzha_windows_${name}`, help, read);
  gauge('keys', 'Subjects with counters', () => counting.stats().keys);
  gauge('bytes', 'Memory of the counters', () => counting.stats().usedBytes);
  gauge('budget_bytes', 'Memory that the counters may take', () => counting.stats().budgetBytes);
  gauge('evictions', 'Subjects forgotten for want of memory', () => counting.stats().evictions);
  gauge('expired', 'Subjects forgotten because no window reaches them', () => counting.stats().expired);
  gauge('late', 'Events too late to count', () => counting.stats().late);
  gauge('early', 'Events dated into the future', () => counting.stats().early);
  gauge('open', 'Events that wait for one that carries them on', () => counting.stats().open);
  gauge('snapshot_at_seconds', 'Time of the newest snapshot', () => (keeper.status().lastAt ?? 0) / 1000);
}
