import { isDeepStrictEqual } from 'node:util';
import type { FanzhaEvent } from '@fanzha/contract';
import { type Clock, monotonicMicros, type Pack } from '../platform/index.ts';
import { type CountingOptions, createCounting } from './counting.service.ts';
import type { Decider } from './decider.model.ts';
import type { EngineDecision, ShadowDecision } from './decision.model.ts';
import { type EventKind, type EventReading, instantOf } from './event.model.ts';
import { createEventParser } from './event.service.ts';
import { conductRules, isSuspect, type Judgement, judge, shadowOf } from './judgement.model.ts';
import type { CompiledPolicy, PolicyHits, PolicySetting, PolicySource } from './policy.model.ts';
import {
  compilePolicy,
  declaredFacts,
  loadPolicy,
  policyGround,
  readPolicySource,
} from './policy.service.ts';
import type { PolicyGround } from './policy-ground.model.ts';
import { createReasonTexts } from './reason-text.model.ts';
import { createSense, type Sense } from './sense.service.ts';
import type { Facts, Signal } from './signal.model.ts';
import { indexSnoozes, type Snoozes } from './snooze-index.model.ts';
import type { CounterSpec } from './window/counter.model.ts';

export interface DeciderParts {
  readonly pack: Pack;
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
  readonly clock: Clock;
  readonly counting?: CountingOptions;
  /** What to decide by; the policy of the pack unless told. */
  readonly setting?: PolicySetting;
  /** Keyed token of a subject's canonical value: needed where settings have snoozes. */
  readonly subjectToken?: (value: string) => string;
  /** How a canonical number is written for people. */
  readonly numbering: { display(canonical: string): string };
}

/** What is decided by at one time. */
interface Running {
  readonly setting: PolicySetting;
  readonly live: CompiledPolicy;
  /** The live policy as decisions name it. */
  readonly policy: EngineDecision['policy'];
  readonly shadow?: CompiledPolicy;
  readonly snoozes: Snoozes;
}

/**
 * The engine without storage. Loads and checks the policy of the pack, or compiles the one it is given; throws
 * PolicyError or an Error that names file, field and reason when something in it is wrong.
 */
export function createDecider(parts: DeciderParts): Decider {
  return new RunningDecider(parts);
}

class RunningDecider implements Decider {
  readonly counting: Decider['counting'];
  readonly texts: Decider['texts'];
  readonly ground: PolicyGround;
  readonly kinds: Decider['kinds'];
  readonly signals: readonly Signal[];
  readonly parse: Decider['parse'];
  readonly #parts: DeciderParts;
  readonly #learn: (running: Running) => void;
  #senses: ReadonlyMap<string, Sense> = new Map();
  #conduct: ReadonlySet<string> = new Set();
  #running: Running;

  constructor(parts: DeciderParts) {
    const { pack, kinds, signals, clock } = parts;
    this.#parts = parts;
    this.ground = policyGround(pack, kinds, signals);
    const { texts, learn } = createVocabulary(parts, this.ground);
    this.texts = texts;
    this.#learn = learn;
    this.counting = createCounting(pack, kinds, parts.counting);
    this.kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    this.signals = signals;
    const parser = createEventParser(kinds, clock);
    this.parse = (input, locale = 'en') => parser.parse(input, locale);
    this.#running = firstOf(parts, this.ground);
    this.#enter(this.#running, clock.now());
  }

  get policy(): CompiledPolicy {
    return this.#running.live;
  }

  get setting(): PolicySetting {
    return this.#running.setting;
  }

  decide: Decider['decide'] = (event, { counted = false, position } = {}) =>
    this.#decide(event, counted ? 'peek' : 'observe', position);

  preview: Decider['preview'] = (event) => this.#decide(event, 'preview');

