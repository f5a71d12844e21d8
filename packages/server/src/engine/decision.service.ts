import type { FactValue, FanzhaEvent } from '@fanzha/contract';
import { milder, moreSevere, severityOf, type Verdict } from '@fanzha/vocabulary';
import { type Clock, monotonicMicros, type Pack } from '../platform/index.ts';
import { type CountingOptions, createCounting } from './counting.service.ts';
import type { Decider } from './decider.model.ts';
import type { EngineDecision, SpokenReason } from './decision.model.ts';
import { type EventKind, type EventReading, instantOf } from './event.model.ts';
import { createEventParser } from './event.service.ts';
import type { CompiledPolicy, Guard, PolicyHits, Rule } from './policy.model.ts';
import { declaredFacts, loadPolicy } from './policy.service.ts';
import { createReasonTexts } from './reason-text.model.ts';
import { loadWords } from './reason-text.service.ts';
import { defaultFact, type FactDeclaration, type Facts, isFactOf, type Signal } from './signal.model.ts';

export interface DeciderParts {
  readonly pack: Pack;
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
  readonly clock: Clock;
  readonly counting?: CountingOptions;
  /** How a canonical number is written for people. */
  readonly numbering: { display(canonical: string): string };
}

/**
 * The engine without storage. Loads and checks the policy of the pack; throws PolicyError or an Error that names file,
 * field and reason when something in it is wrong.
 */
export function createDecider(parts: DeciderParts): Decider {
  const { pack, kinds, signals, clock, numbering } = parts;
  const facts = declaredFacts(signals);
  const words = loadWords(pack);
  const policy = loadPolicy(pack, kinds, signals, words);
  const texts = createReasonTexts({
    ...words,
    facts,
    guards: new Map(policy.guards.map((guard) => [guard.id, guard])),
    displayNumber: (canonical) => numbering.display(canonical),
  });
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const counting = createCounting(pack, kinds, parts.counting);
  counting.adopt(policy.counters, clock.now());
  const parser = createEventParser(kinds, clock);
  const senses = new Map(
    kinds.map((kind) => [kind.name, createSense(kind, signals, counting.factsOf(kind.name))]),
  );
  const senseOf = (event: FanzhaEvent): Sense => {
    const sense = senses.get(event.kind);
    if (!sense) throw new Error(`no such kind of event: ${event.kind}`);
    return sense;
  };
  const decide = (
    event: FanzhaEvent,
    way: 'observe' | 'preview' | 'peek',
    position?: number,
  ): EngineDecision => {
    const started = monotonicMicros();
    const sense = senseOf(event);
    const known = sense.read(event);
    counting[way](event, known.reading, known.facts, position);
    const hits = sense.kind.decided ? policy.evaluate(event.kind, known.facts, instantOf(event.at)) : NO_HITS;
    return {
      ...judge(hits, known.facts),
      kind: event.kind,
      eventId: event.id,
      at: event.at,
      decidedAt: clock.now(),
      reading: known.reading,
      facts: known.facts,
      policy: versionOf(policy),
      models: sense.models,
      degraded: [...known.degraded, ...hits.failed],
      simulated: event.simulated === true,
      tookMicros: Math.round(monotonicMicros() - started),
    };
  };
  return {
    parse: (input, locale = 'en') => parser.parse(input, locale),
    decide: (event, { counted = false, position } = {}) =>
      decide(event, counted ? 'peek' : 'observe', position),
    preview: (event) => decide(event, 'preview'),
    recount: (event, position) => {
      if (!counting.counts(event.kind)) return;
      const { reading, facts: known } = senseOf(event).read(event);
      counting.observe(event, reading, known, position);
    },
    counting,
    explain: (event) => {
      const sense = senseOf(event);
      const reading = sense.kind.read(event);
      return sense.signals.flatMap((signal) => signal.explain?.(event, reading) ?? []);
    },
    texts,
    policy,
    kinds: byName,
    signals,
  };
}

const NO_HITS: PolicyHits = { spoke: [], guards: [], failed: [] };
const NOTHING_READ: EventReading = { subjects: [] };

const versionOf = ({ id, version }: CompiledPolicy) => ({ id, version });

