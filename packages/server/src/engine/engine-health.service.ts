import type { HealthPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Metrics } from '../platform/index.ts';
import type { DecidedTally, EngineCore } from './engine-core.service.ts';
import type { LiveDecisions } from './live.service.ts';
import { overloadFigures, overloadMetrics, overloadProblem } from './overload-health.service.ts';
import type { Projection } from './projection.service.ts';
import { windowFigures, windowMetrics, windowProblem } from './window-health.service.ts';

/** The parts of the engine that are looked at from outside. */
export interface Watched {
  readonly core: Pick<EngineCore, 'status'>;
  readonly projection: Projection;
  readonly live: LiveDecisions;
}

/** Lists are this far behind before anybody needs to know. */
const LAG_SECONDS = 30;

const text = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

/** State and figures of the engine for the health page. */
export function engineHealth(watched: Watched): HealthPart {
  const { core, projection, live } = watched;
  const status = core.status();
  const { journal: files, repeats } = status;
  const writing = projection.status();
  const { perSecond, p50Micros, p99Micros, p999Micros } = status.load;
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
      figure('latencyP999', text('延迟 99.9 分位', '99.9th percentile latency'), p999Micros / 1000, 'ms'),
      figure('projectionLag', text('列表滞后', 'Lag of lists'), round(writing.lagSeconds), 's'),
      figure('projectionSkipped', text('写库时跳过的记录', 'Records passed over'), writing.skipped, ''),
      figure(
        'unlisted',
        text('只计数未列出的放行', 'Plain decisions counted, not listed'),
        writing.unlisted,
        '',
      ),
      figure('journalBytes', text('日志大小', 'Size of the journal'), files.bytes, 'B'),
      figure('journalDamaged', text('日志损坏处', 'Damaged places in the journal'), files.damaged, ''),
      figure('remembered', text('去重记住的事件', 'Events known for repeats'), repeats.size, ''),
      figure('liveReaders', text('实时查看者', 'Live readers'), live.readers, ''),
      ...overloadFigures(status),
      ...windowFigures(status),
    ],
  };
}

function stateOf(watched: Watched): Pick<HealthPart, 'state' | 'text'> {
  const { core, projection } = watched;
  const status = core.status();
  const { journal: files } = status;
  const writing = projection.status();
  const unrecorded = overloadProblem(status);
  if (unrecorded !== undefined) return unrecorded;
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
  const windows = windowProblem(status);
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

/** Counts decisions for scraping. */
export function decisionMetrics(metrics: Metrics): (tally: DecidedTally) => void {
  const labels = ['kind', 'verdict'];
  const decisions = metrics.counter('fanzha_decisions_total', 'Decisions by kind and verdict', labels);
  const degraded = metrics.counter(
    'fanzha_decisions_degraded_total',
    'Decisions made while something was missing',
  );
  return ({ groups, degraded: missing }) => {
    for (const { count, ...group } of groups) decisions.add(count, group);
    if (missing > 0) degraded.add(missing);
  };
}

/** Registers the engine's other figures for scraping. */
export function engineMetrics(metrics: Metrics, { core, projection }: Watched): void {
  const gauge = (name: string, help: string, read: () => number) => metrics.gauge(name, help, read);
  const time = 'from the arrival of events until their decisions are durable, over the last minute';
  const load = () => core.status().load;
  gauge('fanzha_decision_p50_seconds', `Median time ${time}`, () => load().p50Micros / 1e6);
  gauge('fanzha_decision_p99_seconds', `99th percentile of the time ${time}`, () => load().p99Micros / 1e6);
  gauge(
    'fanzha_decision_p999_seconds',
    `99.9th percentile of the time ${time}`,
    () => load().p999Micros / 1e6,
  );
  const written = () => projection.status();
  gauge('fanzha_projection_lag_seconds', 'How far lists are behind', () => written().lagSeconds);
  gauge('fanzha_projection_skipped', 'Journal records passed over', () => written().skipped);
  gauge('fanzha_unlisted', 'Plain decisions counted and not listed', () => written().unlisted);
  const journal = () => core.status().journal;
  gauge('fanzha_journal_bytes', 'Size of the journal', () => journal().bytes);
  gauge('fanzha_journal_down', '1 while the journal cannot be written', () =>
    journal().state === 'down' ? 1 : 0,
  );
  gauge('fanzha_journal_damaged', 'Damaged places found in the journal', () => journal().damaged);
  gauge('fanzha_remembered_events', 'Events known for repeats', () => core.status().repeats.size);
  overloadMetrics(metrics, () => core.status().overload);
  windowMetrics(metrics, () => core.status());
}
