import type { TrialRule } from '@fanzha/contract';
import type { PolicySource } from './policy.model.ts';

/** A rule that is being written, beside the policy that is live. */
export interface TrialTask {
  readonly rule: TrialRule;
  readonly live: PolicySource;
  /** How many of the latest recorded events it is tried on. */
  readonly events: number;
}
