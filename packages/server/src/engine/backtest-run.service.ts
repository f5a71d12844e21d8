import { join } from 'node:path';
import type { BacktestReport } from '@fanzha/contract';
import { monotonicMicros } from '../platform/index.ts';
import type { BacktestProgress, BacktestTask } from './backtest.model.ts';
import { BacktestSums } from './backtest-report.model.ts';
import { type StoredSubject, storedSubject } from './decision-record.model.ts';
import type { BlockSealer } from './journal/block.model.ts';
import type { CompiledPolicy } from './policy.model.ts';
import { compilePolicy } from './policy.service.ts';
import { type RecordedEvent, readRecordedEvents } from './recorded-event.service.ts';
import { Replay, type ReplayGround } from './replay.service.ts';
import { MAX_WINDOW_MS } from './window/counter.model.ts';

export interface BacktestSource extends ReplayGround {
  readonly dataFolder: string;
  readonly sealer: BlockSealer;
  /** How a canonical number is written for people. */
  readonly displayNumber: (canonical: string) => string;
}

/**
 * Replays what the journal of a data folder holds of a period through two policies. Counters are filled from the longest
 * window before the period on, as far as the journal goes. Reads only, beside a running engine too. Throws PolicyError
 * when a policy has faults.
 */
export async function runBacktest(
  source: BacktestSource,
  task: BacktestTask,
  onProgress: (progress: BacktestProgress) => void,
): Promise<BacktestReport> {
  const began = monotonicMicros();
  const longestMs = longestOf(
    compilePolicy(task.live, source.ground),
    compilePolicy(task.candidate, source.ground),
  );
  const period = new Period(source, task, longestMs);
  for await (const { events, unread } of readRecordedEvents(
    join(source.dataFolder, 'journal'),
    source.sealer,
  )) {
    period.unread += unread;
    for (const event of events) period.take(event);
    onProgress(period.progress());
    if (period.isOver) break;
  }
  return period.report((monotonicMicros() - began) / 1_000_000);
}

function longestOf(...policies: readonly CompiledPolicy[]): number {
  return policies
    .flatMap(({ counters }) => [...counters.values()])
    .reduce((longest, { windowMs }) => Math.max(longest, windowMs === 0 ? MAX_WINDOW_MS : windowMs), 0);
}

/** Recorded events as they come: skipped, counted or judged by when they were decided. */
class Period {
  unread = 0;
  isOver = false;
  readonly #source: BacktestSource;
  readonly #task: BacktestTask;
  readonly #longestMs: number;
  #replay: Replay | undefined;
  #sums: BacktestSums | undefined;
  #begins: number | undefined;
  #reached = 0;
  #warmed = 0;
  #judged = 0;
  #wholeFrom: number | undefined;

  constructor(source: BacktestSource, task: BacktestTask, longestMs: number) {
    this.#source = source;
    this.#task = task;
    this.#longestMs = longestMs;
  }

  take(recorded: RecordedEvent): void {
    const { decidedAt } = recorded.decision;
    this.#begins ??= decidedAt;
    this.#reached = Math.max(this.#reached, decidedAt);
    const { from, to } = this.#task;
    if (decidedAt >= to) {
      this.isOver = true;
      return;
    }
    if (decidedAt < from - this.#longestMs) return;
    const { replay, sums } = this.#start(decidedAt);
    if (decidedAt < from) {
      this.#warmed += 1;
      replay.warm(recorded);
      return;
    }
    const said = replay.judge(recorded);
    sums.seen(recorded.decision, said !== undefined);
    this.#judged += 1;
    if (said) sums.add({ ...recorded, ...said, shown: () => this.#shown(recorded) }, this.#wholeFrom);
  }

  progress(): BacktestProgress {
    const begins = this.#begins ?? this.#task.from;
    const whole = this.#task.to - begins;
    const share = whole <= 0 ? 1 : (this.#reached - begins) / whole;
    return { done: this.#warmed + this.#judged, share: Math.min(1, Math.max(0, share)) };
  }

  report(seconds: number): BacktestReport {
    const { replay, sums } = this.#start(this.#task.from);
    const { measured, facts, live, candidate } = replay.cost;
    const each = (micros: number) => (measured === 0 ? 0 : Math.round((micros / measured) * 100) / 100);
    const events = this.#warmed + this.#judged;
    return sums.report({
      unread: this.unread,
      warmed: this.#warmed,
      wholeFrom: this.#wholeFrom,
      cost: {
        seconds: Math.round(seconds * 1000) / 1000,
        eventsPerSecond: seconds === 0 ? 0 : Math.round(events / seconds),
        baselineMicros: each(facts + live),
        withCandidateMicros: each(facts + live + candidate),
        baselineRulesMicros: each(live),
        candidateRulesMicros: each(candidate),
      },
    });
  }

  #shown({ event }: RecordedEvent): readonly StoredSubject[] {
    const { ground, displayNumber } = this.#source;
    const kind = ground.kinds.find(({ name }) => name === event.kind);
    return kind
      ? kind.read(event).subjects.map((subject) => storedSubject(subject, kind, displayNumber))
      : [];
  }

  #start(at: number): { replay: Replay; sums: BacktestSums } {
    this.#replay ??= new Replay(this.#source, this.#task, at);
    this.#sums ??= new BacktestSums(this.#task, this.#replay);
    // What is older than the journal was never seen: counters are whole when their longest window lies in it.
    const begins = Math.max(this.#begins ?? at, this.#task.from - this.#longestMs);
    if (this.#longestMs > 0) this.#wholeFrom ??= Math.max(this.#task.from, begins + this.#longestMs);
    return { replay: this.#replay, sums: this.#sums };
  }
}
