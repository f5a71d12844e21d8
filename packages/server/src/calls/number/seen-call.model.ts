import type { FactValue } from '@fanzha/contract';
import type { SubjectKind, Verdict } from '@fanzha/vocabulary';

/** Who took part in a call; a masked person is told apart by the token. */
export interface CallParty {
  readonly kind: SubjectKind;
  readonly role: string;
  /** Canonical, or what is shown of a masked one. */
  readonly value: string;
  readonly masked: boolean;
  readonly token?: string;
}

/** A decided call as pages of numbers look at it; facts that had their default value are left out. */
export interface SeenCall {
  readonly id: string;
  /** ms since the epoch. */
  readonly at: number;
  readonly verdict: Verdict;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly parties: readonly CallParty[];
}