  recount: Decider['recount'] = (event, position, decision) => {
    if (!this.counting.counts(event.kind)) return;
    const { reading, facts } = this.#senseOf(event).read(event);
    this.counting.observe(event, reading, facts, position);
    if (decision && isSuspect(decision.reasons, this.#conduct)) this.counting.suspect(event, position);
  };

  read: Decider['read'] = (event) => this.#senseOf(event).read(event);

  deduce: Decider['deduce'] = (kind, facts) => this.#running.live.deduce(kind, facts);

  explain: Decider['explain'] = (event, facts) => {
    const { kind, signals } = this.#senseOf(event);
    const reading = kind.read(event);
    return signals.flatMap((signal) => signal.explain?.(event, reading, facts) ?? []);
  };

  adopt: Decider['adopt'] = (setting, at) => {
    if (isDeepStrictEqual(setting, this.#running.setting)) return;
    this.#enter(compile(setting, this.#parts, this.ground, this.#running), at);
  };

  #enter(next: Running, at: number): void {
    const { kinds, signals } = this.#parts;
    this.counting.adopt(countersOf(next), at);
    this.#senses = new Map(
      kinds.map((kind) => [kind.name, createSense(kind, signals, this.counting.factsOf(kind.name))]),
    );
    this.#conduct = conductRules(next.live.rules);
    this.#learn(next);
    this.#running = next;
  }

  #senseOf(event: FanzhaEvent): Sense {
    const sense = this.#senses.get(event.kind);
    if (!sense) throw new Error(`no such kind of event: ${event.kind}`);
    return sense;
  }

  #decide(event: FanzhaEvent, way: 'observe' | 'preview' | 'peek', position?: number): EngineDecision {
    const started = monotonicMicros();
    const sense = this.#senseOf(event);
    const { reading, facts, degraded } = sense.read(event);
    this.counting[way](event, reading, facts, position);
    const running = this.#running;
    const { live, snoozes } = running;
    const { decided } = sense.kind;
    const at = instantOf(event.at);
    const hits = decided ? live.evaluate(event.kind, facts, at) : NO_HITS;
    const judgement = judge(hits, facts, snoozes(hits.spoke, reading.subjects, at));
    if (way !== 'preview' && isSuspect(judgement.reasons, this.#conduct))
      this.counting.suspect(event, position);
    const shadow = decided ? inShadow(running, event, reading, facts, judgement) : undefined;
    const decision: EngineDecision = {
      verdict: judgement.verdict,
      score: judgement.score,
      reasons: judgement.reasons,
      kind: event.kind,
      eventId: event.id,
      at: event.at,
      decidedAt: this.#parts.clock.now(),
      reading,
      facts,
      policy: running.policy,
      models: sense.models,
      degraded: hits.failed.length === 0 ? degraded : [...degraded, ...hits.failed],
      simulated: event.simulated === true,
      tookMicros: Math.round(monotonicMicros() - started),
    };
    // Most decisions have no more to say, and then nothing is copied.
    if (shadow !== undefined) return { ...decision, ...judgement, shadow };
    return judgement.reasons.length === 0 ? decision : { ...decision, ...judgement };
  }
}

const NO_HITS: PolicyHits = { spoke: [], guards: [], failed: [] };

const versionOf = ({ id, version }: CompiledPolicy) => ({ id, version });

/** What a shadow does never has a consequence: not even a failure of its own. */
function inShadow(
  { shadow, snoozes }: Running,
  event: FanzhaEvent,
  { subjects }: EventReading,
  facts: Facts,
  live: Judgement,
): ShadowDecision | undefined {
  if (shadow === undefined) return undefined;
  try {
    const at = instantOf(event.at);
    const hits = shadow.evaluate(event.kind, facts, at);
    return shadowOf(shadow.version, hits, snoozes(hits.spoke, subjects, at), live);
  } catch {
    return undefined;
  }
}

function firstOf(parts: DeciderParts, ground: PolicyGround): Running {
  if (parts.setting !== undefined) return compile(parts.setting, parts, ground);
  const { pack, kinds, signals } = parts;
  const setting = { live: readPolicySource(pack), snoozes: [] };
  const live = loadPolicy(pack, kinds, signals, ground.words);
  return { setting, live, policy: versionOf(live), snoozes: indexSnoozes([], noToken) };
}

function noToken(): never {
  throw new Error('snoozes need the keyed tokens of subjects');
}

/** Makes a setting ready to run; what `before` has compiled already is taken over. */
function compile(
  setting: PolicySetting,
  { subjectToken = noToken }: DeciderParts,
  ground: PolicyGround,
  before?: Running,
): Running {
  const compiled = (source: PolicySource): CompiledPolicy => {
    if (isDeepStrictEqual(source, before?.setting.live)) return before?.live ?? compilePolicy(source, ground);
    const isShadow = before?.shadow !== undefined && isDeepStrictEqual(source, before.setting.shadow);
    return isShadow ? before.shadow : compilePolicy(source, ground);
  };
  if (setting.snoozes.length > 0) subjectToken('');
  const live = compiled(setting.live);
  return {
    setting,
    live,
    policy: versionOf(live),
    ...(setting.shadow === undefined ? {} : { shadow: compiled(setting.shadow) }),
    snoozes: indexSnoozes(setting.snoozes, subjectToken),
  };
}

/** Counters of live policy and shadow together. */
function countersOf({ live, shadow }: Running): ReadonlyMap<string, CounterSpec> {
  return shadow === undefined ? live.counters : new Map([...shadow.counters, ...live.counters]);
}

/** The words for what was decided; those of policies that are no longer live stay, for the decisions they made. */
function createVocabulary({ signals, numbering }: DeciderParts, { words }: PolicyGround) {
  const reasons = new Map(words.reasons);
  const guards = new Map<string, CompiledPolicy['guards'][number]>();
  const texts = createReasonTexts({
    ...words,
    reasons,
    facts: declaredFacts(signals),
    guards,
    displayNumber: (canonical) => numbering.display(canonical),
  });
  const learn = ({ setting, live }: Running): void => {
    const said = { ...setting.reasons, ...setting.shadow?.reasons, ...setting.live.reasons };
    for (const [code, own] of Object.entries(said)) if (!words.reasons.has(code)) reasons.set(code, own);
    for (const guard of live.guards) guards.set(guard.id, guard);
  };
  return { texts, learn };
}
