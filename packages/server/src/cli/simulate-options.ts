export const TRAFFIC_KINDS = ['calls', 'messages'] as const;
export type TrafficKind = (typeof TRAFFIC_KINDS)[number];

/** JSON lines hold every event; call records only finished calls. */
export const ROW_FORMATS = ['jsonl', 'freeswitch', 'asterisk'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What may be asked of `fanzha simulate`. */
export interface SimulateOptions {
  readonly events: number;
  readonly seed: number;
  /** Events a second. */
  readonly rate?: number;
  readonly kinds: readonly TrafficKind[];
  /** File, or `-`. */
  readonly out: string;
  readonly format: RowFormat;
  readonly truth?: string;
  /** Milliseconds since the epoch. */
  readonly until?: number;
}
