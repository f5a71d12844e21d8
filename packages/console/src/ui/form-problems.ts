import { ProblemError } from '../api/problem.ts';

interface FieldErrors<Name extends string> {
  readonly name: Name;
  readonly errors: string[];
}

/**
 * Puts the server's complaints at the fields they name; answers whether every one of them found its field, so that the
 * form need not show the problem above as well.
 */
export function showFieldErrors<Name extends string>(
  set: (fields: FieldErrors<Name>[]) => void,
  names: readonly Name[],
  error: unknown,
): boolean {
  if (!(error instanceof ProblemError) || error.fields.length === 0) return false;
  const reasonsAt = (name: string): string[] =>
    error.fields.filter(({ field }) => field === name).map(({ reason }) => reason);
  set(names.map((name) => ({ name, errors: reasonsAt(name) })));
  const known: readonly string[] = names;
  return error.fields.every(({ field }) => known.includes(field));
}
