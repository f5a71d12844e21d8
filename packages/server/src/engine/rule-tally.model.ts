import type { EventKindName } from '@fanzha/contract';

/** Hits are counted by five minutes of the time at which events were decided. */
export const TALLY_MS = 300_000;
/** Most rules of one event that are paired with each other: the foremost ones. */
const MAX_PAIRED = 12;
const DAY_MS = 86_400_000;

export interface TallyRow {
  /** Beginning of the five minutes, ms since the epoch. */
  readonly bucket: number;
  readonly simulated: boolean;
  readonly kind: string;
  readonly version: string;
  /** '' counts every decided event. */
  readonly rule: string;
  hits: number;
}

export interface PairRow {
  /** Beginning of the day (UTC), ms since the epoch. */
  readonly day: number;
  readonly simulated: boolean;
  readonly a: string;
  readonly b: string;
  hits: number;
}

/** One decided event, as it is tallied. */
export interface Tallied {
  readonly kind: EventKindName;
  readonly decidedAt: number;
  readonly version: string;
  readonly simulated: boolean;
  /** Ids of the rules that spoke, the foremost first. */
  readonly rules: readonly string[];
  /** How many events it stands for; one unless told. */
  readonly events?: number;
}

/** Counts which rules spoke over a batch of decisions; `writeTally` adds the sums to the tables. */
export class RuleTally {
  readonly #rows = new Map<string, TallyRow>();
  readonly #pairs = new Map<string, PairRow>();

  add({ kind, decidedAt, version, simulated, rules, events = 1 }: Tallied): void {
    const bucket = decidedAt - (decidedAt % TALLY_MS);
    const spoke = [...new Set(rules)];
    for (const rule of ['', ...spoke]) {
      const key = `${bucket} ${simulated} ${kind} ${version} ${rule}`;
      const row = this.#rows.get(key);
      if (row) row.hits += events;
      else this.#rows.set(key, { bucket, simulated, kind, version, rule, hits: events });
    }
    const day = decidedAt - (decidedAt % DAY_MS);
    const paired = spoke.slice(0, MAX_PAIRED).sort();
    for (const [index, a] of paired.entries()) {
      for (const b of paired.slice(index + 1)) this.#pair(day, simulated, a, b);
    }
  }

  /** In the order of their keys, so that writers that meet wait for each other and never in a circle. */
  rows(): TallyRow[] {
    return inOrder(this.#rows);
  }

  pairs(): PairRow[] {
    return inOrder(this.#pairs);
  }

  #pair(day: number, simulated: boolean, a: string, b: string): void {
    const key = `${day} ${simulated} ${a} ${b}`;
    const row = this.#pairs.get(key);
    if (row) row.hits += 1;
    else this.#pairs.set(key, { day, simulated, a, b, hits: 1 });
  }
}

function inOrder<T>(rows: ReadonlyMap<string, T>): T[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
