import type { StoredDecision } from './decision-record.model.ts';
import { emptyBins, scoreBin } from './score-bins.model.ts';
import type { ScoreFacts } from './signal.model.ts';

const HOUR_MS = 3_600_000;
/** Decisions on which champion and challenger part that one batch remembers, for each output. */
const SAMPLE = 20;

/** Scores of one hour. */
export interface ScoreRow {
  readonly model: string;
  readonly version: string;
  readonly output: string;
  /** Beginning of the hour of deciding, ms since the epoch. */
  readonly hour: number;
  readonly simulated: boolean;
  readonly bins: number[];
}

/** Champion and challenger on the same events of one hour; `counts` by both bins: row champion, column challenger. */
export interface ChallengeRow {
  readonly model: string;
  readonly champion: string;
  readonly challenger: string;
  readonly output: string;
  readonly hour: number;
  readonly simulated: boolean;
  count: number;
  /** At or above the champion's threshold: both, champion only, challenger only, neither. */
  readonly matrix: [number, number, number, number];
  difference: number;
  absolute: number;
  readonly sample: number[];
}

/** Threshold of an output from which a text is at least held, as the model in force has it. */
export type ThresholdOf = (model: string, output: string) => number;

export type ScoredDecision = Pick<StoredDecision, 'facts' | 'decidedAt' | 'simulated'>;

interface Counted {
  readonly decidedAt: number;
  readonly simulated: boolean;
  readonly weight: number;
}

/** Adds up scores of decisions; each must be given once. */
export class ScoreTally {
  readonly #scores: readonly ScoreFacts[];
  readonly #thresholdOf: ThresholdOf;
  readonly #rows = new Map<string, ScoreRow>();
  readonly #challenges = new Map<string, ChallengeRow>();

  constructor(scores: readonly ScoreFacts[], thresholdOf: ThresholdOf) {
    this.#scores = scores;
    this.#thresholdOf = thresholdOf;
  }

  /** `weight`: how many decisions it stands for, where others like it are not listed. */
  add(position: number, { facts, decidedAt, simulated }: ScoredDecision, weight = 1): void {
    const decision = { decidedAt, simulated, weight };
    for (const scores of this.#scores) {
      const version = versionOf(facts[scores.by], scores.model);
      if (version === undefined) continue;
      const score = numberOf(facts[scores.score]);
      this.#count(scores, version, score, decision);
      const rival = scores.challenger && versionOf(facts[scores.challenger.by], scores.model);
      if (!scores.challenger || rival === undefined) continue;
      const other = numberOf(facts[scores.challenger.score]);
      this.#count(scores, rival, other, decision);
      this.#compare(scores, { champion: version, challenger: rival, score, other, position }, decision);
    }
  }

  get rows(): ScoreRow[] {
    return [...this.#rows.values()];
  }

  get challenges(): ChallengeRow[] {
    return [...this.#challenges.values()];
  }

  #count(
    { model, output }: ScoreFacts,
    version: string,
    score: number,
    { decidedAt, simulated, weight }: Counted,
  ): void {
    const hour = decidedAt - (decidedAt % HOUR_MS);
    const key = [model, version, output, hour, simulated].join(' ');
    let row = this.#rows.get(key);
    if (!row) {
      row = { model, version, output, hour, simulated, bins: emptyBins() };
      this.#rows.set(key, row);
    }
    const bin = scoreBin(score);
    row.bins[bin] = (row.bins[bin] ?? 0) + weight;
  }

  #compare(
    { model, output }: ScoreFacts,
    pair: { champion: string; challenger: string; score: number; other: number; position: number },
    { decidedAt, simulated, weight }: Counted,
  ): void {
    const { champion, challenger, score, other, position } = pair;
    const hour = decidedAt - (decidedAt % HOUR_MS);
    const key = [model, champion, challenger, output, hour, simulated].join(' ');
    let row = this.#challenges.get(key);
    if (!row) {
      const none = { count: 0, difference: 0, absolute: 0, sample: [] };
      row = { model, champion, challenger, output, hour, simulated, ...none, matrix: [0, 0, 0, 0] };
      this.#challenges.set(key, row);
    }
    const threshold = this.#thresholdOf(model, output);
    const [mine, theirs] = [score >= threshold, other >= threshold];
    const cell = mine ? (theirs ? 0 : 1) : theirs ? 2 : 3;
    row.matrix[cell] += weight;
    row.count += weight;
    row.difference += weight * (other - score);
    row.absolute += weight * Math.abs(other - score);
    if (mine !== theirs) {
      row.sample.push(position);
      if (row.sample.length > SAMPLE) row.sample.shift();
    }
  }
}

/** The version that a fact `id@version` names, when it names the model. */
function versionOf(value: unknown, model: string): string | undefined {
  return typeof value === 'string' && value.startsWith(`${model}@`)
    ? value.slice(model.length + 1)
    : undefined;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
