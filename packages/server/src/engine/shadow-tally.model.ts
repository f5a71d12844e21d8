import type { EventKindName } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import type { StoredDecision } from './decision-record.model.ts';

/** A decision in which the shadow would have been different. */
export interface ShadowRow {
  readonly version: string;
  readonly seq: number;
  readonly at: string;
  readonly kind: EventKindName;
  readonly live: Verdict;
  readonly shadow: Verdict;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  readonly simulated: boolean;
}

export interface ShadowTotal {
  readonly version: string;
  readonly simulated: boolean;
  events: number;
  different: number;
  /** Decided times, ms since the epoch. */
  first: number;
  last: number;
}

export interface ShadowCount {
  readonly version: string;
  readonly simulated: boolean;
  readonly kind: EventKindName;
  readonly live: Verdict;
  readonly shadow: Verdict;
  count: number;
}

export interface ShadowRule {
  readonly version: string;
  readonly simulated: boolean;
  readonly rule: string;
  gained: number;
  lost: number;
}

/** The sums of a batch of decisions beside which a policy ran in shadow. */
export interface ShadowSums {
  readonly totals: readonly ShadowTotal[];
  readonly counts: readonly ShadowCount[];
  readonly rules: readonly ShadowRule[];
  readonly rows: readonly ShadowRow[];
}

/** A decided event beside which a policy ran in shadow; or several alike, that are not listed and have no place. */
export interface Shadowed {
  readonly seq?: number;
  readonly events?: number;
  readonly decision: Pick<
    StoredDecision,
    'kind' | 'verdict' | 'decidedAt' | 'simulated' | 'shadow' | 'reasons' | 'at'
  >;
}

/** Adds up a batch; `seq` is the position of a decision in the journal. */
export function sumShadows(decided: Iterable<Shadowed>): ShadowSums {
  const totals = new Map<string, ShadowTotal>();
  const counts = new Map<string, ShadowCount>();
  const rules = new Map<string, ShadowRule>();
  const rows: ShadowRow[] = [];
  for (const { seq, events = 1, decision } of decided) {
    const { shadow, simulated, kind, verdict: live, decidedAt } = decision;
    if (shadow === undefined) continue;
    const { version, verdict } = shadow;
    const total = entry(totals, `${version} ${simulated}`, () => {
      return { version, simulated, events: 0, different: 0, first: decidedAt, last: decidedAt };
    });
    total.events += events;
    total.first = Math.min(total.first, decidedAt);
    total.last = Math.max(total.last, decidedAt);
    entry(counts, `${version} ${simulated} ${kind} ${live} ${verdict}`, () => {
      return { version, simulated, kind, live, shadow: verdict, count: 0 };
    }).count += events;
    if (shadow.rules === undefined) continue;
    total.different += events;
    const row = differenceOf(decision, shadow.rules, version, verdict);
    if (seq !== undefined) rows.push({ seq, ...row });
    const ruleOf = (rule: string) =>
      entry(rules, `${version} ${simulated} ${rule}`, () => ({
        version,
        simulated,
        rule,
        gained: 0,
        lost: 0,
      }));
    for (const rule of row.gained) ruleOf(rule).gained += events;
    for (const rule of row.lost) ruleOf(rule).lost += events;
  }
  return { totals: [...totals.values()], counts: [...counts.values()], rules: [...rules.values()], rows };
}

function differenceOf(
  { kind, at, verdict: live, reasons, simulated }: Shadowed['decision'],
  spoke: readonly string[],
  version: string,
  shadow: Verdict,
): Omit<ShadowRow, 'seq'> {
  const own = reasons.map(({ rule }) => rule);
  const gained = spoke.filter((rule) => !own.includes(rule));
  const lost = own.filter((rule) => !spoke.includes(rule));
  return { version, at, kind, live, shadow, gained, lost, simulated };
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
