import type { Snooze, SnoozeState } from '@fanzha/contract';
import { type SubjectKind, severityOf, type Verdict } from '@fanzha/vocabulary';
import type { Act } from './policy-version.model.ts';

/** A snooze as it is kept; the subject's own value is sealed beside it. */
export interface StoredSnooze {
  readonly id: string;
  readonly rule: string;
  readonly subjectKind: SubjectKind;
  readonly subjectToken: string;
  readonly subjectDisplay: string;
  readonly reason: string;
  /** Of the rule when it was asked for. */
  readonly verdict: Verdict;
  readonly severe: boolean;
  readonly until: number;
  readonly state: SnoozeState;
  readonly asked: Act;
  readonly activeAt?: number;
  readonly approved?: Act;
  readonly ended?: Act;
  readonly endReason?: string;
}

/** Whether a rule hurts so much when it sleeps wrongly that a second person has to approve. */
export function isSevere(verdict: Verdict): boolean {
  return severityOf(verdict) >= severityOf('hold');
}

export const SNOOZE_MOVES: Readonly<Record<SnoozeState, readonly SnoozeState[]>> = {
  asked: ['active', 'refused', 'ended'],
  active: ['ended'],
  ended: [],
  refused: [],
};

const actView = ({ by, name, at }: Act) => ({ by, name, at: new Date(at).toISOString() });

/** As people see it at a time (ms since the epoch): what is past its end has ended, also before it is written down. */
export function snoozeView(snooze: StoredSnooze, now: number): Snooze {
  const { approved, ended, endReason, state, until } = snooze;
  const isOver = SNOOZE_MOVES[state].includes('ended') && until <= now;
  return {
    id: snooze.id,
    rule: snooze.rule,
    subject: { kind: snooze.subjectKind, display: snooze.subjectDisplay },
    reason: snooze.reason,
    until: new Date(until).toISOString(),
    state: isOver ? 'ended' : state,
    verdict: snooze.verdict,
    needsApproval: snooze.severe,
    asked: actView(snooze.asked),
    ...(approved === undefined ? {} : { approved: actView(approved) }),
    ...(ended === undefined ? {} : { ended: actView(ended) }),
    ...(endReason === undefined ? {} : { endReason }),
  };
}
