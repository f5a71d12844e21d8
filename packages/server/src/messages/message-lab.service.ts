import type { Pack } from '../platform/index.ts';
import { type LabelledText, toSamples } from './dataset.model.ts';
import type { Evaluation } from './evaluation.model.ts';
import { createExtractor } from './extraction.model.ts';
import type { Sample } from './learner.model.ts';
import { lazyModels, MODEL_SCRIPTS, type ModelScript, modelFile } from './message-model.service.ts';
import { evaluateShipped, evaluateTrained, trainShipped } from './message-training.service.ts';
import { dealClusters } from './random.model.ts';
import { type LabelMapping, Taxonomy } from './taxonomy.model.ts';
import type { ModelCard } from './weights.model.ts';
import { MessageWords } from './words.model.ts';

/** One labelled file with what is known about it. */
export interface LabelledFile {
  readonly name: string;
  readonly texts: readonly LabelledText[];
}

/** A file of a trained model, named as the pack names it. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Measuring and training, for the command line. */
export interface MessageLab {
  /** The pack's mapping from labels to groups. */
  readonly mapping: LabelMapping;
  /** Scores texts by the shipped models, or by the same learner trained on other texts. */
  evaluate(
    texts: readonly LabelledText[],
    options: { train?: readonly LabelledText[]; mapping: LabelMapping },
  ): Evaluation;
  /** Trains what ships: one model per script. `date` is an RFC 3339 date. Cards come with the files. */
  train(
    files: readonly LabelledFile[],
    date: string,
    version: string,
  ): { files: ModelFile[]; cards: ModelCard[] };
  /** Parts of a cluster-disjoint split: 0 to `count - 1` for every text. */
  split(texts: readonly LabelledText[], count: number, seed: number): Int32Array;
}

/** Labels with fewer texts in a script are left out of its model: the odd Latin text in a Chinese set teaches nothing. */
const FEWEST_TEXTS = 20;
const TERMS = 'research data, not redistributed: hashed weights only';

/** The first file that has a text decides its label; copies in later files are left out. */
function withoutCopies(
  files: readonly LabelledFile[],
  samplesOf: (texts: readonly LabelledText[]) => Sample[],
): { samples: Sample[]; from: string[] } {
  const labelled = files.flatMap(({ texts }) => texts);
  const names = files.flatMap(({ name, texts }) => texts.map(() => name));
  const seen = new Map<string, number>();
  const samples: Sample[] = [];
  const from: string[] = [];
  for (const [index, sample] of samplesOf(labelled).entries()) {
    const owner = seen.get(sample.form.text);
    const file = files.findIndex(({ name }) => name === names[index]);
    if (owner !== undefined && owner !== file) continue;
    seen.set(sample.form.text, file);
    samples.push(sample);
    from.push(names[index] ?? '');
  }
  return { samples, from };
}

/** Opens the lab on a pack. */
export function openMessageLab(pack: Pack): MessageLab {
  const extract = createExtractor(pack.read('messages.json', MessageWords));
  const mapping: LabelMapping = { labels: pack.read('taxonomy.json', Taxonomy).labels };
  const samplesOf = (texts: readonly LabelledText[]): Sample[] => toSamples(texts, extract);

  const trainScript = (
    script: ModelScript,
    all: { samples: Sample[]; from: string[] },
    date: string,
    version: string,
  ) => {
    const texts = new Map<string, number>();
    for (const { form, label } of all.samples) {
      if (form.script === script) texts.set(label, (texts.get(label) ?? 0) + 1);
    }
    const fewest = texts.size > 2 ? Math.min(FEWEST_TEXTS, Math.max(...texts.values())) : 1;
    const chosen = all.samples.flatMap((sample, index) =>
      sample.form.script === script && ((texts.get(sample.label) ?? 0) >= fewest || script === 'han')
        ? [{ sample, name: all.from[index] ?? '' }]
        : [],
    );
    const counts = new Map<string, number>();
    for (const { name } of chosen) counts.set(name, (counts.get(name) ?? 0) + 1);
    return trainShipped(
      chosen.map(({ sample }) => sample),
      {
        script,
        version,
        date,
        mapping,
        sources: [...counts].map(([name, texts]) => ({ name, texts, terms: TERMS })),
      },
    );
  };

  return {
    mapping,
    evaluate: (texts, options) => {
      const samples = samplesOf(texts);
      return options.train
        ? evaluateTrained(samplesOf(options.train), samples, options.mapping)
        : evaluateShipped(lazyModels(pack), samples, options.mapping);
    },
    train: (files, date, version) => {
      const all = withoutCopies(files, samplesOf);
      const trained = MODEL_SCRIPTS.filter((script) =>
        all.samples.some(({ form }) => form.script === script),
      ).map((script) => trainScript(script, all, date, version));
      return {
        cards: trained.map(({ card }) => card),
        files: trained.flatMap(({ card, weights }) => [
          { name: modelFile(card.script, 'json'), bytes: Buffer.from(`${JSON.stringify(card, null, 2)}\n`) },
          { name: modelFile(card.script, 'bin'), bytes: weights },
        ]),
      };
    },
    split: (texts, count, seed) => {
      const samples = samplesOf(texts);
      return dealClusters(
        samples.map(({ cluster }) => cluster),
        samples.map(({ label }) => label),
        count,
        seed,
      );
    },
  };
}
