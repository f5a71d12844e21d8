import type { LINE_STANDINGS, LINE_STATES, LineContent } from '@fanzha/contract';

export type LineState = (typeof LINE_STATES)[number];
export type LineStanding = (typeof LINE_STANDINGS)[number];

const TRANSITIONS: Readonly<Record<LineState, readonly LineState[]>> = {
  draft: ['active', 'refused'],
  active: ['active', 'suspended', 'closed'],
  suspended: ['suspended', 'active', 'closed'],
  closed: ['draft', 'active', 'suspended'],
  refused: ['draft'],
};

/** Whether a line may pass from one state to another; `active` to `active` is a change of its content. */
export function lineMayBecome(from: LineState, to: LineState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** A line as calls are judged by it: plain data. */
export interface KnownLine {
  readonly id: string;
  readonly state: 'active' | 'suspended';
  readonly content: LineContent;
}

/** A line as it stands after a change; without `line` it is known no more. */
export interface LineStep {
  readonly id: string;
  readonly line?: KnownLine;
}

/** A kind of lines of which all are registered, since an instant in ms since the epoch. */
export interface CompleteKind {
  readonly kind: string;
  readonly since: number;
}

/**
 * What changed between two versions of the register: plain data that may be sent to another process and applied there,
 * again and again with the same outcome. `complete` are all kinds that are.
 */
export interface LineDelta {
  readonly from: number;
  readonly to: number;
  readonly steps: readonly LineStep[];
  readonly complete: readonly CompleteKind[];
}

/** How the days of a line stand at an instant. */
export type LineValidity = 'active' | 'suspended' | 'not-yet-valid' | 'expired';
export const LINE_VALIDITIES = ['active', 'suspended', 'not-yet-valid', 'expired'] as const;

/**
 * `open`: the register names no route. `untold`: it does, and the call does not say enough. `right` and `wrong`: the
 * call came by one of them, or did not.
 */
export const LINE_ROUTINGS = ['open', 'right', 'wrong', 'untold'] as const;
export type LineRouting = (typeof LINE_ROUTINGS)[number];

/** What of a call the register is asked about. */
export interface LineQuestion {
  readonly line: string | undefined;
  readonly trunk: string | undefined;
  readonly carrier: string | undefined;
  /** Canonical caller. */
  readonly caller: string | undefined;
  /** ms since the epoch. */
  readonly at: number;
}

/** What the register says about the line that a call came by. */
export interface LineFinding {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly use: string;
  readonly standing: LineValidity;
  /** Days since its last day; 0 where that has not passed. */
  readonly expiredDays: number;
  /** The caller is one of its numbers. */
  readonly authorised: boolean;
  readonly routing: LineRouting;
  readonly withinHours: boolean;
  readonly abroad: boolean;
}

/** The register as calls are looked up in it. */
export interface LineBook {
  readonly version: number;
  /** The line of a call: the one it names, else the one its trunk is dedicated to, else one that may show its caller. */
  find(question: LineQuestion): LineFinding | undefined;
  /** A trunk by which domestic traffic comes back in, valid for this call. */
  findReturn(question: LineQuestion): LineFinding | undefined;
  /** A registered forwarding of the number that diverted the call, given as `caller`, valid for this call. */
  findForwarding(question: LineQuestion): LineFinding | undefined;
  /** All lines of the kind that a number belongs to were registered at an instant. */
  mustBeRegistered(caller: string | undefined, at: number): boolean;
  /** All lines of a kind were registered at an instant. */
  isComplete(kind: string, at: number): boolean;
  /** Takes in what changed; seen line by line. `gap`: changes between those known and these are missing. */
  apply(delta: LineDelta): Promise<'applied' | 'known' | 'gap'>;
  /** Forgets everything: the database it came from was put back to an earlier time. */
  reset(): void;
}
