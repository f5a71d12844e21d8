import { readMark } from './pattern-mark.model.ts';

/**
 * What counts are kept by beside ingress, pattern and verdict: country of origin; called province; trunk or carrier with
 * country; rule that spoke. Not all at once: so many combinations no table would bear.
 */
export const TALLY_VIEWS = ['country', 'area', 'source', 'rule'] as const;
export type TallyView = (typeof TALLY_VIEWS)[number];

/** Calls that are alike, over a step of event time. */
export interface TallyRow {
  readonly view: TallyView;
  /** Beginning of the step, ms since the epoch. */
  readonly bucket: number;
  readonly simulated: boolean;
  readonly ingress: string;
  readonly pattern: string;
  readonly verdict: string;
  readonly country: string;
  /** Province, trunk or carrier, or rule, by the view. */
  readonly key: string;
  calls: number;
}

/** Calls that are alike, as the engine counts them: `at` is a minute of event time, ms since the epoch. */
export interface MarkedCalls {
  readonly at: number;
  readonly simulated: boolean;
  readonly mark: string;
  readonly verdict: string;
  readonly rules: readonly string[];
  readonly events: number;
}

const MINUTE_MS = 60_000;
/** Verdicts with which a call is not put through as it came. */
export const STOPPED: readonly string[] = ['challenge', 'hold', 'limit', 'block'];

/** Stands for all trunks and carriers beyond those that are told apart. */
export const OTHER_SOURCES = '*';

/** Adds events that are alike together, as one text: what the projection writes with its checkpoint. */
export function deltaOf(events: readonly MarkedCalls[]): string {
  const sums = new Map<string, number>();
  for (const { at, simulated, mark, verdict, rules, events: count } of events) {
    const key = `${at}\t${simulated ? 1 : 0}\t${verdict}\t${[...new Set(rules)].join(' ')}\t${mark}`;
    sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return [...sums].map(([key, count]) => `${count}\t${key}`).join('\n');
}

/** Tells trunks and carriers apart as long as an hour has not too many of them: names come from outside. */
export class KnownSources {
  readonly #most: number;
  readonly #hours = new Map<number, Set<string>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** The name itself, or `*` where the hour of `at` is full. */
  of(source: string, at: number): string {
    const hour = at - (at % 3_600_000);
    let known = this.#hours.get(hour);
    if (!known) {
      known = new Set();
      this.#hours.set(hour, known);
      // Hours come in order but for late ones: a day of them is enough to remember.
      if (this.#hours.size > 48) this.#hours.delete(this.#hours.keys().next().value ?? hour);
    }
    if (known.has(source)) return source;
    if (known.size >= this.#most) return OTHER_SOURCES;
    known.add(source);
    return source;
  }
}

/** Adds up what several texts of `deltaOf` say, by view; in the order of keys, so that writers never wait in a circle. */
export function rowsOf(deltas: readonly string[], sourceSteps: number, sources: KnownSources): TallyRow[] {
  const rows = new Map<string, TallyRow>();
  const add = (row: TallyRow): void => {
    const { view, bucket, simulated, ingress, pattern, verdict, country, key } = row;
    const id = [view, bucket, simulated, ingress, pattern, verdict, country, key].join('\t');
    const known = rows.get(id);
    if (known) known.calls += row.calls;
    else rows.set(id, row);
  };
  const step = sourceSteps * MINUTE_MS;
  for (const line of deltas.flatMap((delta) => (delta === '' ? [] : delta.split('\n')))) {
    const [count, time, simulated, verdict = '', rules = '', text = ''] = line.split('\t');
    const at = Number(time);
    const { pattern, ingress, country, area, source } = readMark(text);
    const same = { simulated: simulated === '1', ingress, pattern, verdict, calls: Number(count) };
    const bucket = at - (at % step);
    add({ ...same, view: 'country', bucket: at, country, key: '' });
    add({ ...same, view: 'area', bucket: at, country: '', key: area });
    add({ ...same, view: 'source', bucket, country, key: sources.of(source, at) });
    for (const rule of rules === '' ? [] : rules.split(' ')) {
      add({ ...same, view: 'rule', bucket, country: '', key: rule });
    }
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
