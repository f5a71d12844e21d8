import { severityOf } from '@fanzha/vocabulary';
import { type EngineDecision, proportion } from '../../engine/index.ts';
import type { Agent } from './agent.traffic.ts';
import type { LifeEvent } from './life.traffic.ts';

/** From this verdict on a call does not just go through. */
const STOPPED_FROM = severityOf('challenge');

/** `noticed`: a rule about conduct spoke. `stopped`: such a rule did at least challenge the call. */
const LEVELS = ['noticed', 'stopped'] as const;
type Level = (typeof LEVELS)[number];

interface Found {
  readonly calls: number;
  readonly minutes: number;
}

interface Pursuit {
  readonly agent: Agent;
  readonly firstAt: number;
  calls: number;
  readonly numbers: Set<string>;
  readonly found: Partial<Record<Level, Found>>;
  readonly flagged: Record<Level, number>;
}

interface Honest {
  readonly callers: Set<string>;
  calls: number;
  readonly hit: Record<Level, Set<string>>;
}

/** What is made of the decisions about a simulated population. Memory grows with callers, not with calls. */
export class DetectionTally {
  /** Ids of the rules that judge somebody's reputation or conduct. */
  readonly #conduct: ReadonlySet<string>;
  readonly #ordinary: string;
  /** Callers by the number they show. */
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #frauds = new Map<Agent, Pursuit>();
  readonly #honest = new Map<string, Honest>();
  readonly #rules = new Map<string, { honest: Set<string>; fraudulent: Set<string> }>();
  readonly #help = { bankCalls: 0, bankTold: 0, returnCalls: 0, returnTold: 0 };

  constructor(conduct: ReadonlySet<string>, ordinary: string, agents: readonly Agent[]) {
    this.#conduct = conduct;
    this.#ordinary = ordinary;
    this.#agents = new Map(agents.flatMap((agent) => agent.numbers.map((number) => [number, agent])));
  }

  /** A call attempt of the measured days, with its decision. */
  take({ event, agent, flow, isCaller }: LifeEvent, decision: EngineDecision): void {
    if (event.kind !== 'call.attempt') return;
    const rules = decision.reasons.filter(({ rule }) => this.#conduct.has(rule));
    const spoke: Record<Level, boolean> = {
      noticed: rules.length > 0,
      stopped: rules.some(({ verdict }) => severityOf(verdict) >= STOPPED_FROM),
    };
    const isFraud = agent.profile.fraud && isCaller;
    for (const { rule } of rules) this.#ruleOf(rule)[isFraud ? 'fraudulent' : 'honest'].add(event.from);
    if (isFraud) this.#pursue(agent, event.from, Date.parse(event.at), spoke);
    else this.#spare(event.from, spoke);
    if (agent.profile.fraud && !isCaller) this.#protect(agent, flow, decision);
  }

  report() {
    const honest = [...this.#honest].map(([profile, { callers, calls, hit }]) => ({
      profile,
      callers: callers.size,
      calls,
      noticed: hitShare(hit.noticed.size, callers.size),
      stopped: hitShare(hit.stopped.size, callers.size),
    }));
    const kinds = [...Map.groupBy(this.#frauds.values(), ({ agent }) => agent.profile)].map(
      ([profile, pursuits]) => ({
        kind: profile.id,
        title: profile.title,
        operations: pursuits.length,
        numbers: pursuits.reduce((sum, { numbers }) => sum + numbers.size, 0),
        calls: pursuits.reduce((sum, { calls }) => sum + calls, 0),
        noticed: delayOf(pursuits, 'noticed'),
        stopped: delayOf(pursuits, 'stopped'),
      }),
    );
    const rules = [...this.#rules].map(([rule, { honest: wrong, fraudulent }]) => ({
      rule,
      fraudulentNumbers: fraudulent.size,
      honestNumbers: wrong.size,
    }));
    return {
      kinds: kinds.toSorted((a, b) => a.kind.localeCompare(b.kind)),
      honest: honest.toSorted((a, b) => b.callers - a.callers),
      rules: rules.toSorted((a, b) => a.rule.localeCompare(b.rule)),
      protection: { ...this.#help },
    };
  }

  #pursue(agent: Agent, number: string, at: number, spoke: Record<Level, boolean>): void {
    const pursuit = this.#frauds.get(agent) ?? {
      agent,
      firstAt: at,
      calls: 0,
      numbers: new Set(),
      found: {},
      flagged: { noticed: 0, stopped: 0 },
    };
    this.#frauds.set(agent, pursuit);
    pursuit.calls++;
    pursuit.numbers.add(number);
    for (const level of LEVELS) {
      if (!spoke[level]) continue;
      pursuit.flagged[level]++;
      pursuit.found[level] ??= { calls: pursuit.calls, minutes: (at - pursuit.firstAt) / 60_000 };
    }
  }

  #spare(number: string, spoke: Record<Level, boolean>): void {
    const agent = this.#agents.get(number);
    // Whoever has no habit here is an ordinary person who calls back.
    const profile = agent === undefined ? this.#ordinary : agent.profile.id;
    const kind = this.#honest.get(profile) ?? {
      callers: new Set(),
      calls: 0,
      hit: { noticed: new Set(), stopped: new Set() },
    };
    this.#honest.set(profile, kind);
    kind.callers.add(number);
    kind.calls++;
    for (const level of LEVELS) if (spoke[level]) kind.hit[level].add(number);
  }

  #protect({ profile }: Agent, flow: LifeEvent['flow'], { reasons }: EngineDecision): void {
    const codes = reasons.map(({ code }) => code);
    if (flow === 'bank') {
      this.#help.bankCalls++;
      if (codes.includes('call.victim-to-bank')) this.#help.bankTold++;
    }
    // Who rings once only wants to be called back.
    if (flow === 'call-back' && rings(profile)) {
      this.#help.returnCalls++;
      if (codes.includes('call.wangiri-return')) this.#help.returnTold++;
    }
  }

  #ruleOf(rule: string) {
    const known = this.#rules.get(rule) ?? { honest: new Set<string>(), fraudulent: new Set<string>() };
    this.#rules.set(rule, known);
    return known;
  }
}

const SHORTEST_RING = 5;
const rings = ({ ring: [, longest] }: Agent['profile']): boolean => longest < SHORTEST_RING;

function hitShare(hits: number, of: number) {
  const interval = proportion(hits, of);
  return {
    hits,
    per10000: round((interval?.value ?? 0) * 1e4),
    perMillion: round((interval?.value ?? 0) * 1e6),
    /** Upper end of the 95 % interval: what is left open where nobody was hit. */
    perMillionAtMost: round((interval?.high ?? 0) * 1e6),
  };
}

/** Calls and minutes until operations were found, over those that were; and the part of their calls that was told. */
function delayOf(pursuits: readonly Pursuit[], level: Level) {
  const found = pursuits.flatMap((pursuit) => pursuit.found[level] ?? []);
  const calls = pursuits.reduce((sum, pursuit) => sum + pursuit.calls, 0);
  const flagged = pursuits.reduce((sum, pursuit) => sum + pursuit.flagged[level], 0);
  return {
    found: found.length,
    neverShare: round((pursuits.length - found.length) / pursuits.length),
    calls: quantiles(found.map((one) => one.calls)),
    minutes: quantiles(found.map((one) => one.minutes)),
    callsTold: round(calls === 0 ? 0 : flagged / calls),
  };
}

function quantiles(values: readonly number[]) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { median: at(0.5), p90: at(0.9) };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
