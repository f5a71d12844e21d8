import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventKindName, FanzhaEvent, RuleTrial, TrialRule } from '@fanzha/contract';
import { moreSevere, type Subject, type Verdict } from '@fanzha/vocabulary';
import { monotonicMicros } from '../platform/index.ts';
import type { BacktestSource } from './backtest-run.service.ts';
import type { Counting } from './counting.model.ts';
import { createCounting } from './counting.service.ts';
import { decisionId, type StoredDecision } from './decision-record.model.ts';
import { instantOf } from './event.model.ts';
import { tailPosition } from './journal/journal-reader.store.ts';
import { conductRules, isSuspect, judge } from './judgement.model.ts';
import type { CompiledPolicy, PolicySource, Rule } from './policy.model.ts';
import { compilePolicy, declaredFacts } from './policy.service.ts';
import { type RecordedEvent, readRecordedEvents } from './recorded-event.service.ts';
import type { TrialTask } from './rule-trial.model.ts';
import { createSense, type Sense } from './sense.service.ts';
import { defaultFact, type Facts } from './signal.model.ts';

/** An event as a trial asks about it: with the facts that were known when it was decided. */
interface Remembered {
  readonly position: number;
  readonly event: FanzhaEvent;
  readonly subjects: readonly Subject[];
  readonly decision: StoredDecision;
}

const EXAMPLES = 5;
/** Bytes of the journal read at first for one event that is wanted: its records are compressed to about a hundred. */
const BYTES_AN_EVENT = 150;
/** So many times as much is read where that was too little. */
const GROWTH = 4;
/** Events between two looks at whether somebody has lost interest. */
const AT_ONCE = 2000;
const UNNAMED = 'trial.rule';

/** Tries rules on the latest recorded events, which it keeps in memory between two trials. */
export class RuleTrials {
  readonly #source: BacktestSource;
  readonly #senses: ReadonlyMap<EventKindName, Sense>;
  #events: Remembered[] = [];
  #next: number | undefined;
  #live: { source: PolicySource; policy: CompiledPolicy } | undefined;

  constructor(source: BacktestSource) {
    this.#source = source;
    const { kinds, signals } = source.ground;
    this.#senses = new Map(kinds.map((kind) => [kind.name, createSense(kind, signals, [])]));
  }

  /** Throws PolicyError when the rule has faults; undefined when `isWanted` says no any more. */
  async run(task: TrialTask, isWanted: () => boolean): Promise<RuleTrial | undefined> {
    const began = monotonicMicros();
    const { ground, pack, seed } = this.#source;
    const policy = compilePolicy(sourceOf(task), ground);
    const live = this.#compiled(task.live);
    await this.#catchUp(task.events);
    const counting = createCounting(pack, ground.kinds, { seed });
    const first = this.#events[0];
    counting.adopt(policy.counters, first?.decision.decidedAt ?? 0);
    const trial = new Trial(task.rule, policy, live, counting, this.#defaults());
    for (const [index, each] of this.#events.entries()) {
      if (index % AT_ONCE === 0) await nextTurn();
      if (!isWanted()) return undefined;
      trial.ask(each);
    }
    return trial.answer(first, this.#events.at(-1), monotonicMicros() - began);
  }

  #compiled(source: PolicySource): CompiledPolicy {
    if (this.#live?.source.version !== source.version || this.#live.source.id !== source.id) {
      this.#live = { source, policy: compilePolicy(source, this.#source.ground) };
    }
    return this.#live.policy;
  }

  async #catchUp(wanted: number): Promise<void> {
    const folder = join(this.#source.dataFolder, 'journal');
    let fresh: RecordedEvent[] = [];
    if (this.#next !== undefined) fresh = await this.#read(folder, this.#next, wanted);
    for (let bytes = wanted * BYTES_AN_EVENT; this.#next === undefined; bytes *= GROWTH) {
      const start = await tailPosition(folder, bytes);
      fresh = await this.#read(folder, start, wanted);
      if (start === 0 || fresh.length >= wanted) this.#next = start;
    }
    const last = fresh.at(-1);
    if (last) this.#next = last.position + 1;
    const more = fresh.flatMap((recorded) => this.#remember(recorded));
    this.#events = [...this.#events, ...more].slice(-wanted);
  }

  /** The last of what the journal holds from a position on. */
  async #read(folder: string, from: number, wanted: number): Promise<RecordedEvent[]> {
    let last: RecordedEvent[] = [];
    for await (const { events } of readRecordedEvents(folder, this.#source.sealer, from)) {
      last.push(...events);
      if (last.length > 2 * wanted) last = last.slice(-wanted);
    }
    return last.slice(-wanted);
  }

  #remember({ position, event, decision, plain }: RecordedEvent): Remembered[] {
    const known = this.#senses.get(event.kind)?.read(event);
    if (!known) return [];
    const facts = plain ? { ...known.facts, ...decision.facts } : decision.facts;
    return [{ position, event, subjects: known.reading.subjects, decision: { ...decision, facts } }];
  }

  #defaults(): ReadonlyMap<EventKindName, Facts> {
    const { kinds, signals } = this.#source.ground;
    return new Map(
      kinds.map(({ name }) => {
        const declared = Object.entries(declaredFacts(signals, name));
        return [name, Object.fromEntries(declared.map(([fact, { type }]) => [fact, defaultFact(type)]))];
      }),
    );
  }
}

/** Says nothing to anybody: what a rule in trial says is of no matter. */
const MUTE = { title: { 'zh-CN': '试算', en: 'trial' }, text: { 'zh-CN': '试算', en: 'trial' } };

/** The rule alone under the guards of the live policy. */
function sourceOf({ rule, live }: TrialTask): PolicySource {
  const whole: Rule = {
    score: 0,
    ...rule,
    id: rule.id ?? UNNAMED,
    owner: 'trial',
    reason: UNNAMED,
    values: [],
  };
  return { ...live, rules: [whole], tables: [], reasons: { ...live.reasons, [UNNAMED]: MUTE } };
}

class Trial {
  readonly #rule: TrialRule;
  readonly #id: string;
  readonly #policy: CompiledPolicy;
  readonly #live: CompiledPolicy;
  readonly #counting: Counting;
  readonly #defaults: ReadonlyMap<EventKindName, Facts>;
  /** Counters that the live policy has too: their recorded values saw everything. */
  readonly #kept: readonly string[];
  readonly #conduct: ReadonlySet<string>;
  #asked = 0;
  #hits = 0;
  #changes = 0;
  #unkept = 0;
  #examples: string[] = [];

