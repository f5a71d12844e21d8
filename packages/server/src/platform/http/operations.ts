import type { Operation } from '@fanzha/contract';
import * as contract from '@fanzha/contract';
import type { RouteBinding } from './route.ts';

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'id' in value;
}

/** Every operation that the contract declares. */
export function contractOperations(): Operation[] {
  return Object.values<unknown>(contract).filter(isOperation);
}

const ACCESS = new Set<unknown>([...contract.PERMISSIONS, 'signed-in', 'public']);

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/**
 * Throws, naming all that is wrong, unless every operation is bound exactly once, nothing else is bound, and each
 * says who may call it.
 */
export function checkBindings(operations: readonly Operation[], routes: readonly RouteBinding[]): void {
  const declared = operations.map(({ id }) => id);
  const bound = routes.map(({ operation }) => operation.id);
  const list = (what: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`${what}: ${ids.join(', ')}`];
  const faults = [
    ...list(
      'no access declared',
      operations.filter(({ access }) => !ACCESS.has(access)).map(({ id }) => id),
    ),
    ...list('declared twice', repeated(declared)),
    ...list('bound twice', repeated(bound)),
    ...list(
      'same method and path',
      repeated(operations.map(({ method, path }) => `${method} ${path.replace(/\{[^}]+\}/g, '{}')}`)),
    ),
    ...list(
      'declared but not bound',
      declared.filter((id) => !bound.includes(id)),
    ),
    ...list(
      'bound but not declared',
      bound.filter((id) => !declared.includes(id)),
    ),
  ];
  if (faults.length > 0) throw new Error(`the routes do not fit the contract: ${faults.join('; ')}`);
}
