import type {
  BacktestExample,
  BacktestReport,
  BacktestRule,
  EventKindName,
  ReplayDifference,
} from '@fanzha/contract';
import { type BacktestTask, Confusion, firstDifference, Reservoir } from './backtest.model.ts';
import type { EngineDecision } from './decision.model.ts';
import { decisionId, type StoredDecision, type StoredSubject } from './decision-record.model.ts';
import type { Judgement } from './judgement.model.ts';
import type { CompiledPolicy, Rule } from './policy.model.ts';

/** A recorded event with what both policies say about it now. */
export interface Compared {
  readonly position: number;
  readonly decision: StoredDecision;
  /** As they are shown; asked for examples only. */
  shown(): readonly StoredSubject[];
  readonly live: Judgement;
  readonly candidate: Judgement;
  /** What failed under the live policy, and under the candidate. */
  readonly degraded: readonly string[];
  readonly failed: readonly string[];
  readonly models: EngineDecision['models'];
}

const SHOWN_DIFFERENCES = 20;
const SHOWN_FAILURES = 100;
const SHOWN_RULES = 12;

interface RuleSums {
  baselineHits: number;
  candidateHits: number;
  gained: number;
  lost: number;
  readonly baseline: Confusion;
  readonly candidate: Confusion;
}

type Sides = { readonly live: CompiledPolicy; readonly candidate: CompiledPolicy };

/** Adds up what a replay says, event by event; memory does not grow with their number. */
export class BacktestSums {
  readonly #task: BacktestTask;
  readonly #policies: Sides;
  readonly #rules = new Map<string, RuleSums>();
  readonly #askedOf: ReadonlyMap<string, ReadonlySet<EventKindName>>;
  readonly #kinds = new Map<EventKindName, { events: number; simulated: number; judged: boolean }>();
  readonly #matrix = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #baseline = new Confusion();
  readonly #candidate = new Confusion();
  readonly #newly: Reservoir;
  readonly #noLonger: Reservoir;
  readonly #differences: ReplayDifference[] = [];
  readonly #causes = new Map<ReplayDifference['cause'], number>();
  #label = 0;
  #labels = { fraud: 0, legitimate: 0 };
  #compared = 0;
  #equal = 0;
  #otherVersion = 0;
  #changed = 0;
  #first: number | undefined;
  #last: number | undefined;

