import type { FactValue } from '@fanzha/contract';
import { defaultFact, type FactDeclaration, type Facts } from './signal.model.ts';

/** Facts that were known: those with their default value are left out. Names that nobody declared stay. */
export function withoutDefaults(facts: Facts, declared: Readonly<Record<string, FactDeclaration>>): Facts {
  const known: Facts = {};
  for (const name in facts) {
    const value = facts[name];
    if (value !== undefined && !isDefault(value, declared[name])) known[name] = value;
  }
  return known;
}

function isDefault(value: FactValue, declaration: FactDeclaration | undefined): boolean {
  if (declaration === undefined) return false;
  return Array.isArray(value) ? value.length === 0 : value === defaultFact(declaration.type);
}
