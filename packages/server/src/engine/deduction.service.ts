import type { EventKindName } from '@fanzha/contract';
import type { ExpressionCompiler } from './expression.service.ts';
import { defaultFact, type FactDeclaration, type Facts, isFactOf, type Signal } from './signal.model.ts';
import type { CounterSpec } from './window/counter.model.ts';

/** What a signal deduces from counters, made ready for one kind of event. */
export interface LoadedDeduction {
  readonly signal: string;
  /** Counters that it reads, by the facts that hold them. */
  readonly counters: ReadonlyMap<string, CounterSpec>;
  /** Adds what it deduces to facts that hold its counters; false when it failed, and then its facts are at their defaults. */
  run(facts: Facts): boolean;
}

/**
 * The deductions that a policy needs for a kind of event: those with a fact that one of its rules reads. Throws an Error
 * that names the signal when one asks for a counter that the rules' language refuses.
 */
export function loadDeductions(
  signals: readonly Signal[],
  kind: EventKindName,
  compiler: ExpressionCompiler,
  isRead: (fact: string) => boolean,
): LoadedDeduction[] {
  return signals.flatMap((signal) => {
    const { deduction } = signal;
    if (!deduction || !signal.kinds.includes(kind) || !deduction.facts.some(isRead)) return [];
    return [loadDeduction(signal, deduction, kind, compiler)];
  });
}

function loadDeduction(
  { id, facts: declared }: Signal,
  { counters, facts: names, deduce }: NonNullable<Signal['deduction']>,
  kind: EventKindName,
  compiler: ExpressionCompiler,
): LoadedDeduction {
  const called = counters.map((text) => {
    const [counter, ...others] = compiler.inspect(text, [kind]).counters;
    if (!counter || others.length > 0) throw new Error(`signal ${id}: ${text} is not one counter`);
    return counter;
  });
  const values = new Float64Array(called.length);
  const told = names.flatMap((name): [string, FactDeclaration][] => {
    const declaration = declared[name];
    return declaration ? [[name, declaration]] : [];
  });
  return {
    signal: id,
    counters: new Map(called.map(({ name, spec }) => [name, spec])),
    run: (facts) => {
      for (let index = 0; index < called.length; index++) {
        values[index] = facts[called[index]?.name ?? ''] as number;
      }
      try {
        deduce(values, facts);
        if (told.every(([name, { type }]) => isFactOf(type, facts[name] ?? defaultFact(type)))) return true;
      } catch {
        // What it had told by then counts no more than what it had not.
      }
      for (const [name, { type }] of told) facts[name] = defaultFact(type);
      return false;
    },
  };
}