  constructor(task: BacktestTask, policies: Sides) {
    this.#task = task;
    this.#policies = policies;
    this.#newly = new Reservoir(task.seed);
    this.#noLonger = new Reservoir(task.seed + 1);
    const asked = new Map<string, Set<EventKindName>>();
    for (const { id, on } of [...policies.live.rules, ...policies.candidate.rules]) {
      asked.set(id, new Set([...(asked.get(id) ?? []), ...on]));
      this.#rules.set(id, {
        baselineHits: 0,
        candidateHits: 0,
        gained: 0,
        lost: 0,
        baseline: new Confusion(),
        candidate: new Confusion(),
      });
    }
    this.#askedOf = asked;
  }

  /** Any event of the period. */
  seen({ kind, simulated, decidedAt }: StoredDecision, judged: boolean): void {
    const sums = this.#kinds.get(kind) ?? { events: 0, simulated: 0, judged };
    sums.events += 1;
    if (simulated) sums.simulated += 1;
    this.#kinds.set(kind, sums);
    this.#first ??= decidedAt;
    this.#last = decidedAt;
  }

  /** An event that both policies judged; `wholeFrom` is when the counters began to be whole. */
  add(each: Compared, wholeFrom: number | undefined): void {
    const { decision, live, candidate } = each;
    const cell = `${decision.kind} ${live.verdict} ${candidate.verdict}`;
    this.#matrix.set(cell, (this.#matrix.get(cell) ?? 0) + 1);
    for (const part of new Set([...each.degraded, ...each.failed])) this.#fail(part);
    const isFraud = this.#labelAt(each.position);
    const before = new Set(live.reasons.map(({ rule }) => rule));
    const after = new Set(candidate.reasons.map(({ rule }) => rule));
    this.#hits(before, after);
    if (isFraud !== undefined) this.#judge(each, isFraud, before, after);
    this.#reproduce(each, wholeFrom);
    if (live.verdict === candidate.verdict) return;
    this.#changed += 1;
    const example = () => exampleOf(each, before, after, isFraud);
    if (candidate.verdict === 'block') this.#newly.offer(example);
    else if (live.verdict === 'block') this.#noLonger.offer(example);
  }

  report(rest: {
    readonly unread: number;
    readonly warmed: number;
    readonly wholeFrom: number | undefined;
    readonly cost: BacktestReport['cost'];
  }): BacktestReport {
    const { from, to, seed } = this.#task;
    const instant = (at: number) => new Date(at).toISOString();
    return {
      from: instant(from),
      to: instant(to),
      ...(this.#first === undefined ? {} : { firstEvent: instant(this.#first) }),
      ...(this.#last === undefined ? {} : { lastEvent: instant(this.#last) }),
      countersWholeFrom: rest.wholeFrom === undefined ? null : instant(rest.wholeFrom),
      warmed: rest.warmed,
      events: [...this.#kinds].map(([kind, sums]) => ({ kind, ...sums })),
      unread: rest.unread,
      reproduced: {
        compared: this.#compared,
        equal: this.#equal,
        otherVersion: this.#otherVersion,
        differences: this.#differences,
        causes: [...this.#causes].map(([cause, count]) => ({ cause, count })),
      },
      matrix: [...this.#matrix]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([cell, events]) => cellOf(cell, events)),
      changed: this.#changed,
      rules: [...this.#rules].map(([rule, sums]) => this.#ruleOf(rule, sums)),
      labels: { ...this.#labels },
      baselineAccuracy: this.#baseline.accuracy(),
      candidateAccuracy: this.#candidate.accuracy(),
      newlyBlocked: { total: this.#newly.total, items: this.#newly.items },
      noLongerBlocked: { total: this.#noLonger.total, items: this.#noLonger.items },
      seed,
      failures: [...this.#failures].map(([part, count]) => ({ part, count })),
      cost: rest.cost,
    };
  }

  #fail(part: string): void {
    const count = this.#failures.get(part);
    if (count !== undefined || this.#failures.size < SHOWN_FAILURES)
      this.#failures.set(part, (count ?? 0) + 1);
  }

  /** Labels come in the order of positions, as the events do. */
  #labelAt(position: number): boolean | undefined {
    const { positions, fraud } = this.#task.labels;
    while (this.#label < positions.length && (positions[this.#label] as number) < position) this.#label += 1;
    return positions[this.#label] === position ? fraud[this.#label] === 1 : undefined;
  }

  #hits(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const rule of before) {
      const sums = this.#rules.get(rule);
      if (!sums) continue;
      sums.baselineHits += 1;
      if (!after.has(rule)) sums.lost += 1;
    }
    for (const rule of after) {
      const sums = this.#rules.get(rule);
      if (!sums) continue;
      sums.candidateHits += 1;
      if (!before.has(rule)) sums.gained += 1;
    }
  }

  #judge(
    { decision, live, candidate }: Compared,
    isFraud: boolean,
    before: ReadonlySet<string>,
    after: ReadonlySet<string>,
  ): void {
    this.#labels[isFraud ? 'fraud' : 'legitimate'] += 1;
    this.#baseline.add(live.verdict !== 'allow', isFraud);
    this.#candidate.add(candidate.verdict !== 'allow', isFraud);
    for (const [rule, sums] of this.#rules) {
      if (!this.#askedOf.get(rule)?.has(decision.kind)) continue;
      sums.baseline.add(before.has(rule), isFraud);
      sums.candidate.add(after.has(rule), isFraud);
    }
  }

  #reproduce(each: Compared, wholeFrom: number | undefined): void {
    const { decision, live } = each;
    const { id, version } = this.#policies.live;
    if (decision.policy.version !== version || decision.policy.id !== id) {
      this.#otherVersion += 1;
      return;
    }
    this.#compared += 1;
    const difference = firstDifference(decision, live);
    if (!difference) {
      this.#equal += 1;
      return;
    }
    const cause = causeOf(each, wholeFrom);
    this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
    if (this.#differences.length === SHOWN_DIFFERENCES) return;
    const { kind, at } = decision;
    this.#differences.push({ decision: decisionId(each.position), kind, at, ...difference, cause });
  }

  #ruleOf(rule: string, sums: RuleSums): BacktestRule {
    const { live, candidate } = this.#policies;
    const was = live.rules.find(({ id }) => id === rule);
    const is = candidate.rules.find(({ id }) => id === rule);
    const { baselineHits, candidateHits, gained, lost } = sums;
    return {
      rule,
      change: changeOf(was, is),
      baselineHits,
      candidateHits,
      gained,
      lost,
      baselineAccuracy: was ? sums.baseline.accuracy() : null,
      candidateAccuracy: is ? sums.candidate.accuracy() : null,
    };
  }
}

function changeOf(was: Rule | undefined, is: Rule | undefined): BacktestRule['change'] {
  if (!was) return 'added';
  if (!is) return 'removed';
  return JSON.stringify(was) === JSON.stringify(is) ? 'same' : 'changed';
}

function causeOf(
  { decision, models, degraded }: Compared,
  wholeFrom: number | undefined,
): ReplayDifference['cause'] {
  if (decision.degraded.join() !== degraded.join()) return 'degraded';
  if (wholeFrom !== undefined && decision.decidedAt < wholeFrom) return 'history';
  const named = (list: EngineDecision['models']) => list.map(({ id, version }) => `${id} ${version}`).join();
  return named(decision.models) === named(models) ? 'data' : 'models';
}

function cellOf(cell: string, events: number): BacktestReport['matrix'][number] {
  const [kind, baseline, candidate] = cell.split(' ');
  return { kind, baseline, candidate, events } as BacktestReport['matrix'][number];
}

function exampleOf(
  { position, decision, shown, live, candidate }: Compared,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  isFraud: boolean | undefined,
): BacktestExample {
  return {
    decision: decisionId(position),
    kind: decision.kind,
    at: decision.at,
    baseline: live.verdict,
    candidate: candidate.verdict,
    rules: [...before.symmetricDifference(after)].slice(0, SHOWN_RULES),
    subjects: shown().map(({ kind, role, value, masked }) => ({ kind, role, value, masked })),
    ...(isFraud === undefined ? {} : { label: isFraud ? 'fraud' : 'legitimate' }),
  };
}
