import type { DecisionLabel, Label, LabelChange, Outcome } from '@fanzha/contract';
import type { StoredDecision } from './decision-record.model.ts';
import { decisionId } from './decision-record.model.ts';

export type LabelSource = DecisionLabel['source'];

/** What was said about a decision. Times are milliseconds since the epoch. */
export interface Said {
  readonly outcome: Outcome;
  readonly fraudType?: string;
  readonly note?: string;
  readonly source: LabelSource;
}

export interface SaidBy {
  readonly by: string;
  readonly at: number;
}

/** A label with what the decision said that it belongs to. */
export interface StoredLabel extends Said, SaidBy {
  readonly seq: number;
  readonly kind: string;
  readonly eventId: string;
  readonly decidedAt: number;
  readonly verdict: string;
  readonly rules: readonly string[];
  readonly simulated: boolean;
}

/** A step of a label's life; without outcome it was removed. */
export type StoredChange = Omit<Said, 'outcome'> & SaidBy & { readonly outcome?: Outcome };

/** The label of a decision. */
export function labelOf(
  seq: number,
  decision: Omit<StoredDecision, 'facts'>,
  said: Said & SaidBy,
): StoredLabel {
  return {
    ...said,
    seq,
    kind: decision.kind,
    eventId: decision.eventId,
    decidedAt: decision.decidedAt,
    verdict: decision.verdict,
    rules: [...new Set(decision.reasons.map(({ rule }) => rule))],
    simulated: decision.simulated,
  };
}

/** Whether saying this changes nothing. */
export function saysTheSame(label: Said | undefined, said: Said): boolean {
  return (
    label !== undefined &&
    label.outcome === said.outcome &&
    label.fraudType === said.fraudType &&
    label.note === said.note &&
    label.source === said.source
  );
}

export function labelView(label: StoredLabel): Label {
  return {
    decision: decisionId(label.seq),
    kind: label.kind,
    event: label.eventId,
    decidedAt: new Date(label.decidedAt).toISOString(),
    verdict: label.verdict,
    rules: [...label.rules],
    ...decisionLabel(label),
  };
}

/** As the detail of a decision shows it. */
export function decisionLabel(label: Said & SaidBy): DecisionLabel {
  return { outcome: label.outcome, ...saidView(label) };
}

export function changeView(change: StoredChange): LabelChange {
  return { ...(change.outcome === undefined ? {} : { outcome: change.outcome }), ...saidView(change) };
}

function saidView({ fraudType, note, source, by, at }: StoredChange): Omit<DecisionLabel, 'outcome'> {
  return {
    ...(fraudType === undefined ? {} : { fraudType }),
    ...(note === undefined ? {} : { note }),
    source,
    by,
    labelledAt: new Date(at).toISOString(),
  };
}
