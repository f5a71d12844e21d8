import type { FactValue, FanzhaEvent } from '@fanzha/contract';
import type { EngineDecision } from './decision.model.ts';
import type { EventKind, EventReading } from './event.model.ts';
import { declaredFacts } from './policy.service.ts';
import { defaultFact, type FactDeclaration, type Facts, isFactOf, type Signal } from './signal.model.ts';

const NOTHING_READ: EventReading = { subjects: [] };

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
  const declared = Object.entries(declaredFacts(signals))
    .filter(([, { constant }]) => constant === undefined)
    .map(([name, { type }]) => [name, defaultFact(type)]);
  const counted = counters.map((name) => [name, 0]);
  // Read back from text, the object has one fixed layout: its copies and the rules' readings of them are fast. Counters
  // have their places in it from the start: adding names to the facts of every event costs more than counting.
  const defaults: Facts = JSON.parse(JSON.stringify(Object.fromEntries([...declared, ...counted])));
  return {
    kind,
    signals,
    get models() {
      return modelsOf(signals);
    },
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

/** The models that are asked about an event, as they are in force now. */
function modelsOf(signals: readonly Signal[]): EngineDecision['models'] {
  return signals.flatMap(({ id, version, models, explain }) => models ?? (explain ? [{ id, version }] : []));
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
