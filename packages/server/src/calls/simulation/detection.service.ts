import type { Numbering } from '@fanzha/vocabulary';
import type { Decider } from '../../engine/index.ts';
import { monotonicMicros, type Pack } from '../../platform/index.ts';
import { readPopulation } from '../call.traffic.ts';
import type { LineBook, LineStep } from '../line.model.ts';
import type { Agent } from './agent.traffic.ts';
import { settle } from './census.traffic.ts';
import { DetectionTally } from './detection-tally.service.ts';
import { liveThrough } from './life.traffic.ts';

const DAY_MS = 86_400_000;
const TELL_EVERY = 5000;

export interface DetectionOptions {
  readonly seed: number;
  /** Numbers that call. */
  readonly callers: number;
  /** Fraudulent ones among 100,000. */
  readonly fraudulent: number;
  /** Measured days, after one in which nobody defrauds. */
  readonly days: number;
  /** Midnight of the pack's zone at which the quiet day begins, ms since the epoch. */
  readonly from: number;
}

export interface DetectionParts {
  readonly pack: Pack;
  readonly numbering: Numbering;
  readonly decider: Decider;
  /** The register that the decider reads: told the lines of the simulation. */
  readonly lines: LineBook;
}

/** One day in which the counters learn what is usual. */
const QUIET_DAYS = 1;

/**
 * Lives through simulated days and decides every call, as the program does in line, without journal and database: how
 * soon frauds are found, and whom it hits by mistake. Throws RangeError when there are more callers than numbers.
 */
export async function measureDetection(
  { pack, numbering, decider, lines }: DetectionParts,
  { seed, callers, fraudulent, days, from }: DetectionOptions,
  onProgress: (events: number) => void,
) {
  const started = monotonicMicros();
  const { world, agents } = settle({ ...readPopulation(pack), seed, callers, fraudulent });
  await lines.apply({ from: 0, to: 1, steps: registered(agents, numbering), complete: [] });
  const conduct = decider.policy.rules.filter(({ judges }) => judges === 'subject').map(({ id }) => id);
  const tally = new DetectionTally(new Set(conduct), world.population.ordinary, agents);
  const measuredFrom = from + QUIET_DAYS * DAY_MS;
  let [events, attempts] = [0, 0];
  const life = liveThrough({
    world,
    agents,
    from,
    days: days + QUIET_DAYS,
    quietDays: QUIET_DAYS,
    idPrefix: `life-${seed}`,
  });
  for (const lived of life) {
    const decision = decider.decide(lived.event);
    events++;
    if (lived.event.kind === 'call.attempt' && Date.parse(lived.event.at) >= measuredFrom) {
      attempts++;
      tally.take(lived, decision);
    }
    if (events % TELL_EVERY === 0) onProgress(events);
  }
  const seconds = (monotonicMicros() - started) / 1e6;
  const { keys, usedBytes, evictions } = decider.counting.stats();
  return {
    seed,
    callers,
    fraudulentNumbers: agents.reduce(
      (sum, { profile, numbers }) => sum + (profile.fraud ? numbers.length : 0),
      0,
    ),
    days,
    quietDays: QUIET_DAYS,
    events,
    attempts,
    ...tally.report(),
    windows: { keys, megabytes: Math.round(usedBytes / 1024 ** 2), evictions },
    seconds: Math.round(seconds),
    eventsPerSecond: Math.round(events / seconds),
  };
}

/** The register of lines, as an operator would have filled it. */
function registered(agents: readonly Agent[], numbering: Numbering): LineStep[] {
  return agents.flatMap(({ serial, profile, numbers, registered: stands }) => {
    const canonical = numbers.flatMap((number) => numbering.parse(number).canonical ?? []);
    if (!stands || canonical.length === 0) return [];
    const id = `${profile.id}-${serial}`;
    const content = {
      kind: 'enterprise-number',
      owner: profile.title['zh-CN'],
      use: 'office',
      numbers: canonical,
      routes: [],
      dedicated: false,
      abroad: false,
      hours: [],
      validFrom: '2026-01-01',
      document: 'simulated',
    };
    return [{ id, line: { id, state: 'active' as const, content } }];
  });
}
