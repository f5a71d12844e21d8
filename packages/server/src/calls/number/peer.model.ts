import type { NumberQuantiles } from '@fanzha/contract';
import type { SeenCall } from './seen-call.model.ts';

export const HOUR_MS = 3_600_000;
/** Callers of a kind that are kept to be asked for their counters. */
const MOST_CALLERS = 300;

/** What the callers of one kind of number did in their calls of an hour: the highest of each caller, by counter. */
type HourOfKind = Map<string, Map<string, number>>;

/** Callers by kind of number, drawn from decisions that were spread over a time. */
export class PeerSample {
  readonly #counters: readonly string[];
  readonly #hours = new Map<string, Map<number, HourOfKind>>();
  readonly #callers = new Map<string, Set<string>>();
  decisions = 0;

  /** Names of counters by caller. */
  constructor(counters: readonly string[]) {
    this.#counters = counters;
  }

  /** Takes in decisions; the callers of those from `callersFrom` on (ms since the epoch) can be asked for. */
  take(decisions: readonly SeenCall[], callersFrom: number): void {
    this.decisions += decisions.length;
    for (const { at, facts, parties } of decisions) {
      const caller = parties.find(({ role }) => role === 'caller')?.value;
      const kind = facts['caller.kind'];
      if (caller === undefined || typeof kind !== 'string') continue;
      if (at >= callersFrom) placed(this.#callers, kind, () => new Set<string>()).add(caller);
      const hours = placed(this.#hours, kind, () => new Map<number, HourOfKind>());
      const hour = placed(hours, at - (at % HOUR_MS), () => new Map<string, Map<string, number>>());
      const said = placed(hour, caller, () => new Map<string, number>());
      for (const name of this.#counters) {
        // Facts that are nought are left out of records.
        const fact = facts[name] ?? 0;
        if (typeof fact === 'number') said.set(name, Math.max(said.get(name) ?? 0, fact));
      }
    }
  }

  /** Callers of a kind but one, evenly from all that were seen. */
  callers(kind: string, but: string): string[] {
    const all = [...(this.#callers.get(kind) ?? [])].filter((caller) => caller !== but);
    if (all.length <= MOST_CALLERS) return all;
    return Array.from(
      { length: MOST_CALLERS },
      (_, index) => all[Math.floor((index * all.length) / MOST_CALLERS)] ?? '',
    );
  }

  /** Hours in which at least `least` other callers of a kind were seen, oldest first. */
  hours(
    kind: string,
    but: string,
    least: number,
  ): { at: number; callers: number; counters: Record<string, NumberQuantiles> }[] {
    return [...(this.#hours.get(kind) ?? [])]
      .sort(([a], [b]) => a - b)
      .flatMap(([at, callers]) => {
        const others = [...callers].filter(([caller]) => caller !== but).map(([, said]) => said);
        if (others.length < least) return [];
        // A counter that nobody has may not have counted yet: nothing is said of it.
        const counters = this.#counters
          .map((name) => [name, others.map((said) => said.get(name) ?? 0)] as const)
          .filter(([, values]) => values.some((value) => value !== 0))
          .map(([name, values]) => [name, quantilesOf(values)] as const);
        return [{ at, callers: others.length, counters: Object.fromEntries(counters) }];
      });
  }
}

function placed<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** Quantiles of at least one value, between two of them by their distance (type 7 of Hyndman and Fan, 1996). */
export function quantilesOf(values: readonly number[]): NumberQuantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share;
    const low = Math.floor(place);
    const below = sorted[low] ?? 0;
    return below + (place - low) * ((sorted[low + 1] ?? below) - below);
  };
  return { p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) };
}

/** Shares of the values that are less and more than one; 0 of none. */
export function sharesOf(
  values: readonly number[],
  own: number,
): { readonly below: number; readonly above: number } {
  const share = (count: number): number => (values.length === 0 ? 0 : count / values.length);
  return {
    below: share(values.filter((value) => value < own).length),
    above: share(values.filter((value) => value > own).length),
  };
}
