import type { CalibrationView } from '@fanzha/contract';
import { binScores, createRandom, reliability } from '../../engine/index.ts';
import {
  type DetectionFigures,
  type DetectionIntervals,
  detectionFigures,
  detectionIntervals,
  type ScoredRow,
} from './detection-figures.model.ts';
import { groupsOf, type Subscriber } from './subscriber.model.ts';
import { SUBSCRIBER_COLUMNS } from './subscriber-column.model.ts';

/** How a model does on labelled subscribers, beside the plain rule. */
export interface DetectionReport extends DetectionFigures {
  readonly n: number;
  readonly frauds: number;
  /** From which score on a subscriber is said to be a fraud; of the training, where it was chosen anew for each part. */
  readonly threshold?: number;
  readonly intervals: DetectionIntervals;
  readonly calibration: CalibrationView;
  readonly rule: RuleFigures;
}

type RuleFigures = Pick<DetectionFigures, 'macroF1' | 'fraud'> & {
  readonly what: string;
  readonly intervals: Pick<DetectionIntervals, 'macroF1' | 'precision' | 'recall' | 'f1'>;
};

/** Of the resamples: the same file gets the same intervals. */
const SEED = 95;
const SHARE = 0.9;
const PER_CALLEE = 2;
const CALLEES = 20;

export function detectionReport(
  scored: readonly ScoredRow[],
  subscribers: readonly Subscriber[],
  threshold?: number,
): DetectionReport {
  return {
    n: scored.length,
    frauds: scored.filter(({ fraud }) => fraud).length,
    ...detectionFigures(scored),
    ...(threshold === undefined ? {} : { threshold }),
    intervals: detectionIntervals(scored, createRandom(SEED)),
    calibration: reliability(binScores(scored.map(({ score, fraud }) => ({ score, positive: fraud })))),
    rule: ruleFigures(subscribers),
  };
}

/** The plain rule of three conditions, by which a model has to be measured. */
export function plainRule(columns: ArrayLike<number>): boolean {
  const value = (column: (typeof SUBSCRIBER_COLUMNS)[number]): number =>
    columns[SUBSCRIBER_COLUMNS.indexOf(column)] ?? Number.NaN;
  return (
    value('voc_calltype1') > SHARE &&
    value('phone2opposite_mean') < PER_CALLEE &&
    value('opposite_unique') >= CALLEES
  );
}

function ruleFigures(subscribers: readonly Subscriber[]): RuleFigures {
  const groups = groupsOf(subscribers);
  const rows = subscribers.map(({ columns, fraud }, row): ScoredRow => {
    const flagged = plainRule(columns);
    return { score: flagged ? 1 : 0, fraud, flagged, group: groups[row] as number };
  });
  const { macroF1, fraud } = detectionFigures(rows);
  const { auc: _, recallAtPrecision98: __, ...intervals } = detectionIntervals(rows, createRandom(SEED));
  return {
    what: `outgoing share > ${SHARE}, calls per callee < ${PER_CALLEE}, at least ${CALLEES} callees`,
    macroF1,
    fraud,
    intervals,
  };
}
