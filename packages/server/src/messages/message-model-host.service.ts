import type { ModelFiles, ModelHost, ModelOutput, ModelVersion } from '../engine/index.ts';
import { compileSchema, type Pack } from '../platform/index.ts';
import { readForm } from './dataset.model.ts';
import { createExtractor } from './extraction.model.ts';
import {
  createModelSlots,
  MODEL_SCRIPTS,
  type ModelScript,
  type ModelSlots,
  modelFile,
  modelOf,
  type ShippedModel,
} from './message-model.service.ts';
import { ModelCard } from './weights.model.ts';
import { MessageWords } from './words.model.ts';

const TITLES = {
  han: { 'zh-CN': '短信诈骗模型（中文）', en: 'Text model, Chinese' },
  latin: { 'zh-CN': '短信诈骗模型（拉丁字母）', en: 'Text model, Latin script' },
} as const;
const OUTPUT_TITLES = {
  fraud: { 'zh-CN': '诈骗概率', en: 'Probability of fraud' },
  illegal: { 'zh-CN': '违法业务概率', en: 'Probability of illegal business' },
} as const;
const CALIBRATION = {
  'zh-CN': '向量缩放：softmax(比例 × 间隔 + 各标签偏移)，用未见过的近重簇拟合',
  en: 'vector scaling: softmax(scale × margin + shift of the label), fitted on clusters that were not trained on',
} as const;

const card = compileSchema(ModelCard);

/** The two text models as the registry sees them. */
export function messageModels(pack: Pack, slots: ModelSlots): ModelHost[] {
  return MODEL_SCRIPTS.map((script) => ({
    id: `messages-${script}`,
    title: TITLES[script],
    owner: `${pack.title.en} pack`,
    kinds: ['sms.submit'],
    get shipped() {
      return describe(pack.read(modelFile(script, 'json'), ModelCard));
    },
    shippedFiles: () => ({
      card: pack.bytes(modelFile(script, 'json')),
      weights: pack.bytes(modelFile(script, 'bin')),
    }),
    read: (files) => describe(readModel(script, files).card),
    use: (role, files) => slots.put(script, role, files && readModel(script, files)),
  }));
}

/** Reads a model from files that anybody may have made. Throws an Error that says what is wrong with them. */
function readModel(script: ModelScript, files: ModelFiles): ShippedModel {
  const value: unknown = JSON.parse(Buffer.from(files.card).toString('utf8'));
  if (!card.check(value)) {
    const faults = card.faults(value, 'en').map(({ field, reason }) => `${field || '(card)'} ${reason}`);
    throw new Error(faults.join('; '));
  }
  if (value.script !== script) throw new Error(`it is for ${value.script}, not for ${script}`);
  const width = value.labels.length;
  const widths = [value.scales.length, value.bias.length, value.calibration.shift.length];
  if (widths.some((length) => length !== width)) {
    throw new Error('scales, bias and calibration do not have one number for each label');
  }
  return modelOf(value, files.weights, 'the weights');
}

function describe(from: ModelCard): ModelVersion {
  const output = (name: 'fraud' | 'illegal'): ModelOutput => ({
    name,
    fact: `message.${name}`,
    title: OUTPUT_TITLES[name],
    thresholds: { hold: from.thresholds[`${name}Hold`], block: from.thresholds[`${name}Block`] },
    ...(from.validation ? { validation: from.validation[name] } : {}),
  });
  const { hanGrams, latinGrams, wordGrams } = from.features;
  const space =
    from.script === 'han'
      ? { 'zh-CN': `1 至 ${hanGrams} 字的字符片段，哈希`, en: `hashed character n-grams up to ${hanGrams}` }
      : {
          'zh-CN': `至多 ${latinGrams} 字符、${wordGrams} 词的片段，哈希`,
          en: `hashed n-grams up to ${latinGrams} characters and ${wordGrams} words`,
        };
  return {
    model: from.id,
    version: from.version,
    sha256: from.sha256,
    trained: from.trained,
    features: { count: from.hashes, space },
    training: from.sources.map(({ name, texts, terms }) => ({ name, count: texts, terms })),
    calibration: CALIBRATION,
    figures: from.figures,
    outputs: [output('fraud'), output('illegal')],
  };
}

/** What the scorer says about one text. */
export interface TextScore {
  readonly model: string;
  readonly version: string;
  readonly fraud: number;
  readonly illegal: number;
  /** Most probable kind of fraud; empty when the labels do not tell. */
  readonly fraudType: string;
}

/**
 * Scores texts in bulk by the pack's models, or by another one for its script; undefined for a script without a model.
 * Throws an Error that says what is wrong with the other one.
 */
export function openMessageScorer(pack: Pack, other?: ModelFiles): (text: string) => TextScore | undefined {
  const slots = createModelSlots(pack);
  const extract = createExtractor(pack.read('messages.json', MessageWords));
  if (other) {
    const { script } = JSON.parse(Buffer.from(other.card).toString('utf8')) as { script?: unknown };
    const known = MODEL_SCRIPTS.find((name) => name === script);
    if (known === undefined) throw new Error('the card names no script that there are models for');
    slots.put(known, 'champion', readModel(known, other));
  }
  return (text) => {
    const form = readForm(text, extract);
    if (form.script === 'other') return undefined;
    const model = slots.champion(form.script);
    const { groups, fraudType } = model.score(form);
    const { id, version } = model.card;
    return { model: id, version, fraud: groups.fraud, illegal: groups.illegal, fraudType };
  };
}
