import type { FieldError } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describeFault, type SchemaFault } from './fault-text.ts';
import { plainCheck } from './plain-check.ts';

/** Most faults that one answer names: a hostile input must not make a long answer. */
const MAX_FAULTS = 20;

/** A compiled schema: a fast check, and on failure the field and the reason in words. */
export interface SchemaValidator<T> {
  check(value: unknown): value is T;
  /** Wrong fields with reasons; empty when the value is right. At most 20. */
  faults(value: unknown, locale: Locale): FieldError[];
}

/** Compiles a schema once; keep the result. */
export function compileSchema<S extends TSchema>(schema: S): SchemaValidator<Static<S>> {
  const compiled = Compile(schema);
  const plain = plainCheck(schema);
  return {
    check: (value): value is Static<S> => plain?.(value) === true || compiled.Check(value),
    faults: (value, locale) => {
      const found = (compiled.Errors(value) as SchemaFault[]).flatMap((fault) =>
        describeFault(fault, locale),
      );
      const byField = new Map(found.reverse().map((fault) => [fault.field, fault]));
      return [...byField.values()].reverse().slice(0, MAX_FAULTS);
    },
  };
}
