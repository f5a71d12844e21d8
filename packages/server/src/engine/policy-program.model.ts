import { closureOf, codeOf, factsOf, sizeOf, type Term } from './expression-term.model.ts';
import type { Facts } from './signal.model.ts';

/** One condition of a policy and when it is in force: `from` at least, `until` exclusive, ms since the epoch. */
export interface Step {
  /** Absent where only the library can evaluate it. */
  readonly term?: Term;
  readonly from: number;
  readonly until: number;
}

/**
 * Tells which steps hold, by their index, in order. `other` is asked about a step without term, and must not throw.
 * Nothing is allocated where nothing holds.
 */
export type Program = (facts: Facts, at: number, other: (step: number) => boolean) => readonly number[];

type Part = (
  facts: Facts,
  at: number,
  other: (step: number) => boolean,
  held: number[] | undefined,
) => number[] | undefined;

const NOTHING: readonly number[] = [];
/** Steps that become one function: a much longer one would be past what the optimising compiler takes. */
const STEPS_IN_FUNCTION = 100;

/** The fastest program that this process may run: generated code, or closures where generating is forbidden. */
export function createProgram(steps: readonly Step[]): Program {
  return mayGenerate() ? generatedProgram(steps) : closureProgram(steps);
}

/** False under `--disallow-code-generation-from-strings`. */
function mayGenerate(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

/** All steps as one function of JavaScript text, written from terms alone: no text of a rule becomes code. */
export function generatedProgram(steps: readonly Step[]): Program {
  const parts: Part[] = [];
  for (let first = 0; first < steps.length; first += STEPS_IN_FUNCTION) {
    const text = partText(steps.slice(first, first + STEPS_IN_FUNCTION), first);
    parts.push(new Function('sizeOf', text)(sizeOf));
  }
  return (facts, at, other) => {
    let held: number[] | undefined;
    for (const part of parts) held = part(facts, at, other, held);
    return held ?? NOTHING;
  };
}

function partText(steps: readonly Step[], first: number): string {
  const names = new Set<string>();
  for (const { term } of steps) if (term) factsOf(term, names);
  const slots = new Map([...names].map((name, index) => [name, `f${index}`]));
  const lines = [...slots].map(([name, slot]) => `const ${slot}=facts[${JSON.stringify(name)}];`);
  steps.forEach(({ term, from, until }, index) => {
    const conditions = [
      ...(Number.isFinite(from) ? [`at>=${from}`] : []),
      ...(Number.isFinite(until) ? [`at<${until}`] : []),
      term ? codeOf(term, (fact) => slots.get(fact) ?? 'undefined') : `other(${first + index})`,
    ];
    lines.push(`if(${conditions.join('&&')}){if(held===undefined)held=[];held.push(${first + index});}`);
  });
  return `"use strict";return function(facts,at,other,held){${lines.join('\n')}\nreturn held;}`;
}

/** The same without generating code, about three times slower. */
export function closureProgram(steps: readonly Step[]): Program {
  const asked = steps.map(({ term, from, until }) => ({ from, until, ask: term && closureOf(term) }));
  return (facts, at, other) => {
    let held: number[] | undefined;
    for (let step = 0; step < asked.length; step++) {
      const { from, until, ask } = asked[step] as (typeof asked)[number];
      if (at < from || at >= until) continue;
      if (ask ? ask(facts) : other(step)) {
        held ??= [];
        held.push(step);
      }
    }
    return held ?? NOTHING;
  };
}
