import { closureOf } from './expression-closure.model.ts';
import { codeOf } from './expression-code.model.ts';
import { factsOf, sizeOf, type Term } from './expression-term.model.ts';
import type { Facts } from './signal.model.ts';

/** One condition of a policy and when it is in force: `from` at least, `until` exclusive, ms since the epoch. */
export interface Step {
  /** Absent where only the library can evaluate it. */
  readonly term?: Term;
  readonly from: number;
  readonly until: number;
  /** Steps of one group follow each other, and only the first of them that holds is told. */
  readonly group?: string;
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
  const starts = groupStarts(steps);
  for (let first = 0; first < steps.length; first += STEPS_IN_FUNCTION) {
    const text = partText(steps.slice(first, first + STEPS_IN_FUNCTION), first, starts);
    parts.push(new Function('sizeOf', text)(sizeOf));
  }
  return (facts, at, other) => {
    let held: number[] | undefined;
    for (const part of parts) held = part(facts, at, other, held);
    return held ?? NOTHING;
  };
}

function partText(steps: readonly Step[], first: number, starts: readonly number[]): string {
  const names = new Set<string>();
  for (const { term } of steps) if (term) factsOf(term, names);
  const slots = new Map([...names].map((name, index) => [name, `f${index}`]));
  const lines = [...slots].map(([name, slot]) => `const ${slot}=facts[${JSON.stringify(name)}];`);
  steps.forEach(({ term, from, until }, index) => {
    const step = first + index;
    const start = starts[step] ?? step;
    const conditions = [
      // Steps are told in order, so the last that was told says whether one of the group was.
      ...(start < step ? [`(held===undefined||held[held.length-1]<${start})`] : []),
      ...(Number.isFinite(from) ? [`at>=${from}`] : []),
      ...(Number.isFinite(until) ? [`at<${until}`] : []),
      term ? codeOf(term, (fact) => slots.get(fact) ?? 'undefined') : `other(${step})`,
    ];
    lines.push(`if(${conditions.join('&&')}){if(held===undefined)held=[];held.push(${step});}`);
  });
  return `"use strict";return function(facts,at,other,held){${lines.join('\n')}\nreturn held;}`;
}

/** Of each step, the first of its group, or itself. Throws an Error when the steps of a group are apart. */
function groupStarts(steps: readonly Step[]): number[] {
  const seen = new Set<string>();
  const starts: number[] = [];
  steps.forEach(({ group }, step) => {
    const before = steps[step - 1]?.group;
    if (group === undefined || group !== before) starts.push(step);
    else starts.push(starts[step - 1] ?? step);
    if (group === undefined || group === before) return;
    if (seen.has(group)) throw new Error(`the steps of group ${group} are apart`);
    seen.add(group);
  });
  return starts;
}

/** The same without generating code, about three times slower. */
export function closureProgram(steps: readonly Step[]): Program {
  const starts = groupStarts(steps);
  const asked = steps.map(({ term, from, until }, step) => ({
    from,
    until,
    start: starts[step] ?? step,
    ask: term && closureOf(term),
  }));
  return (facts, at, other) => {
    let held: number[] | undefined;
    for (let step = 0; step < asked.length; step++) {
      const { from, until, start, ask } = asked[step] as (typeof asked)[number];
      if (at < from || at >= until) continue;
      if (held !== undefined && (held.at(-1) ?? 0) >= start) continue;
      if (ask ? ask(facts) : other(step)) {
        held ??= [];
        held.push(step);
      }
    }
    return held ?? NOTHING;
  };
}
