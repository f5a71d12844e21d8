import type { PolicyState } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

/** Section `policyLife` of a pack's `engine.json`: what a policy has to go through before it is live. */
export const PolicyLife = Type.Object(
  {
    /** How long a version runs in shadow before it may be approved without urgency. */
    shadowMinutes: Type.Integer({ minimum: 0, maximum: 43_200 }),
    /** Longest that a rule may sleep for a subject. */
    snoozeDays: Type.Integer({ minimum: 1, maximum: 365 }),
    /** How long before a rule expires somebody is told. */
    expiryWarningDays: Type.Integer({ minimum: 0, maximum: 365 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type PolicyLife = Static<typeof PolicyLife>;

/** Moves of a version; the database holds the same table and what each move needs. */
export const POLICY_MOVES: Readonly<Record<PolicyState, readonly PolicyState[]>> = {
  // A draft becomes live only where it came with the pack and the live one did too.
  draft: ['backtested', 'discarded', 'live'],
  backtested: ['draft', 'shadow', 'discarded'],
  shadow: ['draft', 'backtested', 'approved', 'discarded'],
  approved: ['draft', 'live', 'discarded'],
  live: ['retired', 'rolled-back'],
  retired: ['live'],
  'rolled-back': [],
  discarded: ['draft'],
};

export function mayMove(from: PolicyState, to: PolicyState): boolean {
  return POLICY_MOVES[from].includes(to);
}

/** States in which a version can be edited: it is a draft again then. */
export const EDITABLE: readonly PolicyState[] = ['draft', 'backtested', 'shadow', 'approved'];
