import Type, { type Static } from 'typebox';
import { EventKindEnum, SubjectView, VerdictName } from './decision.ts';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Count = Type.Integer({ minimum: 0 });

export const backtestRunning = problem(
  'backtest-running',
  409,
  '已有回测在进行',
  'A backtest is already running',
);
export const backtestNotRunning = problem(
  'backtest-not-running',
  409,
  '该回测已结束',
  'The backtest has already ended',
);
export const ruleTrialReplaced = problem(
  'rule-trial-replaced',
  409,
  '已被同一人更新的试算取代',
  'A newer trial of the same person took its place',
);
export const ruleFaulty = problem('rule-faulty', 422, '规则有误', 'The rule has faults');

export const BACKTEST_STATES = ['running', 'done', 'failed', 'cancelled'] as const;

/** A share with its Wilson score interval at 95 %: `value` of `of`. */
export const Proportion = Type.Object(
  {
    hits: Count,
    of: Count,
    value: Type.Number({ minimum: 0, maximum: 1 }),
    low: Type.Number({ minimum: 0, maximum: 1 }),
    high: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { $id: 'Proportion', ...closed },
);
export type Proportion = Static<typeof Proportion>;

/** Against confirmed labels; null where there is none to divide by. */
export const Accuracy = Type.Object(
  {
    truePositives: Count,
    falsePositives: Count,
    falseNegatives: Count,
    trueNegatives: Count,
    precision: Type.Union([Proportion, Type.Null()]),
    recall: Type.Union([Proportion, Type.Null()]),
  },
  { $id: 'Accuracy', ...closed },
);
export type Accuracy = Static<typeof Accuracy>;

/** What a rule did under the live policy and under the candidate. A rule that only one of them has is `added` or `removed`. */
export const BacktestRule = Type.Object(
  {
    rule: Type.String(),
    change: Type.Enum(['same', 'changed', 'added', 'removed']),
    baselineHits: Count,
    candidateHits: Count,
    gained: Type.Integer({ minimum: 0, description: 'events that only the candidate hits' }),
    lost: Type.Integer({ minimum: 0, description: 'events that only the live policy hits' }),
    baselineAccuracy: Type.Union([Accuracy, Type.Null()], {
      description: 'a hit is counted as saying fraud; null without labels',
    }),
    candidateAccuracy: Type.Union([Accuracy, Type.Null()]),
  },
  { $id: 'BacktestRule', ...closed },
);
export type BacktestRule = Static<typeof BacktestRule>;

/** One decision whose verdict would change. Subjects are masked as stored. */
export const BacktestExample = Type.Object(
  {
    decision: Type.String(),
    kind: EventKindEnum,
    at: Instant,
    baseline: VerdictName,
    candidate: VerdictName,
    rules: Type.Array(Type.String(), { description: 'rules that speak under one policy only' }),
    subjects: Type.Array(Type.Pick(SubjectView, ['kind', 'role', 'value', 'masked'])),
    label: Type.Optional(Type.Enum(['fraud', 'legitimate'])),
  },
  { $id: 'BacktestExample', ...closed },
);
export type BacktestExample = Static<typeof BacktestExample>;

/** A sample drawn evenly (reservoir, seeded) from all of `total`. */
const Sample = Type.Object({ total: Count, items: Type.Array(BacktestExample, { maxItems: 200 }) }, closed);

export const DIFFERENCE_CAUSES = ['degraded', 'history', 'models', 'data'] as const;

/** A replayed decision of the live policy that is not what was decided then. */
export const ReplayDifference = Type.Object(
  {
    decision: Type.String(),
    kind: EventKindEnum,
    at: Instant,
    field: Type.String({ description: 'what differs first: verdict, score, reasons, a value' }),
    recorded: Type.String(),
    replayed: Type.String(),
    cause: Type.Enum([...DIFFERENCE_CAUSES], {
      description:
        'what it can come from: `degraded` a signal failed then; `history` counters began later than they look back; `models` another version of a model; `data` lists or pack were changed since',
    }),
  },
  { $id: 'ReplayDifference', ...closed },
);
export type ReplayDifference = Static<typeof ReplayDifference>;

export const BacktestReport = Type.Object(
  {
    from: Instant,
    to: Instant,
    firstEvent: Type.Optional(Instant),
    lastEvent: Type.Optional(Instant),
    countersWholeFrom: Type.Union([Instant, Type.Null()], {
      description: 'from when every counter saw all it looks back on; null: nothing counts, always whole',
    }),
    warmed: Type.Integer({
      minimum: 0,
      description: 'events before the period that only filled the counters',
    }),
    events: Type.Array(
      Type.Object({ kind: EventKindEnum, events: Count, simulated: Count, judged: Type.Boolean() }, closed),
    ),
    unread: Type.Integer({ minimum: 0, description: 'records that could not be opened any more' }),
    reproduced: Type.Object(
      {
        compared: Type.Integer({ minimum: 0, description: 'decided then by the same live version' }),
        equal: Count,
        otherVersion: Type.Integer({
          minimum: 0,
          description: 'decided then by another version: not compared',
        }),
        differences: Type.Array(ReplayDifference, { maxItems: 20, description: 'the first ones' }),
        causes: Type.Array(Type.Object({ cause: Type.Enum([...DIFFERENCE_CAUSES]), count: Count }, closed)),
      },
      closed,
    ),
    matrix: Type.Array(
      Type.Object(
        { kind: EventKindEnum, baseline: VerdictName, candidate: VerdictName, events: Count },
        closed,
      ),
      { description: 'cells that hold something, by kind' },
    ),
    changed: Type.Integer({ minimum: 0, description: 'events with another verdict' }),
    rules: Type.Array(BacktestRule),
    labels: Type.Object({ fraud: Count, legitimate: Count }, closed),
    baselineAccuracy: Type.Union([Accuracy, Type.Null()], {
      description: 'any verdict but allow is counted as saying fraud; null without labels',
    }),
    candidateAccuracy: Type.Union([Accuracy, Type.Null()]),
    newlyBlocked: Sample,
    noLongerBlocked: Sample,
    seed: Type.Integer({ minimum: 0, description: 'of the samples' }),
    failures: Type.Array(Type.Object({ part: Type.String(), count: Count }, closed), {
      description: 'signals, rules and guards that failed while running, of either policy',
    }),
    cost: Type.Object(
      {
        seconds: Type.Number(),
        eventsPerSecond: Type.Number(),
        baselineMicros: Type.Number({ description: 'an event, live policy: signals, counters, rules' }),
        withCandidateMicros: Type.Number({ description: 'the same, the candidate beside it' }),
        baselineRulesMicros: Type.Number({ description: 'rules of the live policy alone' }),
        candidateRulesMicros: Type.Number({ description: 'rules of the candidate alone' }),
      },
      closed,
    ),
  },
  { $id: 'BacktestReport', ...closed },
);
export type BacktestReport = Static<typeof BacktestReport>;

const backtestFields = {
  id: Type.String(),
  version: Type.Integer({ minimum: 1, description: 'policy version that was tried' }),
  contentHash: Type.String(),
  live: Type.String({ description: 'version of the live policy that it was compared with' }),
  state: Type.Enum([...BACKTEST_STATES]),
  from: Instant,
  to: Instant,
  done: Type.Integer({ minimum: 0, description: 'events replayed so far' }),
  share: Type.Number({ minimum: 0, maximum: 1, description: 'of the recorded time that is to be read' }),
  startedAt: Instant,
  startedBy: Type.String(),
  endedAt: Type.Optional(Instant),
  error: Type.Optional(Type.String({ description: 'why it failed; `restart`: the program ended under it' })),
};

export const Backtest = Type.Object(
  { ...backtestFields, report: Type.Optional(BacktestReport) },
  { $id: 'Backtest', ...closed },
);
export type Backtest = Static<typeof Backtest>;

export const BacktestRow = Type.Object(
  { ...backtestFields, changed: Type.Optional(Count) },
  { $id: 'BacktestRow', ...closed },
);
export type BacktestRow = Static<typeof BacktestRow>;

const BacktestId = Type.Object({ id: Type.String({ pattern: '^[0-9]{1,15}$' }) }, closed);

export const backtestsStart = operation({
  id: 'backtests.start',
  method: 'POST',
  path: '/v1/backtests',
  access: 'backtest:run',
  summary: {
    'zh-CN': '用已记录的事件回测一个策略版本',
    en: 'Replay recorded events through a policy version',
  },
  body: Type.Object(
    {
      version: Type.Integer({ minimum: 1 }),
      from: Type.Optional(
        Type.String({ format: 'date-time', maxLength: 40, description: 'default: a week before `to`' }),
      ),
      to: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'default: now' })),
      seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 1 })),
    },
    closed,
  ),
  response: Backtest,
  status: 202,
  errors: [notFound, backtestRunning, ruleFaulty],
});

