import type { DecisionFilters } from '../api/decisions.ts';

/** Filters that name somebody or something of theirs: they travel in the history entry, never in the address. */
const PRIVATE = ['subject', 'event'] as const;
const PUBLIC = [
  'kind',
  'verdict',
  'reason',
  'channel',
  'country',
  'fraudType',
  'from',
  'to',
  'simulated',
  'pattern',
  'area',
] as const;

export interface DecisionsPlace {
  readonly pathname: '/decisions';
  readonly search: string;
  readonly state: Readonly<Record<string, string>>;
}

/**
 * Where the list of decisions stands with these filters. A number or an event's id must not stay in addresses, logs of
 * proxies or shared links, so these two are kept in the history entry's state: back and reload work, copying does not.
 */
export function placeOf(filters: DecisionFilters): DecisionsPlace {
  const search = new URLSearchParams();
  for (const name of PUBLIC) {
    const value = filters[name];
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const state: Record<string, string> = {};
  for (const name of PRIVATE) {
    const value = filters[name];
    if (value !== undefined && value !== '') state[name] = value;
  }
  return { pathname: '/decisions', search: search.size > 0 ? `?${search}` : '', state };
}

/** The filters that an address and a history entry carry; what is foreign in either is ignored. */
export function filtersOf(search: string, state: unknown): DecisionFilters {
  const asked = new URLSearchParams(search);
  const filters: Record<string, string | boolean> = {};
  for (const name of PUBLIC) {
    const value = asked.get(name);
    if (value === null || value === '') continue;
    filters[name] = name === 'simulated' ? value === 'true' : value;
  }
  const hidden: Record<string, unknown> = typeof state === 'object' && state !== null ? { ...state } : {};
  for (const name of PRIVATE) {
    const value = hidden[name];
    if (typeof value === 'string' && value !== '') filters[name] = value;
  }
  return filters as DecisionFilters;
}

/** `placeOf` in the two parts that a router link takes. */
export function linkTo(filters: DecisionFilters) {
  const { state, ...to } = placeOf(filters);
  return { to, state };
}
