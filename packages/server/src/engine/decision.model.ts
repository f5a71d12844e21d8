import type { EventKindName } from '@fanzha/contract';
import type { ReasonCode, Verdict } from '@fanzha/vocabulary';
import type { EventReading } from './event.model.ts';
import type { Facts } from './signal.model.ts';

/**
 * A rule that spoke, in the form that is journalled: codes and values, no texts. `verdict` is the effect it had: where
 * a guard lowered it, `capped` names the guard (the rule's own verdict stands in the policy).
 */
export interface SpokenReason {
  readonly code: ReasonCode;
  readonly rule: string;
  readonly verdict: Verdict;
  readonly score: number;
  readonly fraudType?: string;
  readonly values: Facts;
  readonly capped?: string;
  /** Snooze that kept it from having any effect. */
  readonly snoozed?: string;
}

/** What the policy in shadow said about the same facts; it never has an effect. */
export interface ShadowDecision {
  readonly version: string;
  readonly verdict: Verdict;
  /** Rules that spoke; left out where verdict and rules are those of the live policy. */
  readonly rules?: readonly string[];
}

/** What the engine decided about one event. Texts are rendered from the pack when somebody reads it. */
export interface EngineDecision {
  readonly kind: EventKindName;
  readonly eventId: string;
  readonly at: string;
  readonly decidedAt: number;
  readonly verdict: Verdict;
  /** Reason whose text the callee or recipient sees, for `label`. */
  readonly label?: { readonly code: ReasonCode; readonly values: Facts };
  readonly score: number;
  readonly fraudType?: string;
  readonly reasons: readonly SpokenReason[];
  readonly reading: EventReading;
  readonly facts: Facts;
  readonly policy: { readonly id: string; readonly version: string };
  readonly models: readonly { readonly id: string; readonly version: string }[];
  readonly degraded: readonly string[];
  readonly simulated: boolean;
  /** Whenever a policy ran in shadow. */
  readonly shadow?: ShadowDecision;
  readonly tookMicros: number;
}