interface Known {
  readonly reading: EventReading;
  readonly facts: Facts;
  readonly degraded: readonly string[];
}

/** How one kind of event is read and what is known about it. */
interface Sense {
  readonly kind: EventKind;
  readonly signals: readonly Signal[];
  readonly models: EngineDecision['models'];
  read(event: FanzhaEvent): Known;
}

function createSense(kind: EventKind, all: readonly Signal[], counters: readonly string[]): Sense {
  const signals = all.filter((signal) => signal.kinds.includes(kind.name));
  const declared = Object.entries(declaredFacts(signals)).map(([name, { type }]) => [
    name,
    defaultFact(type),
  ]);
  const counted = counters.map((name) => [name, 0]);
  // Read back from text, the object has one fixed layout: its copies and the rules' readings of them are fast. Counters
  // have their places in it from the start: adding names to the facts of every event costs more than counting.
  const defaults: Facts = JSON.parse(JSON.stringify(Object.fromEntries([...declared, ...counted])));
  return {
    kind,
    signals,
    models: signals.filter((signal) => signal.explain).map(({ id, version }) => ({ id, version })),
    read: (event) => {
      const facts = { ...defaults };
      const degraded: string[] = [];
      let reading = NOTHING_READ;
      try {
        reading = kind.read(event);
      } catch {
        degraded.push(`reading:${kind.name}`);
      }
      for (const signal of signals) {
        if (!ask(signal, event, reading, facts)) degraded.push(signal.id);
      }
      return { reading, facts, degraded };
    },
  };
}

/** Adds what a signal knows; false when it threw or said something that it had not declared that way. */
function ask(signal: Signal, event: FanzhaEvent, reading: EventReading, facts: Facts): boolean {
  let said: Facts;
  try {
    said = signal.evaluate(event, reading);
  } catch {
    return false;
  }
  let asDeclared = true;
  for (const name in said) {
    const value = said[name];
    if (value === undefined) continue;
    if (isDeclared(signal.facts[name], value)) facts[name] = value;
    else asDeclared = false;
  }
  return asDeclared;
}

function isDeclared(declaration: FactDeclaration | undefined, value: FactValue): boolean {
  return declaration !== undefined && isFactOf(declaration.type, value);
}

type Judgement = Pick<EngineDecision, 'verdict' | 'label' | 'score' | 'fraudType' | 'reasons'>;

/**
 * The verdict is the most severe that a rule may have under the guards that stand. Reasons come most severe first, then
 * by score. The score is 1 − ∏(1 − scoreᵢ): evidence of rules counted as independent, so that it only grows.
 */
function judge({ spoke, guards }: PolicyHits, facts: Facts): Judgement {
  const reasons = spoke
    .map((rule) => reasonOf(rule, guards, facts))
    .sort((a, b) => severityOf(b.verdict) - severityOf(a.verdict) || b.score - a.score);
  const verdict = reasons.reduce<Verdict>((most, reason) => moreSevere(most, reason.verdict), 'allow');
  const label = verdict === 'label' ? reasons[0] : undefined;
  const fraudType = reasons.find((reason) => reason.fraudType !== undefined)?.fraudType;
  const score = 1 - reasons.reduce((rest, reason) => rest * (1 - reason.score), 1);
  return {
    verdict,
    reasons,
    score: Math.round(score * 10_000) / 10_000,
    ...(label ? { label: { code: label.code, values: label.values } } : {}),
    ...(fraudType === undefined ? {} : { fraudType }),
  };
}

function reasonOf(rule: Rule, guards: readonly Guard[], facts: Facts): SpokenReason {
  let verdict: Verdict = rule.verdict;
  let capped: string | undefined;
  for (const guard of guards) {
    if (!guard.judges.includes(rule.judges)) continue;
    const lowered = milder(verdict, guard.cap);
    if (lowered !== verdict) capped = guard.id;
    verdict = lowered;
  }
  return {
    code: rule.reason,
    rule: rule.id,
    verdict,
    score: rule.score,
    ...(rule.fraudType === undefined ? {} : { fraudType: rule.fraudType }),
    values: Object.fromEntries(rule.values.map((name) => [name, facts[name] ?? ''])),
    ...(capped === undefined ? {} : { capped }),
  };
}
