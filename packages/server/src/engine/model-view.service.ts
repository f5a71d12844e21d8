import type {
  CalibrationView,
  ChallengerReport,
  DriftView,
  ModelDetail,
  ModelSummary,
  ModelVersionView,
} from '@fanzha/contract';
import { SCORE_EDGES } from '@fanzha/contract';
import type { Context } from '../platform/index.ts';
import { decisionId } from './decision-record.model.ts';
import type { ModelWatch } from './drift.model.ts';
import { heldFrom, type ModelVersion } from './model.model.ts';
import { readConfirmed, readWatch, type StoredModel } from './model.store.ts';
import type { ModelRegistry, ModelStanding } from './model-registry.service.ts';
import { driftView } from './model-watch.service.ts';
import { binScores, emptyBins, reliability } from './score-bins.model.ts';
import { readScores, sumChallenge, sumScores } from './score-tally.store.ts';
import type { ScoreFacts } from './signal.model.ts';

export interface ModelViewParts {
  readonly registry: ModelRegistry;
  readonly scores: readonly ScoreFacts[];
  readonly watch: ModelWatch;
}

const HOUR_MS = 3_600_000;
/** Most confirmed decisions that a curve is drawn from, newest first. */
const CONFIRMED = 5000;
const WORST: readonly DriftView['state'][] = ['drifting', 'acknowledged', 'steady', 'unmeasured'];

/** All models in a line each. */
export async function modelSummaries(ctx: Context, parts: ModelViewParts): Promise<ModelSummary[]> {
  const items: ModelSummary[] = [];
  for (const { id } of parts.registry.hosts) {
    items.push(await summary(ctx, parts, await parts.registry.standing(ctx, id)));
  }
  return items;
}

/** One model with everything that is known about it. Throws AppError(not-found). */
export async function modelDetail(
  ctx: Context,
  parts: ModelViewParts,
  id: string,
  hours: number,
): Promise<ModelDetail> {
  const standing = await parts.registry.standing(ctx, id);
  const candidates = await parts.registry.candidates(standing.host);
  const series = await readScores(ctx, id, ctx.clock.now() - hours * HOUR_MS);
  return {
    ...(await summary(ctx, parts, standing)),
    versions: versions(standing),
    candidates: candidates
      .filter(({ version }) => version !== standing.champion.version)
      .map(({ file, version, problem }) => ({
        file,
        version,
        ...(problem === undefined ? {} : { problem }),
      })),
    watch: (await readWatch(ctx, id)).map((row) => driftView(row, parts.watch)),
    edges: [...SCORE_EDGES],
    reference: Object.fromEntries(
      standing.champion.outputs.flatMap(({ name, validation }) =>
        validation
          ? [[name, validation.positive.map((count, bin) => count + (validation.negative[bin] ?? 0))]]
          : [],
      ),
    ),
    hours: series.map(({ hour, bins, ...row }) => ({ ...row, hour: hour.toISOString(), bins: [...bins] })),
    confirmed: await confirmed(ctx, parts, standing),
    challenge: await challenge(ctx, standing),
  };
}

async function summary(
  ctx: Context,
  { watch }: ModelViewParts,
  { host, champion, challenger }: ModelStanding,
): Promise<ModelSummary> {
  const now = ctx.clock.now();
  const day = await sumScores(ctx, host.id, champion.version, {
    from: now - watch.hours * HOUR_MS,
    to: now + HOUR_MS,
  });
  const states = new Set(
    (await readWatch(ctx, host.id))
      .filter(({ version }) => version === champion.version)
      .map(({ state }) => state),
  );
  const [first = emptyBins()] = day.values();
  return {
    id: host.id,
    title: host.title,
    owner: host.owner,
    kinds: [...host.kinds],
    champion: champion.version,
    ...(challenger ? { challenger: challenger.card.version } : {}),
    drift: WORST.find((state) => states.has(state)) ?? 'unmeasured',
    scoredLastDay: first.reduce((sum, count) => sum + count, 0),
  };
}

/** The champion first, then by when they were started. */
function versions({ champion, stored, host }: ModelStanding): ModelVersionView[] {
  const rest = stored.filter(({ state }) => state !== 'champion');
  const reigning = stored.find(({ state }) => state === 'champion');
  const first = reigning ? versionView(reigning) : cardView(champion, 'champion', 'pack');
  const isKnown = stored.some(({ card }) => card.version === host.shipped.version);
  const waiting = reigning && !isKnown ? [cardView(host.shipped, 'retired', 'pack')] : [];
  return [first, ...rest.map(versionView), ...waiting];
}

function cardView(
  card: ModelVersion,
  state: ModelVersionView['state'],
  origin: 'pack' | 'data',
): ModelVersionView {
  return {
    version: card.version,
    state,
    origin,
    sha256: card.sha256,
    trained: card.trained,
    features: { ...card.features },
    training: card.training.map((source) => ({ ...source })),
    calibration: card.calibration,
    figures: { ...card.figures },
    outputs: card.outputs.map(({ validation, thresholds, ...output }) => ({
      ...output,
      thresholds: { ...thresholds },
      ...(validation ? { validation: reliability(validation) } : {}),
    })),
  };
}

/** A version that was started, as people see it. */
export function versionView(stored: StoredModel): ModelVersionView {
  const { card, state, origin, startedBy, startedAt, decidedBy, decidedAt } = stored;
  return {
    ...cardView(card, state, origin),
    startedBy,
    startedAt: startedAt.toISOString(),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
  };
}

/** Scores of the version in force against what people confirmed: whether it was fraud, so for its first output. */
async function confirmed(
  ctx: Context,
  { scores }: ModelViewParts,
  { host, champion }: ModelStanding,
): Promise<Record<string, CalibrationView>> {
  const facts = scores.find(({ model, output }) => model === host.id && output === champion.outputs[0]?.name);
  if (!facts) return {};
  const named = `${host.id}@${champion.version}`;
  const judged = (await readConfirmed(ctx, host.kinds, CONFIRMED)).flatMap(({ fraud, facts: known }) => {
    const score = known[facts.score] ?? 0;
    return known[facts.by] === named && typeof score === 'number' ? [{ score, positive: fraud }] : [];
  });
  return judged.length === 0 ? {} : { [facts.output]: reliability(binScores(judged)) };
}

async function challenge(
  ctx: Context,
  { host, champion, challenger }: ModelStanding,
): Promise<ChallengerReport[]> {
  if (!challenger) return [];
  const since = challenger.startedAt.getTime();
  const pair = { model: host.id, champion: champion.version, challenger: challenger.card.version };
  const sums = await sumChallenge(ctx, pair, since - (since % HOUR_MS));
  return sums.map(({ output, count, matrix, difference, absolute, sample }) => {
    const [both = 0, championOnly = 0, challengerOnly = 0, neither = 0] = matrix;
    return {
      champion: pair.champion,
      challenger: pair.challenger,
      output,
      threshold: heldFrom(champion, output),
      since: challenger.startedAt.toISOString(),
      count,
      both,
      championOnly,
      challengerOnly,
      neither,
      meanDifference: difference / count,
      meanAbsolute: absolute / count,
      sample: sample.map(decisionId),
    };
  });
}
