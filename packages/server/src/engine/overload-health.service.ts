import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Metrics } from '../platform/index.ts';
import type { CoreStatus } from './engine-core.service.ts';
import type { OverloadFigures } from './overload.model.ts';

type Figure = HealthPart['figures'][number];
type Watched = Pick<CoreStatus, 'away' | 'journal' | 'overload'>;

const text = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

/** What the policy for overload does, for the health page; by kind where it did anything. */
export function overloadFigures({ overload }: Pick<CoreStatus, 'overload'>): Figure[] {
  const { waiting, lost, refused } = overload;
  const figure = (name: string, title: Localized, value: number): Figure => ({
    name,
    title,
    value,
    unit: '',
  });
  return [
    figure('unrecordedWaiting', text('等待补记的决定', 'Decisions that wait to be recorded'), waiting),
    figure('unrecordedLost', text('未能保留、不再补记的决定', 'Decisions that could not be kept'), lost),
    ...answeredByKind(overload).map(([kind, count]) =>
      figure(
        `answeredUnrecorded.${kind}`,
        text(`先答复后补记：${kind}`, `Answered before recorded: ${kind}`),
        count,
      ),
    ),
    ...refused.map(({ kind, count }) =>
      figure(`refused.${kind}`, text(`请求稍后重发：${kind}`, `Asked to come back: ${kind}`), count),
    ),
  ];
}

/** What is wrong where decisions cannot be recorded; undefined when nothing is. */
export function overloadProblem({
  away,
  journal,
  overload,
}: Watched): Pick<HealthPart, 'state' | 'text'> | undefined {
  const kinds = overload.failOpen.join(', ');
  const state = kinds === '' ? 'down' : 'degraded';
  const goesOn =
    kinds === ''
      ? text('不再接收事件', 'no events are taken in')
      : text(
          `${kinds} 的即时决定照常答复并标注，恢复后补记；批量提交须稍后重发`,
          `inline decisions of ${kinds} go on, marked, and are recorded later; streams have to come back`,
        );
  if (away !== undefined) {
    return {
      state,
      text: text(
        `判定进程已退出，正在重新启动，${goesOn['zh-CN']}：${away}`,
        `The deciding process has gone and is being started again, ${goesOn.en}: ${away}`,
      ),
    };
  }
  if (journal.state === 'down') {
    const { problem = '' } = journal;
    return {
      state,
      text: text(
        `日志无法写入，${goesOn['zh-CN']}：${problem}`,
        `The journal cannot be written, ${goesOn.en}: ${problem}`,
      ),
    };
  }
  if (overload.waiting > 0) {
    return {
      state: 'degraded',
      text: text('有已答复的决定等待补记', 'Decisions that were answered wait to be recorded'),
    };
  }
  return undefined;
}

/** Registers the same for scraping. */
export function overloadMetrics(metrics: Metrics, read: () => OverloadFigures): void {
  const sum = (of: readonly { readonly count: number }[]): number =>
    of.reduce((total, { count }) => total + count, 0);
  metrics.gauge(
    'fanzha_unrecorded_waiting',
    'Answered decisions that wait to be recorded',
    () => read().waiting,
  );
  metrics.gauge('fanzha_unrecorded_lost', 'Answered decisions that could not be kept', () => read().lost);
  metrics.gauge('fanzha_answered_unrecorded', 'Decisions answered before they were recorded', () =>
    sum(read().answered),
  );
  metrics.gauge('fanzha_refused', 'Inline events that were asked to come back', () => sum(read().refused));
}

function answeredByKind({ answered }: OverloadFigures): [string, number][] {
  const kinds = new Map<string, number>();
  for (const { kind, count } of answered) kinds.set(kind, (kinds.get(kind) ?? 0) + count);
  return [...kinds];
}
