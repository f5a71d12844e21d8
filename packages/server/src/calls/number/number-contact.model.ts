import type { NumberContact } from '@fanzha/contract';
import type { CallParty, SeenCall } from './seen-call.model.ts';

export type ContactOrder = 'most' | 'latest';

interface Met {
  readonly party: CallParty;
  readonly newest: SeenCall;
  first: number;
  calls: number;
}

/** A number as its contacts are looked for: canonical, with the token that stands for it where it is masked. */
export interface Asked {
  readonly value: string;
  readonly token: string;
}

const isThe = ({ value, token }: Asked, party: CallParty): boolean =>
  party.masked ? party.token === token : party.value === value;

/**
 * The other numbers of calls that one made (`called`) or got (`calledBy`), each once. Decisions are newest first.
 * Masked persons are told apart by their tokens; where there is none, by what is shown of them.
 */
export function contactsOf(
  decisions: readonly SeenCall[],
  asked: Asked,
  direction: 'called' | 'calledBy',
): Met[] {
  const [own, other] = direction === 'called' ? ['caller', 'callee'] : ['callee', 'caller'];
  const met = new Map<string, Met>();
  for (const decision of decisions) {
    const { parties, at } = decision;
    if (!parties.some((party) => party.role === own && isThe(asked, party))) continue;
    const party = parties.find(({ role }) => role === other);
    if (party === undefined) continue;
    const key = party.token ?? `shown ${party.value}`;
    const known = met.get(key);
    if (known === undefined) met.set(key, { party, newest: decision, first: at, calls: 1 });
    else {
      known.calls += 1;
      known.first = Math.min(known.first, at);
    }
  }
  return [...met.values()];
}

/** The first of them in an order, as people see them. */
export function contactViews(
  met: readonly Met[],
  order: ContactOrder,
  limit: number,
  displayNumber: (canonical: string) => string,
): NumberContact[] {
  const ordered = [...met].sort(
    (a, b) => (order === 'most' ? b.calls - a.calls : 0) || b.newest.at - a.newest.at,
  );
  return ordered.slice(0, limit).map(({ party, newest, first, calls }) => ({
    subject: {
      kind: party.kind,
      role: party.role,
      value: party.value,
      display: party.masked ? party.value : displayNumber(party.value),
      masked: party.masked,
    },
    calls,
    first: new Date(first).toISOString(),
    last: new Date(newest.at).toISOString(),
    decision: newest.id,
    verdict: newest.verdict,
  }));
}