export const backtestsList = operation({
  id: 'backtests.list',
  method: 'GET',
  path: '/v1/backtests',
  access: 'decision:read',
  summary: { 'zh-CN': '回测列表，最新在前', en: 'Backtests, newest first' },
  query: Type.Object({ ...PageQuery, version: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
  response: Page(BacktestRow),
  errors: [],
});

export const backtestsGet = operation({
  id: 'backtests.get',
  method: 'GET',
  path: '/v1/backtests/{id}',
  access: 'decision:read',
  summary: { 'zh-CN': '回测进度与报告', en: 'Progress and report of a backtest' },
  params: BacktestId,
  response: Backtest,
  errors: [notFound],
});

export const backtestsCancel = operation({
  id: 'backtests.cancel',
  method: 'POST',
  path: '/v1/backtests/{id}/cancel',
  access: 'backtest:run',
  summary: { 'zh-CN': '停止回测', en: 'Stop a backtest' },
  params: BacktestId,
  response: Backtest,
  errors: [notFound, backtestNotRunning],
});

/** A rule as it stands in the editor. One with the id of a live rule takes its place; else it is added. */
export const TrialRule = Type.Object(
  {
    id: Type.Optional(Type.String({ maxLength: 80 })),
    on: Type.Array(EventKindEnum, { minItems: 1, maxItems: 10 }),
    when: Type.String({ minLength: 1, maxLength: 4000 }),
    verdict: VerdictName,
    judges: Type.Enum(['event', 'subject']),
    score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    from: Type.Optional(Type.String({ format: 'date' })),
    until: Type.Optional(Type.String({ format: 'date' })),
  },
  { $id: 'TrialRule', ...closed },
);
export type TrialRule = Static<typeof TrialRule>;

export const RuleTrial = Type.Object(
  {
    events: Type.Integer({ minimum: 0, description: 'latest recorded events that the rule was asked about' }),
    hits: Count,
    verdictChanges: Type.Integer({ minimum: 0, description: 'events whose verdict would be another' }),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    enoughHistory: Type.Boolean({
      description: 'the counters of the rule saw all that they look back on, for every one of the events',
    }),
    countersWholeFrom: Type.Optional(Instant),
    examples: Type.Array(Type.String(), { maxItems: 5, description: 'newest decisions that it hits' }),
    tookMs: Type.Number(),
  },
  { $id: 'RuleTrial', ...closed },
);
export type RuleTrial = Static<typeof RuleTrial>;

export const ruleTrialsMake = operation({
  id: 'ruleTrials.make',
  method: 'POST',
  path: '/v1/rule-trials',
  access: 'backtest:run',
  summary: {
    'zh-CN': '未保存的规则在最近事件上会命中多少',
    en: 'How often a rule, not yet saved, hits the latest recorded events',
  },
  body: Type.Object({ rule: TrialRule }, closed),
  response: RuleTrial,
  errors: [ruleFaulty, ruleTrialReplaced],
});
