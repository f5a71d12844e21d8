import { type Calibration, probabilities } from './calibration.model.ts';
import { type FeatureOptions, visitFeatures } from './feature.model.ts';
import { isToken, type NormalForm, readable } from './normal-form.model.ts';
import { damped } from './sparse.model.ts';

/** A trained linear model: one row of weights per hashed feature, one column per label. */
export interface ClassifierData {
  readonly labels: readonly string[];
  readonly features: FeatureOptions;
  /** Feature hashes, ascending. */
  readonly hashes: Int32Array;
  /** `weights[feature * labels + label]`, in units of `scales[label]`. */
  readonly weights: Int8Array | Float32Array;
  readonly scales: readonly number[];
  readonly bias: readonly number[];
  readonly calibration: Calibration;
}

export interface Prediction {
  /** Index of the most probable label. */
  readonly best: number;
  readonly probabilities: Float64Array;
  readonly margins: Float64Array;
}

/** How much a piece of text pushed towards the asked labels; class tokens by name. */
export interface Contribution {
  readonly gram: string;
  readonly weight: number;
}

export interface Classifier extends ClassifierData {
  predict(form: NormalForm): Prediction;
  /**
   * The pieces of text that pushed most towards `towards` and away from the other labels, largest first: every n-gram
   * spreads its weight over its characters. Negative ones push away. Marks of the whole message stand among them.
   */
  explain(form: NormalForm, towards: ReadonlySet<string>, limit: number): Contribution[];
}

/** Open addressing over the hashes: one probe on average, no boxed keys. */
function hashIndex(hashes: Int32Array): (hash: number) => number {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, hashes.length * 2)));
  const slots = new Int32Array(size).fill(-1);
  const last = size - 1;
  for (const [index, hash] of hashes.entries()) {
    let slot = hash & last;
    while (slots[slot] !== -1) slot = (slot + 1) & last;
    slots[slot] = index;
  }
  return (hash) => {
    let slot = hash & last;
    for (;;) {
      const index = slots[slot] ?? -1;
      if (index === -1 || hashes[index] === hash) return index;
      slot = (slot + 1) & last;
    }
  };
}

/** Label weights of the asked side less those of the others, each by its share of its side's probability. */
function direction(
  labels: readonly string[],
  towards: ReadonlySet<string>,
  share: Float64Array,
): Float64Array {
  const total = (want: boolean): number =>
    labels.reduce((sum, label, index) => sum + (towards.has(label) === want ? (share[index] ?? 0) : 0), 0) ||
    1;
  const [asked, rest] = [total(true), total(false)];
  return share.map((value, index) => (towards.has(labels[index] ?? '') ? value / asked : -value / rest));
}

/** Makes a model ready to predict. */
export function createClassifier(data: ClassifierData): Classifier {
  const { labels, features, hashes, weights, scales, bias, calibration } = data;
  const width = labels.length;
  const find = hashIndex(hashes);

  const tally = new Uint16Array(hashes.length);
  let touched: number[] = [];
  let counted: NormalForm | undefined;
  let length = 1;

  /** Counts the known features of a text into `tally`, in the order of `touched`; once for a text that is asked again. */
  const count = (form: NormalForm): void => {
    if (form === counted) return;
    for (const index of touched) tally[index] = 0;
    touched = [];
    counted = form;
    visitFeatures(form, features, (hash) => {
      const index = find(hash);
      if (index < 0) return;
      const before = tally[index] ?? 0;
      if (before === 0) touched.push(index);
      tally[index] = Math.min(before + 1, 0xffff);
    });
    let square = 0;
    for (const index of touched) square += damped(tally[index] ?? 0) ** 2;
    length = Math.sqrt(square) || 1;
  };

  const predict = (form: NormalForm): Prediction => {
    count(form);
    const sums = new Float64Array(width);
    for (const index of touched) {
      const value = damped(tally[index] ?? 0);
      const base = index * width;
      for (let label = 0; label < width; label++) {
        sums[label] = (sums[label] ?? 0) + value * (weights[base + label] ?? 0);
      }
    }
    const margins = sums.map((sum, label) => (sum / length) * (scales[label] ?? 1) + (bias[label] ?? 0));
    const probability = new Float64Array(width);
    probabilities(margins, calibration, probability);
    return { best: probability.indexOf(Math.max(...probability)), probabilities: probability, margins };
  };

  const explain = (form: NormalForm, towards: ReadonlySet<string>, limit: number): Contribution[] => {
    const side = direction(labels, towards, predict(form).probabilities);
    const pushes = new Float64Array(form.text.length);
    const marks: Contribution[] = [];
    visitFeatures(form, features, (hash, start, end, mark) => {
      const index = find(hash);
      if (index < 0) return;
      const times = tally[index] ?? 1;
      let weight = 0;
      for (let label = 0; label < width; label++) {
        weight += (side[label] ?? 0) * (weights[index * width + label] ?? 0) * (scales[label] ?? 1);
      }
      weight *= damped(times) / times / length;
      if (mark !== undefined) marks.push({ gram: mark, weight });
      for (let at = start; at < end; at++) pushes[at] = (pushes[at] ?? 0) + weight / (end - start);
    });
    return strongest(form, pushes, marks, limit);
  };
  return { ...data, predict, explain };
}

const LONGEST_SHOWN = 6;
const words = new Intl.Segmenter('zh-CN', { granularity: 'word' });
/** Longest text that is searched for the strongest pieces; the search is sorted, not linear. */
const SEARCHED = 4000;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Pieces that can be shown: one or two Han words together, a class token alone, or a Latin word. */
function pieces(form: NormalForm, pushes: Float64Array): Piece[] {
  const text = form.text.slice(0, SEARCHED);
  const found: Piece[] = [];
  const add = (start: number, end: number): void => {
    let weight = 0;
    for (let at = start; at < end; at++) weight += pushes[at] ?? 0;
    found.push({ start, end, weight });
  };
  if (form.script !== 'han') {
    for (const match of text.matchAll(/[^ ]+/g)) add(match.index, match.index + match[0].length);
    return found;
  }
  let before = -1;
  for (const { index, segment } of words.segment(text)) {
    const end = index + segment.length;
    if (isToken(segment)) before = -1;
    else if (before >= 0 && end - before <= LONGEST_SHOWN) add(before, end);
    if (isToken(segment) || segment.length > 1) add(index, end);
    if (!isToken(segment)) before = index;
  }
  return found;
}

/** Takes the heaviest pieces that do not overlap one taken before; marks of the whole message stand beside them. */
function strongest(
  form: NormalForm,
  pushes: Float64Array,
  marks: readonly Contribution[],
  limit: number,
): Contribution[] {
  const taken = new Uint8Array(form.text.length);
  const chosen = new Map<string, number>(marks.map(({ gram, weight }) => [gram, weight]));
  const candidates = pieces(form, pushes).sort(
    (a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.start - b.start,
  );
  let kept = 0;
  for (const { start, end, weight } of candidates) {
    if (kept >= limit) break;
    if (taken.subarray(start, end).includes(1)) continue;
    taken.fill(1, start, end);
    const gram = readable(form.text.slice(start, end));
    if (!chosen.has(gram)) kept++;
    chosen.set(gram, (chosen.get(gram) ?? 0) + weight);
  }
  return [...chosen]
    .map(([gram, weight]) => ({ gram, weight }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.gram < b.gram ? -1 : 1))
    .slice(0, limit);
}