  constructor(
    rule: TrialRule,
    policy: CompiledPolicy,
    live: CompiledPolicy,
    counting: Counting,
    defaults: ReadonlyMap<EventKindName, Facts>,
  ) {
    this.#rule = rule;
    this.#id = rule.id ?? UNNAMED;
    this.#policy = policy;
    this.#live = live;
    this.#counting = counting;
    this.#defaults = defaults;
    this.#conduct = conductRules(live.rules);
    this.#kept = [...policy.counters.keys()].filter((name) => live.counters.has(name));
  }

  ask({ position, event, subjects, decision }: Remembered): void {
    const facts: Facts = { ...this.#defaults.get(event.kind), ...decision.facts };
    this.#counting.observe(event, { subjects: [...subjects] }, facts, position);
    if (isSuspect(decision.reasons, this.#conduct)) this.#counting.suspect(event, position);
    if (!this.#rule.on.includes(event.kind)) return;
    const { id, version } = this.#live;
    if (decision.policy.id === id && decision.policy.version === version) {
      for (const name of this.#kept) facts[name] = decision.facts[name] ?? 0;
    } else if (this.#kept.length > 0) this.#unkept += 1;
    this.#asked += 1;
    const hits = this.#policy.evaluate(event.kind, facts, instantOf(event.at));
    const hit = hits.spoke.length > 0;
    if (hit) {
      this.#hits += 1;
      this.#examples.push(decisionId(position));
      if (this.#examples.length > 2 * EXAMPLES) this.#examples = this.#examples.slice(-EXAMPLES);
    }
    const others = decision.reasons.filter(({ rule }) => rule !== this.#id).map(({ verdict }) => verdict);
    const own: Verdict = hit ? judge(hits, facts).verdict : 'allow';
    if (others.reduce<Verdict>(moreSevere, own) !== decision.verdict) this.#changes += 1;
  }

  answer(first: Remembered | undefined, last: Remembered | undefined, micros: number): RuleTrial {
    const isWhole =
      this.#policy.counters.size === 0 ||
      (this.#kept.length === this.#policy.counters.size && this.#unkept === 0);
    const instant = (at: number) => new Date(at).toISOString();
    return {
      events: this.#asked,
      hits: this.#hits,
      verdictChanges: this.#changes,
      ...(first ? { from: instant(first.decision.decidedAt) } : {}),
      ...(last ? { to: instant(last.decision.decidedAt) } : {}),
      enoughHistory: isWhole,
      ...(isWhole || !first
        ? {}
        : { countersWholeFrom: instant(first.decision.decidedAt + this.#counting.longestMs) }),
      examples: this.#examples.slice(-EXAMPLES).reverse(),
      tookMs: Math.round(micros / 100) / 10,
    };
  }
}
