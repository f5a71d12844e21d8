import type { FactValue } from '@fanzha/contract';
import { defaultFact, type FactDeclaration, type Facts } from './signal.model.ts';

/** Writes facts as a JSON object; those with their default value are left out. */
export type FactWriter = (facts: Facts) => string;

interface Slot {
  /** `"name":` with the comma before it. */
  readonly prefix: string;
  /** Undefined for what nobody declared: it is always written. */
  readonly unsaid: FactValue | undefined;
}

/**
 * A writer for facts that have the names of a sample in its order, as all facts of a kind have under one policy. It
 * writes the values one after the other: making an object without the defaults first would take twice the time.
 */
export function factWriter(sample: Facts, declared: Readonly<Record<string, FactDeclaration>>): FactWriter {
  const slots = Object.keys(sample).map((name): Slot => {
    const type = declared[name]?.type;
    return {
      prefix: `,${JSON.stringify(name)}:`,
      unsaid: type === undefined ? undefined : defaultFact(type),
    };
  });
  return (facts) => {
    const values = Object.values(facts);
    let text = '';
    for (let index = 0; index < values.length; index++) {
      const { prefix, unsaid } = slots[index] as Slot;
      const value = values[index] as FactValue;
      if (value === unsaid) continue;
      if (typeof value === 'number' || typeof value === 'boolean') text += prefix + value;
      else if (typeof value === 'string' || value.length > 0) text += prefix + JSON.stringify(value);
    }
    return `{${text.slice(1)}}`;
  };
}

/** A writer for some facts that are numbers; those that are 0 are left out: of most counters there is nothing to say. */
export function numberWriter(names: readonly string[]): FactWriter {
  const prefixes = names.map((name) => `,${JSON.stringify(name)}:`);
  return (facts) => {
    let text = '';
    for (let index = 0; index < names.length; index++) {
      const value = facts[names[index] as string] ?? 0;
      if (value !== 0) text += `${prefixes[index]}${value}`;
    }
    return `{${text.slice(1)}}`;
  };
}
