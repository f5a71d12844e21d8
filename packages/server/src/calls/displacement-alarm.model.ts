import type { DISPLACEMENT_OUTCOMES, DISPLACEMENT_STATES, Displacement, FlowChange } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Change, DisplacementFinding } from './displacement.model.ts';

export type DisplacementState = (typeof DISPLACEMENT_STATES)[number];
export type DisplacementOutcome = (typeof DISPLACEMENT_OUTCOMES)[number];

/** Calls of both sides in an hour that begins at an instant, ms since the epoch. */
export interface HourPoint {
  readonly at: number;
  readonly left: number;
  readonly joined: number;
}

/** An alarm as it is kept. Times are ms since the epoch. */
export interface StoredDisplacement {
  readonly id: number;
  readonly simulated: boolean;
  readonly state: DisplacementState;
  readonly outcome?: DisplacementOutcome;
  readonly finding: DisplacementFinding;
  readonly series: readonly HourPoint[];
  readonly openedAt: number;
  readonly seenAt: number;
  readonly acknowledgedAt?: number;
  readonly acknowledgedBy?: string;
  readonly closedAt?: number;
  readonly closedBy?: string;
  readonly note?: string;
}

/** A closing can be taken back. */
const TRANSITIONS: Readonly<Record<DisplacementState, readonly DisplacementState[]>> = {
  open: ['acknowledged', 'closed'],
  acknowledged: ['closed'],
  closed: ['open'],
};

export function displacementMayBecome(from: DisplacementState, to: DisplacementState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Whether a finding is what an alarm is about: the same trunk, and a flow that left is among those of before. */
export function isSameDisplacement(alarm: StoredDisplacement, finding: DisplacementFinding): boolean {
  const left = new Set(alarm.finding.left.map(({ flow }) => flow));
  return alarm.finding.scope === finding.scope && finding.left.some(({ flow }) => left.has(flow));
}

/** A flow's pattern and country. */
export function flowParts(flow: string): { pattern: string; country?: string } {
  const [pattern = '', country] = flow.split(':');
  return { pattern, ...(country ? { country } : {}) };
}

function flowView({ flow, calls, expected, chance }: Change): FlowChange {
  return { ...flowParts(flow), calls, expected, chance };
}

export function displacementView(
  alarm: StoredDisplacement,
  titleOf: (pattern: string, country: string | undefined) => Localized,
): Displacement {
  const { finding } = alarm;
  const instant = (at: number): string => new Date(at).toISOString();
  const names = (changes: readonly Change[], locale: keyof Localized): string =>
    changes
      .map(({ flow }) => flowParts(flow))
      .map(({ pattern, country }) => titleOf(pattern, country)[locale])
      .join(locale === 'en' ? ', ' : '、');
  const off = (changes: readonly Change[]): number =>
    Math.round(changes.reduce((sum, { calls, expected }) => sum + Math.abs(calls - expected), 0));
  const [gone, came, hours] = [off(finding.left), off(finding.joined), finding.windowHours];
  return {
    id: String(alarm.id),
    state: alarm.state,
    ...(alarm.outcome === undefined ? {} : { outcome: alarm.outcome }),
    source: finding.scope,
    sources: [...finding.sources],
    simulated: alarm.simulated,
    left: finding.left.map(flowView),
    joined: finding.joined.map(flowView),
    windowHours: hours,
    ratio: finding.ratio,
    text: {
      'zh-CN': `${hours} 小时内，${names(finding.left, 'zh-CN')}比往常少 ${gone} 次，同时${names(finding.joined, 'zh-CN')}多 ${came} 次`,
      en: `Within ${hours} h, ${gone} fewer calls than usual of: ${names(finding.left, 'en')}; at the same time ${came} more of: ${names(finding.joined, 'en')}`,
    },
    series: alarm.series.map(({ at, ...calls }) => ({ at: instant(at), ...calls })),
    openedAt: instant(alarm.openedAt),
    seenAt: instant(alarm.seenAt),
    ...(alarm.acknowledgedAt === undefined ? {} : { acknowledgedAt: instant(alarm.acknowledgedAt) }),
    ...(alarm.acknowledgedBy === undefined ? {} : { acknowledgedBy: alarm.acknowledgedBy }),
    ...(alarm.closedAt === undefined ? {} : { closedAt: instant(alarm.closedAt) }),
    ...(alarm.closedBy === undefined ? {} : { closedBy: alarm.closedBy }),
    ...(alarm.note === undefined ? {} : { note: alarm.note }),
  };
}
