import { seededRandom } from './random.model.ts';

export type Interval = readonly [low: number, high: number];

export interface ClassFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly n: number;
  readonly f1Interval: Interval;
}

export interface BinaryFigures {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly positives: number;
  readonly negatives: number;
  readonly falsePositivesPer10000: number;
  readonly intervals: Readonly<Record<'precision' | 'recall' | 'f1' | 'falsePositivesPer10000', Interval>>;
}

/** One judged sample: what it is and what the model said, as classes and as a yes or no. */
export interface Judged {
  readonly truth: string;
  readonly predicted: string;
  readonly positive: boolean;
  readonly flagged: boolean;
  readonly cluster: number;
}

export interface Evaluation {
  readonly n: number;
  readonly macroF1: number;
  readonly macroF1Interval: Interval;
  readonly accuracy: number;
  /** `confusion[truth][predicted]`. */
  readonly confusion: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly classes: Readonly<Record<string, ClassFigures>>;
  readonly binary: BinaryFigures;
}

const RESAMPLES = 1000;
const SEED = 95;

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const f1Of = (hits: number, wrong: number, missed: number): number =>
  ratio(2 * hits, 2 * hits + wrong + missed);

interface Tally {
  /** `cells[truth * width + predicted]`. */
  readonly cells: Float64Array;
  /** True positives, false positives, false negatives, true negatives. */
  readonly binary: Float64Array;
}

function emptyTally(width: number): Tally {
  return { cells: new Float64Array(width * width), binary: new Float64Array(4) };
}

function binaryCell({ positive, flagged }: Judged): number {
  if (positive) return flagged ? 0 : 2;
  return flagged ? 1 : 3;
}

function figuresOf(
  cells: Float64Array,
  width: number,
  label: number,
): { precision: number; recall: number; f1: number; n: number } {
  let n = 0;
  let predicted = 0;
  for (let other = 0; other < width; other++) {
    n += cells[label * width + other] ?? 0;
    predicted += cells[other * width + label] ?? 0;
  }
  const hits = cells[label * width + label] ?? 0;
  return {
    precision: ratio(hits, predicted),
    recall: ratio(hits, n),
    f1: f1Of(hits, predicted - hits, n - hits),
    n,
  };
}

/** Mean F1 of the labels that occur in the truth; a label that is only predicted costs precision elsewhere. */
function macroF1Of(cells: Float64Array, width: number): number {
  let sum = 0;
  let labels = 0;
  for (let label = 0; label < width; label++) {
    const { f1, n } = figuresOf(cells, width, label);
    if (n === 0) continue;
    sum += f1;
    labels++;
  }
  return ratio(sum, labels);
}

function binaryFigures(binary: Float64Array): {
  precision: number;
  recall: number;
  f1: number;
  falsePositivesPer10000: number;
} {
  const [hits = 0, wrong = 0, missed = 0, quiet = 0] = binary;
  return {
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + missed),
    f1: f1Of(hits, wrong, missed),
    falsePositivesPer10000: 10_000 * ratio(wrong, wrong + quiet),
  };
}

/** Middle 95 % of the resampled values. */
function interval(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.025), at(0.975)];
}

/** Tallies of resamples: whole clusters are drawn with replacement, since near-duplicates are not independent. */
function resample(judged: readonly Judged[], index: ReadonlyMap<string, number>): Tally[] {
  const width = index.size;
  const members = new Map<number, Judged[]>();
  for (const one of judged) {
    const known = members.get(one.cluster);
    if (known) known.push(one);
    else members.set(one.cluster, [one]);
  }
  const clusters = [...members.values()].map((samples) =>
    samples.map((one) => ({
      cell: (index.get(one.truth) ?? 0) * width + (index.get(one.predicted) ?? 0),
      side: binaryCell(one),
    })),
  );
  const random = seededRandom(SEED);
  return Array.from({ length: RESAMPLES }, () => {
    const tally = emptyTally(width);
    for (let draw = 0; draw < clusters.length; draw++) {
      for (const { cell, side } of clusters[Math.floor(random() * clusters.length)] ?? []) {
        tally.cells[cell] = (tally.cells[cell] ?? 0) + 1;
        tally.binary[side] = (tally.binary[side] ?? 0) + 1;
      }
    }
    return tally;
  });
}

/** Scores judged samples: per class, over all, and as yes or no, each with a 95 % cluster-bootstrap interval. */
export function evaluate(judged: readonly Judged[], threshold: number): Evaluation {
  const labels = [...new Set(judged.flatMap(({ truth, predicted }) => [truth, predicted]))].sort();
  const index = new Map(labels.map((label, at) => [label, at]));
  const width = labels.length;
  const whole = emptyTally(width);
  for (const one of judged) {
    const cell = (index.get(one.truth) ?? 0) * width + (index.get(one.predicted) ?? 0);
    whole.cells[cell] = (whole.cells[cell] ?? 0) + 1;
    const side = binaryCell(one);
    whole.binary[side] = (whole.binary[side] ?? 0) + 1;
  }
  const draws = resample(judged, index);
  const classes: Record<string, ClassFigures> = {};
  const confusion: Record<string, Record<string, number>> = {};
  for (const [label, at] of index) {
    const figures = figuresOf(whole.cells, width, at);
    if (figures.n === 0) continue;
    classes[label] = {
      ...figures,
      f1Interval: interval(draws.map(({ cells }) => figuresOf(cells, width, at).f1)),
    };
    confusion[label] = Object.fromEntries(
      labels.flatMap((other, to) => {
        const count = whole.cells[at * width + to] ?? 0;
        return count === 0 ? [] : [[other, count]];
      }),
    );
  }
  const correct = judged.filter(({ truth, predicted }) => truth === predicted).length;
  const sides = draws.map(({ binary }) => binaryFigures(binary));
  const [hits = 0, wrong = 0, missed = 0, quiet = 0] = whole.binary;
  return {
    n: judged.length,
    macroF1: macroF1Of(whole.cells, width),
    macroF1Interval: interval(draws.map(({ cells }) => macroF1Of(cells, width))),
    accuracy: ratio(correct, judged.length),
    confusion,
    classes,
    binary: {
      threshold,
      ...binaryFigures(whole.binary),
      truePositives: hits,
      falsePositives: wrong,
      falseNegatives: missed,
      trueNegatives: quiet,
      positives: hits + missed,
      negatives: wrong + quiet,
      intervals: {
        precision: interval(sides.map(({ precision }) => precision)),
        recall: interval(sides.map(({ recall }) => recall)),
        f1: interval(sides.map(({ f1 }) => f1)),
        falsePositivesPer10000: interval(sides.map(({ falsePositivesPer10000 }) => falsePositivesPer10000)),
      },
    },
  };
}
