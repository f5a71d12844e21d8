import type { FanzhaEvent } from '@fanzha/contract';
import { monotonicMicros, type Pack } from '../platform/index.ts';
import type { Counting } from './counting.model.ts';
import { createCounting } from './counting.service.ts';
import type { EngineDecision } from './decision.model.ts';
import { instantOf } from './event.model.ts';
import { conductRules, isSuspect, type Judgement, judge } from './judgement.model.ts';
import type { CompiledPolicy, PolicyHits, PolicySource, SnoozeSetting } from './policy.model.ts';
import { compilePolicy } from './policy.service.ts';
import type { PolicyGround } from './policy-ground.model.ts';
import type { RecordedEvent } from './recorded-event.service.ts';
import { createSense, type Sense } from './sense.service.ts';
import { indexSnoozes, type Snoozes } from './snooze-index.model.ts';

/** What a replay needs of an installation. */
export interface ReplayGround {
  readonly pack: Pack;
  readonly ground: PolicyGround;
  /** Secret of the installation's counters: with it estimates come out as they did then. */
  readonly seed: Uint8Array;
  /** Keyed token of a subject's canonical value. */
  readonly subjectToken: (value: string) => string;
}

/** Two policies on the same facts: the live one, and the one that is tried. */
export interface ReplayPolicies {
  readonly live: PolicySource;
  readonly candidate: PolicySource;
  readonly snoozes: readonly SnoozeSetting[];
}

/** What both policies say about a recorded event. */
export interface Replayed {
  readonly live: Judgement;
  readonly candidate: Judgement;
  /** Signals that failed now, and rules and guards of the live policy. */
  readonly degraded: readonly string[];
  /** Rules and guards of the candidate that failed. */
  readonly failed: readonly string[];
  readonly models: EngineDecision['models'];
}

/** Time spent, measured on every sixteenth event: microseconds. */
export interface ReplayCost {
  measured: number;
  /** Signals and counters. */
  facts: number;
  live: number;
  candidate: number;
}

type Recorded = Pick<RecordedEvent, 'event' | 'position' | 'decision'>;

const MEASURE_EVERY = 16;

/**
 * Decides recorded events again, in the order in which they came, by the code that decides live: each event is read
 * and counted once, and judged by both policies. Throws PolicyError when either has faults.
 */
export class Replay {
  readonly live: CompiledPolicy;
  readonly candidate: CompiledPolicy;
  readonly counting: Counting;
  readonly cost: ReplayCost = { measured: 0, facts: 0, live: 0, candidate: 0 };
  readonly #senses: ReadonlyMap<string, Sense>;
  readonly #snoozes: Snoozes;
  readonly #conduct: ReadonlySet<string>;
  #asked = 0;

  /** `at`: when the first event was decided, ms since the epoch. */
  constructor({ pack, ground, seed, subjectToken }: ReplayGround, policies: ReplayPolicies, at: number) {
    this.live = compilePolicy(policies.live, ground);
    this.candidate = compilePolicy(policies.candidate, ground);
    this.counting = createCounting(pack, ground.kinds, { seed });
    this.counting.adopt(new Map([...this.candidate.counters, ...this.live.counters]), at);
    const senses = ground.kinds.map((kind) =>
      createSense(kind, ground.signals, this.counting.factsOf(kind.name)),
    );
    this.#senses = new Map(senses.map((sense) => [sense.kind.name, sense]));
    this.#snoozes = indexSnoozes(policies.snoozes, subjectToken);
    this.#conduct = conductRules(this.live.rules);
  }

  /** Counts an event from before the period. */
  warm({ event, position, decision }: Recorded): void {
    if (!this.counting.counts(event.kind)) return;
    const { reading, facts } = this.#senseOf(event).read(event);
    this.counting.observe(event, reading, facts, position);
    this.#suspect({ event, position, decision });
  }

  /** What both policies say; undefined for what is only recorded and never judged. */
  judge({ event, position, decision }: Recorded): Replayed | undefined {
    const sense = this.#senseOf(event);
    if (!sense.kind.decided) {
      this.warm({ event, position, decision });
      return undefined;
    }
    const began = monotonicMicros();
    const { reading, facts, degraded } = sense.read(event);
    this.counting.observe(event, reading, facts, position);
    this.#suspect({ event, position, decision });
    const at = instantOf(event.at);
    const read = monotonicMicros();
    const said = (policy: CompiledPolicy): { hits: PolicyHits; judgement: Judgement } => {
      const hits = policy.evaluate(event.kind, facts, at);
      return { hits, judgement: judge(hits, facts, this.#snoozes(hits.spoke, reading.subjects, at)) };
    };
    const live = said(this.live);
    const half = monotonicMicros();
    const candidate = said(this.candidate);
    this.#measure(began, read, half);
    return {
      live: live.judgement,
      candidate: candidate.judgement,
      degraded: live.hits.failed.length === 0 ? degraded : [...degraded, ...live.hits.failed],
      failed: candidate.hits.failed,
      models: sense.models,
    };
  }

  /** Who was suspected then is what both policies know: the candidate changes nothing that counters rest on. */
  #suspect({ event, position, decision }: Recorded): void {
    if (isSuspect(decision.reasons, this.#conduct)) this.counting.suspect(event, position);
  }

  #measure(began: number, read: number, half: number): void {
    this.#asked += 1;
    if (this.#asked % MEASURE_EVERY !== 0) return;
    this.cost.measured += 1;
    this.cost.facts += read - began;
    this.cost.live += half - read;
    this.cost.candidate += monotonicMicros() - half;
  }

  #senseOf({ kind }: FanzhaEvent): Sense {
    const sense = this.#senses.get(kind);
    if (!sense) throw new Error(`no such kind of event: ${kind}`);
    return sense;
  }
}
