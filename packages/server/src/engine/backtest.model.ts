import type { Accuracy, Backtest, BacktestExample, BacktestReport, BacktestRow } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import type { StoredDecision } from './decision-record.model.ts';
import type { Judgement } from './judgement.model.ts';
import type { PolicySource, SnoozeSetting } from './policy.model.ts';
import { proportion } from './proportion.model.ts';

const origin = { from: Type.String({ format: 'date' }), source: Type.String({ minLength: 1 }) };

/** Section `backtest` of a pack's `engine.json`. */
export const BacktestSetting = Type.Object(
  {
    /** Period where none is asked for. */
    days: Type.Integer({ minimum: 1, maximum: 90 }),
    keepReports: Type.Integer({ minimum: 1, maximum: 10_000 }),
    maxLabels: Type.Integer({ minimum: 1, maximum: 20_000_000 }),
    ...origin,
  },
  { additionalProperties: false },
);
export type BacktestSetting = Static<typeof BacktestSetting>;

/** Section `ruleTrial`: how many of the latest recorded events a rule is tried on. */
export const RuleTrialSetting = Type.Object(
  { events: Type.Integer({ minimum: 100, maximum: 200_000 }), ...origin },
  { additionalProperties: false },
);
export type RuleTrialSetting = Static<typeof RuleTrialSetting>;

/** Everything that a replay is told: plain data, for another thread. Times are ms since the epoch, `to` exclusive. */
export interface BacktestTask {
  readonly live: PolicySource;
  readonly candidate: PolicySource;
  readonly snoozes: readonly SnoozeSetting[];
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  /** Confirmed outcomes by position, ascending; 1 is fraud. */
  readonly labels: { readonly positions: Float64Array; readonly fraud: Uint8Array };
}

/** How far a replay is: events read, and its share of the time that is to be read. */
export interface BacktestProgress {
  readonly done: number;
  readonly share: number;
}

export type BacktestState = Backtest['state'];

const TRANSITIONS: Readonly<Record<BacktestState, readonly BacktestState[]>> = {
  running: ['done', 'failed', 'cancelled'],
  done: [],
  failed: [],
  cancelled: [],
};

export function backtestMayBecome(from: BacktestState, to: BacktestState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** A backtest as it is kept. Times are ms since the epoch. */
export interface StoredBacktest {
  readonly id: number;
  readonly version: number;
  readonly contentHash: string;
  readonly live: string;
  readonly state: BacktestState;
  readonly from: number;
  readonly to: number;
  readonly seed: number;
  readonly done: number;
  readonly share: number;
  readonly startedAt: number;
  readonly startedBy: string;
  readonly endedAt?: number;
  readonly error?: string;
  readonly changed?: number;
  readonly report?: BacktestReport;
}

function commonView(run: StoredBacktest): Omit<Backtest, 'report'> {
  const { id, version, contentHash, live, state, done, share, startedBy, endedAt, error } = run;
  return {
    id: String(id),
    version,
    contentHash,
    live,
    state,
    from: new Date(run.from).toISOString(),
    to: new Date(run.to).toISOString(),
    done,
    share,
    startedAt: new Date(run.startedAt).toISOString(),
    startedBy,
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    ...(error === undefined ? {} : { error }),
  };
}

export function backtestView(run: StoredBacktest): Backtest {
  return { ...commonView(run), ...(run.report === undefined ? {} : { report: run.report }) };
}

export function backtestRow(run: StoredBacktest): BacktestRow {
  return { ...commonView(run), ...(run.changed === undefined ? {} : { changed: run.changed }) };
}

/** Right and wrong of a yes or no against confirmed outcomes. */
export class Confusion {
  #truePositives = 0;
  #falsePositives = 0;
  #falseNegatives = 0;
  #trueNegatives = 0;

  add(said: boolean, isFraud: boolean): void {
    if (said && isFraud) this.#truePositives += 1;
    else if (said) this.#falsePositives += 1;
    else if (isFraud) this.#falseNegatives += 1;
    else this.#trueNegatives += 1;
  }

  /** Null when nothing was labelled. */
  accuracy(): Accuracy | null {
    const counts = {
      truePositives: this.#truePositives,
      falsePositives: this.#falsePositives,
      falseNegatives: this.#falseNegatives,
      trueNegatives: this.#trueNegatives,
    };
    if (Object.values(counts).every((count) => count === 0)) return null;
    const { truePositives, falsePositives, falseNegatives } = counts;
    return {
      ...counts,
      precision: proportion(truePositives, truePositives + falsePositives),
      recall: proportion(truePositives, truePositives + falseNegatives),
    };
  }
}

const SAMPLE = 200;

/** An even sample of at most 200 of everything that is offered (Vitter's algorithm R), the same for the same seed. */
export class Reservoir {
  readonly items: BacktestExample[] = [];
  total = 0;
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** `make` is asked only for what is taken. */
  offer(make: () => BacktestExample): void {
    this.total += 1;
    if (this.items.length < SAMPLE) {
      this.items.push(make());
      return;
    }
    const place = Math.floor(this.#random() * this.total);
    if (place < SAMPLE) this.items[place] = make();
  }

  /** Mulberry32: even in [0, 1), enough for drawing samples. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}

interface Difference {
  readonly field: string;
  readonly recorded: string;
  readonly replayed: string;
}

/**
 * Where a replayed decision is first another than the recorded one: verdict, score, fraud type, reasons in their order
 * with effect and values. Texts among the values are not compared, because they are stored masked.
 */
export function firstDifference(recorded: StoredDecision, replayed: Judgement): Difference | undefined {
  const differ = (field: string, was: unknown, is: unknown): Difference | undefined =>
    was === is ? undefined : { field, recorded: String(was ?? ''), replayed: String(is ?? '') };
  const ids = (reasons: Judgement['reasons']) => reasons.map(({ rule }) => rule).join(', ');
  const plain =
    differ('verdict', recorded.verdict, replayed.verdict) ??
    differ('reasons', ids(recorded.reasons), ids(replayed.reasons)) ??
    differ('score', recorded.score, replayed.score) ??
    differ('fraudType', recorded.fraudType, replayed.fraudType);
  if (plain) return plain;
  for (const [index, was] of recorded.reasons.entries()) {
    const is = replayed.reasons[index];
    if (!is) continue;
    const field = (name: string) => `${was.rule}: ${name}`;
    const found =
      differ(field('code'), was.code, is.code) ??
      differ(field('verdict'), was.verdict, is.verdict) ??
      differ(field('score'), was.score, is.score) ??
      differ(field('capped'), was.capped, is.capped) ??
      differ(field('snoozed'), was.snoozed, is.snoozed) ??
      valueDifference(was.values, is.values, (name, a, b) => differ(field(name), a, b));
    if (found) return found;
  }
  return undefined;
}

function valueDifference(
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
  differ: (name: string, was: unknown, is: unknown) => Difference | undefined,
): Difference | undefined {
  for (const name in was) {
    const before = was[name];
    if (typeof before !== 'number' && typeof before !== 'boolean') continue;
    const found = differ(name, before, is[name]);
    if (found) return found;
  }
  return undefined;
}
