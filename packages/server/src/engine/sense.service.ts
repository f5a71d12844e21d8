import type { FactValue, FanzhaEvent } from '@fanzha/contract';
import type { EngineDecision } from './decision.model.ts';
import type { EventKind, EventReading } from './event.model.ts';
import { declaredFacts } from './policy.service.ts';
import { defaultFact, type FactDeclaration, type Facts, isFactOf, type Signal } from './signal.model.ts';

const NOTHING_READ: EventReading = { subjects: [] };
const NONE: readonly string[] = [];
const SAMPLE_EVERY = 100;
const NO_MODELS: EngineDecision['models'] = [];

interface Known {
  readonly reading: EventReading;
  readonly facts: Facts;
  readonly degraded: readonly string[];
}

/** How one kind of event is read and what is known about it. */
export interface Sense {
  readonly kind: EventKind;
  readonly signals: readonly Signal[];
  readonly models: EngineDecision['models'];
  read(event: FanzhaEvent): Known;
}

/** `counters` are the names of the facts that counters of this kind are held by. */
export function createSense(kind: EventKind, all: readonly Signal[], counters: readonly string[]): Sense {
  const signals = all.filter((signal) => signal.kinds.includes(kind.name));
  const withModels = signals.filter((signal) => 'models' in signal || signal.explain !== undefined);
  const declared = Object.entries(declaredFacts(signals))
    .filter(([, { constant }]) => constant === undefined)
    .map(([name, { type }]): [string, FactValue] => [name, defaultFact(type)]);
  const defaults = defaultFacts([...declared, ...counters.map((name): [string, FactValue] => [name, 0])]);
  const asked = signals.map((signal) => new Asked(signal));
  return {
    kind,
    signals,
    get models() {
      return withModels.length === 0 ? NO_MODELS : modelsOf(withModels);
    },
    read: (event) => {
      const facts = { ...defaults };
      let degraded: string[] | undefined;
      let reading = NOTHING_READ;
      try {
        reading = kind.read(event);
      } catch {
        degraded = [`reading:${kind.name}`];
      }
      for (let index = 0; index < asked.length; index++) {
        const each = asked[index] as Asked;
        if (!askQuickly(each, event, reading, facts)) degraded = [...(degraded ?? NONE), each.signal.id];
      }
      return { reading, facts, degraded: degraded ?? NONE };
    },
  };
}

/**
 * The facts of an event of which nothing is known. Read back from text, the object has one fixed layout: its copies and
 * the rules' readings of them are fast. Counters have their places in it from the start: adding names to the facts of
 * every event costs more than counting. A place that never held anything but numbers has them boxed, and each copy
 * boxes them anew; one that was null before holds whole numbers as they are.
 */
function defaultFacts(entries: readonly (readonly [string, FactValue])[]): Facts {
  const places = entries.map(([name, value]) => [name, typeof value === 'number' ? null : value]);
  const facts: Facts = JSON.parse(JSON.stringify(Object.fromEntries(places)));
  for (const [name, value] of entries) facts[name] = value;
  return facts;
}

/** The models that are asked about an event, as they are in force now. */
function modelsOf(signals: readonly Signal[]): EngineDecision['models'] {
  return signals.flatMap(({ id, version, models, explain }) => models ?? (explain ? [{ id, version }] : []));
}

/** A signal, and whether what it tells quickly was as declared so far. */
class Asked {
  readonly signal: Signal;
  /** Events until the next sample; the first is one. */
  untilSample = 0;
  isTrusted: boolean;

  constructor(signal: Signal) {
    this.signal = signal;
    this.isTrusted = signal.tell !== undefined;
  }
}

/** The same as `ask`; a signal that tells quickly is checked in samples, and once it failed one, at every event. */
function askQuickly(asked: Asked, event: FanzhaEvent, reading: EventReading, facts: Facts): boolean {
  const { signal, isTrusted } = asked;
  if (!isTrusted || asked.untilSample === 0) {
    asked.untilSample = SAMPLE_EVERY;
    const asDeclared = ask(signal, event, reading, facts);
    if (!asDeclared) asked.isTrusted = false;
    return asDeclared;
  }
  asked.untilSample--;
  try {
    signal.tell?.(event, reading, facts);
    return true;
  } catch {
    for (const [name, { type }] of Object.entries(signal.facts)) facts[name] = defaultFact(type);
    return false;
  }
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
