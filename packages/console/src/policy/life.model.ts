import type { PolicyState, PolicyVersion, PolicyVersionRow } from '@fanzha/contract';

/** Steps of a version on its way to being live, in order. */
export const STEPS = ['draft', 'backtested', 'shadow', 'approved', 'live'] as const;
export type Step = (typeof STEPS)[number];

const EDITABLE: ReadonlySet<PolicyState> = new Set(['draft', 'backtested', 'shadow', 'approved']);

/** Whether its content may be changed; it is a draft again then. */
export function isEditable({ state }: Pick<PolicyVersionRow, 'state'>): boolean {
  return EDITABLE.has(state);
}

/** How far a version has come: steps done, and the one it stands at (none when its life is over). */
export function progressOf({ state, approved, published }: PolicyVersionRow): {
  readonly done: ReadonlySet<Step>;
  readonly now: Step | undefined;
} {
  const at = STEPS.indexOf(state as Step);
  if (at >= 0) return { done: new Set(STEPS.slice(0, at)), now: STEPS[at] };
  if (published !== undefined) return { done: new Set(STEPS), now: undefined };
  return { done: new Set(approved === undefined ? ['draft'] : ['draft', 'approved']), now: undefined };
}

export type NextWords =
  | 'next.faults'
  | 'next.draft'
  | 'next.backtested'
  | 'next.shadow'
  | 'next.shadowOver'
  | 'next.approved'
  | 'next.live'
  | 'next.retired'
  | 'next.rolled-back'
  | 'next.discarded';

/** What is needed next, as the key of the sentence that says it. `now` in ms since the epoch. */
export function nextOf({ state, faults, shadowUntil }: PolicyVersion, now: number): NextWords {
  if (state === 'draft' && faults.length > 0) return 'next.faults';
  if (state === 'shadow' && shadowUntil !== undefined && Date.parse(shadowUntil.at) <= now) {
    return 'next.shadowOver';
  }
  return `next.${state}`;
}

/** Whether approving it now needs a reason for the hurry. */
export function isEarly({ shadowUntil }: PolicyVersion, now: number): boolean {
  return shadowUntil !== undefined && Date.parse(shadowUntil.at) > now;
}

/** Whether a rule is in force on a day (`2026-11-23`), both ends included. */
export function forceOf(
  { from, until }: { readonly from?: string; readonly until?: string },
  today: string,
): 'now' | 'expired' | 'not-yet' {
  if (until !== undefined && until < today) return 'expired';
  return from !== undefined && from > today ? 'not-yet' : 'now';
}
