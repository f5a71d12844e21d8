import { type DriftView, notFound, SCORE_BINS, type ScoredTruth, wrongState } from '@fanzha/contract';
import Type from 'typebox';
import { AppError, audit, type Context, emit, eventType, inTransaction } from '../platform/index.ts';
import { type DriftFigures, driftMayBecome, isDrift, type ModelWatch, measureDrift } from './drift.model.ts';
import { readWatch, type StoredWatch, writeWatch } from './model.store.ts';
import type { ModelRegistry, ModelStanding } from './model-registry.service.ts';
import { deleteScoresBefore, sumScores } from './score-tally.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Live scores of a model no longer come as they did. */
export const modelDrifted = eventType(
  'model.drifted',
  Type.Object(
    { model: Type.String(), version: Type.String(), output: Type.String(), figures: Type.Unknown() },
    { additionalProperties: false },
  ),
);

/** Looks at the live scores of every champion and says where they have drifted; forgets scores that are too old. */
export async function measureModels(ctx: Context, registry: ModelRegistry, watch: ModelWatch): Promise<void> {
  const now = ctx.clock.now();
  for (const { id } of registry.hosts) {
    const standing = await registry.standing(ctx, id);
    const { version } = standing.champion;
    const since = now - watch.hours * HOUR_MS;
    const recent = await sumScores(ctx, id, version, { from: since, to: now + HOUR_MS });
    const earlier = { from: since - watch.beforeDays * DAY_MS, to: since };
    const before = await sumScores(ctx, id, version, earlier);
    await inTransaction(ctx, async (inside) => {
      const stored = await readWatch(inside, id, true);
      for (const { name, validation } of standing.champion.outputs) {
        const measured = { now: recent.get(name) ?? [], before: before.get(name) ?? [] };
        const last = stored.find((row) => row.output === name && row.version === version);
        await settle(inside, standing, { name, validation, last }, measured, watch);
      }
    });
  }
  await deleteScoresBefore(ctx, now - watch.keepDays * DAY_MS);
}

interface Watched {
  readonly name: string;
  readonly validation: ScoredTruth | undefined;
  readonly last: StoredWatch | undefined;
}

const total = (bins: readonly number[]): number => bins.reduce((sum, count) => sum + count, 0);

async function settle(
  ctx: Context,
  { host, champion }: ModelStanding,
  { name, validation, last }: Watched,
  { now, before }: { now: readonly number[]; before: readonly number[] },
  watch: ModelWatch,
): Promise<void> {
  const figures = measureDrift(now, before, validation, watch);
  const others = {
    reference: validation ? total(validation.positive) + total(validation.negative) : 0,
    before: total(before),
  };
  const from = last?.state ?? 'unmeasured';
  const wanted = stateOf(figures, isDrift(figures, others, SCORE_BINS, watch), watch);
  const state = from !== wanted && driftMayBecome(from, wanted) ? wanted : from;
  const changed = state !== from || !last;
  await writeWatch(ctx, {
    model: host.id,
    output: name,
    version: champion.version,
    state,
    figures,
    measuredAt: ctx.clock.date(),
    since: changed ? ctx.clock.date() : last.since,
    acknowledgedBy: changed ? null : last.acknowledgedBy,
    note: changed ? null : last.note,
  });
  if (changed && state === 'drifting') {
    ctx.log.warn({ model: host.id, version: champion.version, output: name, figures }, 'a model drifts');
    await emit(ctx, modelDrifted, { model: host.id, version: champion.version, output: name, figures });
  }
}

function stateOf(
  { count }: DriftFigures,
  drifts: boolean,
  { leastEvents }: ModelWatch,
): StoredWatch['state'] {
  if (count < leastEvents) return 'unmeasured';
  return drifts ? 'drifting' : 'steady';
}

/** Says that a person has looked at drift. Throws AppError: not-found, wrong-state. */
export function acknowledgeDrift(
  ctx: Context,
  model: string,
  output: string,
  note: string,
): Promise<StoredWatch> {
  return inTransaction(ctx, async (inside) => {
    const found = (await readWatch(inside, model, true)).find((row) => row.output === output);
    if (!found) throw new AppError(notFound);
    if (!driftMayBecome(found.state, 'acknowledged')) throw new AppError(wrongState);
    const done: StoredWatch = {
      ...found,
      state: 'acknowledged',
      since: ctx.clock.date(),
      acknowledgedBy: ctx.actor.name,
      note,
    };
    await writeWatch(inside, done);
    await audit(inside, 'model.acknowledge', `${model}@${found.version}`, { output, note });
    return done;
  });
}

/** The watch over an output as people see it. */
export function driftView(
  { output, version, state, figures, ...watch }: StoredWatch,
  { psi }: ModelWatch,
): DriftView {
  return {
    output,
    version,
    state,
    ...figures,
    limit: psi,
    measuredAt: watch.measuredAt.toISOString(),
    since: watch.since.toISOString(),
    ...(watch.acknowledgedBy === null ? {} : { acknowledgedBy: watch.acknowledgedBy }),
    ...(watch.note === null ? {} : { note: watch.note }),
  };
}
