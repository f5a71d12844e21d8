import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Clock, Metrics } from '../platform/index.ts';
import type { Taken } from './intake.service.ts';
import type { Journal } from './journal/journal.model.ts';
import type { LiveDecisions } from './live.service.ts';
import type { LoadMeter } from './load.model.ts';
import type { Projection } from './projection.service.ts';
import type { RepeatIndex } from './repeat.model.ts';
import { type WatchedWindows, windowFigures, windowMetrics, windowProblem } from './window-health.service.ts';

/** The parts of the engine that are looked at from outside. */
export interface Watched extends WatchedWindows {
  readonly journal: Journal;
  readonly projection: Projection;
  readonly repeats: RepeatIndex;
  readonly load: LoadMeter;
  readonly live: LiveDecisions;
  readonly clock: Clock;
}

/** Lists are this far behind before anybody needs to know. */
const LAG_SECONDS = 30;

const text = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

/** State and figures of the engine for the health page. */
export function engineHealth(watched: Watched): HealthPart {
  const { journal, projection, repeats, load, clock, live } = watched;
  const files = journal.status();
  const writing = projection.status();
  const { perSecond, p50Micros, p99Micros } = load.figures(clock.now());
  const figure = (name: string, title: Localized, value: number, unit: string) => ({
    name,
    title,
    value,
    unit,
  });
  return {
    name: 'engine',
    title: text('决策引擎', 'Decision engine'),
    ...stateOf(watched),
    figures: [
      figure(
        'decisionRate',
        text('每秒决定数（最近一分钟）', 'Decisions a second (last minute)'),
        round(perSecond),
        '1/s',
      ),
      figure('latencyP50', text('延迟中位数', 'Median latency'), p50Micros / 1000, 'ms'),
      figure('latencyP99', text('延迟 99 分位', '99th percentile latency'), p99Micros / 1000, 'ms'),
      figure('projectionLag', text('列表滞后', 'Lag of lists'), round(writing.lagSeconds), 's'),
      figure('projectionSkipped', text('写库时跳过的记录', 'Records passed over'), writing.skipped, ''),
      figure('journalBytes', text('日志大小', 'Size of the journal'), files.bytes, 'B'),
      figure('journalDamaged', text('日志损坏处', 'Damaged places in the journal'), files.damaged, ''),
      figure('remembered', text('去重记住的事件', 'Events known for repeats'), repeats.size, ''),
      figure('liveReaders', text('实时查看者', 'Live readers'), live.readers, ''),
      ...windowFigures(watched),
    ],
  };
}

function stateOf(watched: Watched): Pick<HealthPart, 'state' | 'text'> {
  const { journal, projection } = watched;
  const files = journal.status();
  const writing = projection.status();
  if (files.state === 'down') {
    return {
      state: 'down',
      text: text(
        `日志无法写入，不再接收事件：${files.problem ?? ''}`,
        `The journal cannot be written, no events are taken in: ${files.problem ?? ''}`,
      ),
    };
  }
  if (writing.problem !== undefined) {
    return {
      state: 'degraded',
      text: text(
        '数据库不可用：决定照常作出并已落盘，列表稍后补上',
        'The database is unavailable: decisions are made and durable, lists will catch up',
      ),
    };
  }
  if (writing.lagSeconds > LAG_SECONDS) {
    return { state: 'degraded', text: text('列表落后于决定', 'Lists are behind the decisions') };
  }
  const windows = windowProblem(watched);
  if (windows !== undefined) return { state: 'degraded', text: windows };
  if (files.damaged > 0) {
    return {
      state: 'degraded',
      text: text('日志有损坏处，已隔离', 'The journal has damaged places, set aside in quarantine'),
    };
  }
  return { state: 'ok' };
}

const round = (value: number): number => Math.round(value * 10) / 10;

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5];

/** Registers the engine's figures; the returned function counts decisions that were written together. */
export function engineMetrics(
  metrics: Metrics,
  watched: Watched,
): (taken: readonly Taken[], micros: number) => void {
  const { journal, projection, repeats } = watched;
  const decisions = metrics.counter('fanzha_decisions_total', 'Decisions by kind and verdict', [
    'kind',
    'verdict',
  ]);
  const degraded = metrics.counter(
    'fanzha_decisions_degraded_total',
    'Decisions made while something was missing',
  );
  const seconds = metrics.histogram(
    'fanzha_decision_seconds',
    'Time from the arrival of events until their decisions, written together, are durable',
    SECONDS,
  );
  metrics.gauge(
    'fanzha_projection_lag_seconds',
    'How far lists are behind the decisions',
    () => projection.status().lagSeconds,
  );
  metrics.gauge(
    'fanzha_projection_skipped',
    'Journal records passed over',
    () => projection.status().skipped,
  );
  metrics.gauge('fanzha_journal_bytes', 'Size of the journal', () => journal.status().bytes);
  metrics.gauge('fanzha_journal_down', '1 while the journal cannot be written', () =>
    journal.status().state === 'down' ? 1 : 0,
  );
  metrics.gauge(
    'fanzha_journal_damaged',
    'Damaged places found in the journal',
    () => journal.status().damaged,
  );
  metrics.gauge('fanzha_remembered_events', 'Events known for repeats', () => repeats.size);
  windowMetrics(metrics, watched);
  return (taken, micros) => {
    const groups = new Map<string, { kind: string; verdict: string; count: number }>();
    let missing = 0;
    for (const { entry } of taken) {
      const { kind, verdict, degraded: lacking } = entry.decision;
      const group = groups.get(`${kind} ${verdict}`);
      if (group) group.count += 1;
      else groups.set(`${kind} ${verdict}`, { kind, verdict, count: 1 });
      if (lacking.length > 0) missing += 1;
    }
    for (const { count, ...labels } of groups.values()) decisions.add(count, labels);
    if (missing > 0) degraded.add(missing);
    // One time for all that were written together: they arrived together too.
    seconds.observe(micros / 1_000_000);
  };
}
