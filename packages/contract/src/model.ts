import Type, { type Static } from 'typebox';
import { EventKindEnum } from './decision.ts';
import { operation } from './operation.ts';
import { notFound, problem, secondPersonNeeded, wrongState } from './problem.ts';
import { Instant, LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

export const modelUnreadable = problem(
  'model-unreadable',
  422,
  '模型文件无法使用',
  'The model file cannot be used',
);

/** `challenger` scores beside the champion without effect; `retired` was champion once. */
export const MODEL_STATES = ['challenger', 'champion', 'retired', 'dropped'] as const;
/** State of the watch over an output: `acknowledged` is drift that a person has looked at. */
export const DRIFT_STATES = ['unmeasured', 'steady', 'drifting', 'acknowledged'] as const;

const ModelId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' });
const ModelVersionName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** Upper edges of the bins that scores are counted in; close together where decisions are made and most texts lie. */
export const SCORE_EDGES: readonly number[] = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998,
  1,
];
export const SCORE_BINS = SCORE_EDGES.length;

const Counts = Type.Array(Type.Integer({ minimum: 0 }), { minItems: SCORE_BINS, maxItems: SCORE_BINS });

/** Scores of one output on samples of known truth, by the bins of `SCORE_EDGES`. */
export const ScoredTruth = Type.Object(
  {
    positive: Counts,
    negative: Counts,
    /** Sum of the scores in each bin. */
    sums: Type.Array(Type.Number({ minimum: 0 }), { minItems: SCORE_BINS, maxItems: SCORE_BINS }),
    /** Mean squared distance of score and truth. */
    brier: Type.Number({ minimum: 0, maximum: 1 }),
    /** 95 % interval of the expected calibration error, from resampled clusters. */
    eceInterval: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 2, maxItems: 2 }),
    ),
  },
  closed,
);
export type ScoredTruth = Static<typeof ScoredTruth>;

/** One bin of a reliability curve: texts with a score from `from` to `to`, and how many were what the score says. */
export const ReliabilityBin = Type.Object(
  { from: Share, to: Share, count: Type.Integer(), positive: Type.Integer(), meanScore: Share },
  { $id: 'ReliabilityBin', ...closed },
);
export type ReliabilityBin = Static<typeof ReliabilityBin>;

/** How far probabilities are from what came true. `ece`: expected calibration error, weighted mean over the bins. */
export const CalibrationView = Type.Object(
  {
    count: Type.Integer(),
    ece: Share,
    eceInterval: Type.Optional(Type.Array(Share, { minItems: 2, maxItems: 2, description: '95 %' })),
    brier: Type.Optional(Share),
    bins: Type.Array(ReliabilityBin),
  },
  { $id: 'CalibrationView', ...closed },
);
export type CalibrationView = Static<typeof CalibrationView>;

export const ModelOutputView = Type.Object(
  {
    name: Type.String(),
    fact: Type.String({ description: 'what rules read' }),
    title: LocalizedText,
    thresholds: Type.Record(Type.String(), Share),
    /** On texts held out of training, where the card has it. */
    validation: Type.Optional(CalibrationView),
  },
  { $id: 'ModelOutputView', ...closed },
);
export type ModelOutputView = Static<typeof ModelOutputView>;

/** One version of a model, as its card describes it. */
export const ModelVersionView = Type.Object(
  {
    version: Type.String(),
    state: Type.Enum([...MODEL_STATES]),
    origin: Type.Enum(['pack', 'data'], {
      description: 'came with the policy pack, or from the data folder',
    }),
    sha256: Type.String(),
    trained: Type.String(),
    features: Type.Object({ count: Type.Integer(), space: LocalizedText }, closed),
    training: Type.Array(
      Type.Object({ name: Type.String(), count: Type.Integer(), terms: Type.String() }, closed),
    ),
    calibration: LocalizedText,
    figures: Type.Record(Type.String(), Type.Number()),
    outputs: Type.Array(ModelOutputView),
    startedBy: Type.Optional(Type.String()),
    startedAt: Type.Optional(Instant),
    decidedBy: Type.Optional(Type.String()),
    decidedAt: Type.Optional(Instant),
  },
  { $id: 'ModelVersionView', ...closed },
);
export type ModelVersionView = Static<typeof ModelVersionView>;

/** Watch over one output of the champion. PSI: population stability index; 0.1 is little, 0.25 much. */
export const DriftView = Type.Object(
  {
    output: Type.String(),
    version: Type.String(),
    state: Type.Enum([...DRIFT_STATES]),
    /** Events of the last day that were scored; simulated ones are left out. */
    count: Type.Integer(),
    /** Against the validation scores, mixed in the share of positives that fits best. */
    psiReference: Type.Optional(Type.Number()),
    /** Share of positives that fits best. */
    share: Type.Optional(Share),
    /** Against the weeks before. */
    psiBefore: Type.Optional(Type.Number()),
    ksBefore: Type.Optional(Share),
    limit: Type.Number({ description: 'PSI from which it is drift' }),
    measuredAt: Type.Optional(Instant),
    since: Type.Optional(Instant),
    acknowledgedBy: Type.Optional(Type.String()),
    note: Type.Optional(Type.String()),
  },
  { $id: 'DriftView', ...closed },
);
export type DriftView = Static<typeof DriftView>;

