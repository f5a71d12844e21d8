import type { NumberBehaviour } from '@fanzha/contract';
import type { StudiedDecision, SubjectStudy } from '../../engine/index.ts';
import type { Context } from '../../platform/index.ts';
import { LIVE_MODEL } from '../behaviour/behaviour-fact.signals.ts';
import type { PlanWords } from './number-plan-view.model.ts';
import { HOUR_MS, PeerSample, quantilesOf, sharesOf } from './peer.model.ts';

const DAY_MS = 24 * HOUR_MS;
const REACH_DAYS = 7;
/** Others are drawn from so many decisions of each hour of the week, and of each half hour of the last day. */
const PER_HOUR = 20;
const PER_HALF_HOUR = 60;
/** Fewer say nothing about what is usual. */
const LEAST_CALLERS = 20;
const LEAST_IN_HOUR = 5;
/** Decisions of the number itself that are read for its scores. */
const OWN_DECISIONS = 500;
/** A sample is some thousand records to read: it serves everybody for a while. */
const SAMPLE_MS = 10 * 60_000;

export interface BehaviourParts {
  readonly study: SubjectStudy;
  readonly numbering: { parse(presented: string): { readonly canonical?: string; readonly kind: string } };
  readonly words: Pick<PlanWords, 'label'>;
}

interface Taken {
  readonly at: number;
  readonly counters: string;
  readonly sampled: boolean;
  readonly peers: PeerSample;
}

/** Conduct of a caller beside others of its kind of number. */
export function createNumberBehaviour(
  parts: BehaviourParts,
): (ctx: Context, number: string) => Promise<NumberBehaviour> {
  const { study, numbering, words } = parts;
  const samples = new Map<boolean, Promise<Taken>>();

  /** The sample of simulated or of real callers, drawn anew when it is old or there are other counters. */
  const sampleOf = async (ctx: Context, simulated: boolean, counters: readonly string[]): Promise<Taken> => {
    const names = counters.join('\n');
    const known = await samples.get(simulated)?.catch(() => undefined);
    if (known && known.counters === names && ctx.clock.now() - known.at < SAMPLE_MS) return known;
    const drawn = draw(ctx, study, simulated, counters);
    samples.set(simulated, drawn);
    return drawn;
  };

  return async (ctx, asked) => {
    const { canonical, kind } = numbering.parse(asked);
    const value = canonical ?? asked.trim();
    const at = ctx.clock.now();
    const from = at - REACH_DAYS * DAY_MS;
    const about = await study.decisions(ctx, { value, kind: 'call.attempt', from, limit: OWN_DECISIONS });
    const own = about.filter(({ parties }) =>
      parties.some((party) => party.role === 'caller' && party.value === value),
    );
    const simulated = (own[0] ?? about[0])?.simulated ?? false;
    const [counters = []] = await study.countersOf('caller', [value], at, simulated);
    const names = counters.map(({ name }) => name);
    const taken = await sampleOf(ctx, simulated, names);
    const callers = taken.peers.callers(kind, value);
    const enough = callers.length >= LEAST_CALLERS;
    const others = enough ? await study.countersOf('caller', callers, at, simulated) : [];
    return {
      at: instant(at),
      simulated,
      peers: {
        kind: { code: kind, title: words.label('numberKind', kind) },
        callers: callers.length,
        from: instant(taken.at - DAY_MS),
        decisions: taken.peers.decisions,
        sampled: taken.sampled,
        enough,
      },
      counters: enough ? counters.map((counter) => compared(counter, others)) : [],
      hours: taken.peers
        .hours(kind, value, LEAST_IN_HOUR)
        .map(({ at: hour, ...rest }) => ({ at: instant(hour), ...rest })),
      scores: scoresOf(own),
      ...(await modelOf(ctx, study, own)),
    };
  };
}

const instant = (ms: number): string => new Date(ms).toISOString();

type Counted = Awaited<ReturnType<SubjectStudy['countersOf']>>[number];

function compared({ name, value }: Counted[number], others: readonly Counted[]) {
  const values = others.map((counters) => counters.find((each) => each.name === name)?.value ?? 0);
  return { name, value, ...sharesOf(values, value), others: quantilesOf(values) };
}

/** Day by day, so that no page of it keeps others waiting. */
async function draw(
  ctx: Context,
  study: SubjectStudy,
  simulated: boolean,
  counters: readonly string[],
): Promise<Taken> {
  const at = ctx.clock.now();
  const peers = new PeerSample(counters);
  let sampled = false;
  const take = async (from: number, to: number, sliceMs: number, perSlice: number): Promise<void> => {
    const filter = { kind: 'call.attempt', simulated, from, to, sliceMs, perSlice } as const;
    const drawn = await study.sample(ctx, filter);
    sampled ||= isFull(drawn, from, sliceMs, perSlice);
    peers.take(drawn, at - DAY_MS);
  };
  const end = at + HOUR_MS - (at % HOUR_MS);
  for (let day = REACH_DAYS; day > 1; day--) {
    await take(end - day * DAY_MS, end - (day - 1) * DAY_MS, HOUR_MS, PER_HOUR);
  }
  await take(end - DAY_MS, end, HOUR_MS / 2, PER_HALF_HOUR);
  return { at, counters: counters.join('\n'), sampled, peers };
}

/** Whether some stretch may hold more decisions than were drawn from it. */
function isFull(drawn: readonly StudiedDecision[], from: number, sliceMs: number, perSlice: number): boolean {
  const counts = new Map<number, number>();
  for (const { at } of drawn) {
    const slice = Math.floor((at - from) / sliceMs);
    counts.set(slice, (counts.get(slice) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count >= perSlice);
}

/** The highest score of each hour, oldest first. */
function scoresOf(own: readonly StudiedDecision[]): NumberBehaviour['scores'] {
  const hours = new Map<number, number>();
  for (const { at, facts } of own) {
    const score = facts['behaviour.score'];
    if (facts['behaviour.ready'] !== true) continue;
    const hour = at - (at % HOUR_MS);
    hours.set(hour, Math.max(hours.get(hour) ?? 0, typeof score === 'number' ? score : 0));
  }
  return [...hours].sort(([a], [b]) => a - b).map(([at, score]) => ({ at: instant(at), score }));
}

/** What the model of conduct said of the newest call that it judged. */
async function modelOf(
  ctx: Context,
  study: SubjectStudy,
  own: readonly StudiedDecision[],
): Promise<Pick<NumberBehaviour, 'model'>> {
  const judged = own.find(({ facts }) => facts['behaviour.ready'] === true);
  if (judged === undefined) return {};
  const parts = await study.explained(ctx, judged.id);
  const part = parts.find(({ model }) => model === LIVE_MODEL);
  return part === undefined ? {} : { model: { decision: judged.id, at: instant(judged.at), part } };
}
