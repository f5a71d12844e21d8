import { createHash } from 'node:crypto';
import type { Pack } from '../platform/index.ts';
import { type Classifier, createClassifier } from './classifier.model.ts';
import type { NormalForm } from './normal-form.model.ts';
import type { Group } from './taxonomy.model.ts';
import { ModelCard, unpackWeights } from './weights.model.ts';

/** What the shipped model says about one text. */
export interface Score {
  /** Probability of each group; they sum to one. */
  readonly groups: Readonly<Record<Group, number>>;
  /** Most probable kind of fraud of the pack's taxonomy; empty when the labels do not tell. */
  readonly fraudType: string;
}

/** A shipped model: weights, groups and thresholds for one script. */
export interface ShippedModel {
  readonly card: ModelCard;
  readonly classifier: Classifier;
  score(form: NormalForm): Score;
  /** Whether the text reaches a band in which it would at least be held. */
  flags(form: NormalForm): boolean;
}

export const MODEL_SCRIPTS = ['han', 'latin'] as const;
export type ModelScript = (typeof MODEL_SCRIPTS)[number];

/** Where a script's model lies in the pack. */
export function modelFile(script: ModelScript, ending: 'json' | 'bin'): string {
  return `models/messages-${script}.${ending}`;
}

function scorer(card: ModelCard, classifier: Classifier): (form: NormalForm) => Score {
  const groups = card.labels.map((label): Group => card.groups[label] ?? 'ordinary');
  const types = card.labels.map((label) => card.fraudTypes[label] ?? '');
  return (form) => {
    const { probabilities } = classifier.predict(form);
    const sums: Record<Group, number> = { fraud: 0, illegal: 0, advert: 0, ordinary: 0 };
    let most = 0;
    let fraudType = '';
    for (const [label, group] of groups.entries()) {
      const probability = probabilities[label] ?? 0;
      sums[group] += probability;
      if (group === 'fraud' && probability > most) {
        most = probability;
        fraudType = types[label] ?? '';
      }
    }
    return { groups: sums, fraudType };
  };
}

/** Makes a model of card and weights. Throws when they do not belong together. */
export function modelOf(card: ModelCard, bytes: Uint8Array, where: string): ShippedModel {
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sum !== card.sha256) throw new Error(`${where}: its checksum is not the one of the card`);
  const classifier = createClassifier(unpackWeights(bytes, card));
  const score = scorer(card, classifier);
  const { fraudHold, illegalHold } = card.thresholds;
  const flags = (form: NormalForm): boolean => {
    const { fraud, illegal } = score(form).groups;
    return fraud >= fraudHold || illegal >= illegalHold;
  };
  return { card, classifier, score, flags };
}

/** Reads a model of the pack. Throws when card and weights do not belong together. */
function openModel(pack: Pack, script: ModelScript): ShippedModel {
  const card = pack.read(modelFile(script, 'json'), ModelCard);
  const file = modelFile(script, 'bin');
  return modelOf(card, pack.bytes(file), `policy pack ${file}`);
}

/** The models that score: each of the pack's is read when the first text of its script comes. */
export interface ModelSlots {
  champion(script: ModelScript): ShippedModel;
  challenger(script: ModelScript): ShippedModel | undefined;
  /** Puts a model in a role; without one, the pack's as champion, none as challenger. */
  put(script: ModelScript, role: 'champion' | 'challenger', model: ShippedModel | undefined): void;
  /** Of the champions. */
  readonly versions: readonly { readonly id: string; readonly version: string }[];
}

export function createModelSlots(pack: Pack): ModelSlots {
  const shipped = lazyModels(pack);
  const champions = new Map<ModelScript, ShippedModel>();
  const challengers = new Map<ModelScript, ShippedModel>();
  const versionOf = (script: ModelScript) => {
    const { id, version } = champions.get(script)?.card ?? pack.read(modelFile(script, 'json'), ModelCard);
    return { id, version };
  };
  let versions: ModelSlots['versions'] | undefined;
  return {
    champion: (script) => champions.get(script) ?? shipped(script),
    challenger: (script) => challengers.get(script),
    put: (script, role, model) => {
      const slots = role === 'champion' ? champions : challengers;
      if (model) slots.set(script, model);
      else slots.delete(script);
      versions = undefined;
    },
    get versions() {
      versions ??= MODEL_SCRIPTS.map(versionOf);
      return versions;
    },
  };
}

/** The models of a pack, each read when the first text of its script comes. */
export function lazyModels(pack: Pack): (script: ModelScript) => ShippedModel {
  const open = new Map<ModelScript, ShippedModel>();
  return (script) => {
    const known = open.get(script);
    if (known) return known;
    const model = openModel(pack, script);
    open.set(script, model);
    return model;
  };
}