export const ModelSummary = Type.Object(
  {
    id: ModelId,
    title: LocalizedText,
    owner: Type.String(),
    kinds: Type.Array(EventKindEnum),
    champion: Type.String({ description: 'version in force' }),
    challenger: Type.Optional(Type.String()),
    drift: Type.Enum([...DRIFT_STATES], { description: 'worst of its outputs' }),
    scoredLastDay: Type.Integer(),
  },
  { $id: 'ModelSummary', ...closed },
);
export type ModelSummary = Static<typeof ModelSummary>;

/** Challenger beside champion on the same live events. */
export const ChallengerReport = Type.Object(
  {
    champion: Type.String(),
    challenger: Type.String(),
    output: Type.String(),
    threshold: Share,
    since: Instant,
    count: Type.Integer(),
    both: Type.Integer({ description: 'both at or above the threshold' }),
    championOnly: Type.Integer(),
    challengerOnly: Type.Integer(),
    neither: Type.Integer(),
    meanDifference: Type.Number({ description: 'challenger less champion' }),
    meanAbsolute: Type.Number(),
    sample: Type.Array(Type.String(), { description: 'decisions on which they part, newest first' }),
  },
  { $id: 'ChallengerReport', ...closed },
);
export type ChallengerReport = Static<typeof ChallengerReport>;

/** Scores of one hour by bins; edges are the same for all. */
export const ScoreHour = Type.Object(
  { hour: Instant, version: Type.String(), output: Type.String(), bins: Type.Array(Type.Integer()) },
  { $id: 'ScoreHour', ...closed },
);
export type ScoreHour = Static<typeof ScoreHour>;

export const ModelDetail = Type.Object(
  {
    ...ModelSummary.properties,
    versions: Type.Array(ModelVersionView, { description: 'champion first' }),
    /** Files in the data folder's `models/` that could be started as challenger. */
    candidates: Type.Array(
      Type.Object(
        { version: Type.String(), file: Type.String(), problem: Type.Optional(Type.String()) },
        closed,
      ),
    ),
    watch: Type.Array(DriftView),
    /** Upper edges of the bins; the last ends at 1. */
    edges: Type.Array(Share),
    reference: Type.Record(Type.String(), Type.Array(Type.Integer()), {
      description: 'validation scores of each output of the champion, by the same bins',
    }),
    hours: Type.Array(ScoreHour, { description: 'of the hours asked for, oldest first' }),
    /** Live scores against confirmed labels, by output; absent when there are none. */
    confirmed: Type.Record(Type.String(), CalibrationView),
    challenge: Type.Array(ChallengerReport),
  },
  { $id: 'ModelDetail', ...closed },
);
export type ModelDetail = Static<typeof ModelDetail>;

const IdParams = Type.Object({ id: ModelId }, closed);

export const modelsList = operation({
  id: 'models.list',
  method: 'GET',
  path: '/v1/models',
  access: 'model:read',
  summary: { 'zh-CN': '模型', en: 'Models' },
  response: Type.Object({ items: Type.Array(ModelSummary) }, closed),
  errors: [],
});

export const modelsGet = operation({
  id: 'models.get',
  method: 'GET',
  path: '/v1/models/{id}',
  access: 'model:read',
  summary: {
    'zh-CN': '一个模型：版本、校准、漂移、挑战者',
    en: 'One model: versions, calibration, drift, challenger',
  },
  params: IdParams,
  query: Type.Object(
    { hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 672, default: 72 })) },
    closed,
  ),
  response: ModelDetail,
  errors: [notFound],
});

export const modelsStartChallenger = operation({
  id: 'models.start-challenger',
  method: 'POST',
  path: '/v1/models/{id}/challenger',
  access: 'model:manage',
  summary: { 'zh-CN': '让一个版本作为挑战者并行评分', en: 'Let a version score beside the champion' },
  params: IdParams,
  body: Type.Object({ version: ModelVersionName }, closed),
  response: ModelVersionView,
  status: 201,
  errors: [notFound, wrongState, modelUnreadable],
});

export const modelsDropChallenger = operation({
  id: 'models.drop-challenger',
  method: 'DELETE',
  path: '/v1/models/{id}/challenger',
  access: 'model:manage',
  summary: { 'zh-CN': '停止挑战者', en: 'Stop the challenger' },
  params: IdParams,
  response: ModelVersionView,
  errors: [notFound, wrongState],
});

export const modelsPromote = operation({
  id: 'models.promote',
  method: 'POST',
  path: '/v1/models/{id}/promotion',
  access: 'model:approve',
  summary: { 'zh-CN': '批准挑战者成为现行模型', en: 'Let the challenger take the champion’s place' },
  params: IdParams,
  body: Type.Object(
    {
      version: ModelVersionName,
      note: Type.Optional(Type.String({ maxLength: 500 })),
    },
    closed,
  ),
  response: ModelVersionView,
  errors: [notFound, wrongState, secondPersonNeeded],
});

export const modelsAcknowledgeDrift = operation({
  id: 'models.acknowledge-drift',
  method: 'POST',
  path: '/v1/models/{id}/drift',
  access: 'model:manage',
  summary: { 'zh-CN': '确认已知悉漂移', en: 'Say that drift has been looked at' },
  params: IdParams,
  body: Type.Object(
    { output: Type.String({ maxLength: 64 }), note: Type.String({ minLength: 2, maxLength: 500 }) },
    closed,
  ),
  response: DriftView,
  errors: [notFound, wrongState],
});
