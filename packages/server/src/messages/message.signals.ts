import { type FanzhaEvent, MESSAGE_CHANNELS, type ModelPart, type SmsSubmit } from '@fanzha/contract';
import { DISGUISES, NUMBER_KINDS, NUMBER_VALIDITIES } from '@fanzha/vocabulary';
import type { FactDeclaration, Facts, ScoreFacts, Signal } from '../engine/index.ts';
import type { LureFinder } from './lure.model.ts';
import { MODEL_SCRIPTS, type ModelSlots, type ShippedModel } from './message-model.service.ts';
import type { MessageReading } from './message-reading.model.ts';
import { offersContact } from './normal-form.model.ts';

type Reader = (message: SmsSubmit) => MessageReading;
type Band = (typeof BANDS)[number];

const BANDS = ['block', 'hold', 'none'] as const;

const fact = (
  type: FactDeclaration['type'],
  zh: string,
  en: string,
  format?: string,
  values?: readonly string[],
): FactDeclaration => ({
  type,
  title: { 'zh-CN': zh, en },
  ...(format === undefined ? {} : { format }),
  ...(values === undefined ? {} : { values }),
});

/** n-grams that a reason names, and those that a decision's page shows. */
const GRAMS_IN_REASON = 6;
const GRAMS_SHOWN = 20;

const CONTENT_FACTS: Record<string, FactDeclaration> = {
  'message.channel': fact('string', '短信通道', 'channel', 'channel', MESSAGE_CHANNELS),
  'message.length': fact('double', '字数', 'length in characters'),
  'message.script': fact('string', '文字', 'script', undefined, ['han', 'latin', 'other']),
  'message.signature': fact('string', '签名', 'signature'),
  'message.template': fact('string', '模板', 'template'),
  'message.account': fact('string', '账户', 'account'),
  'message.links': fact('list<string>', '链接', 'links', 'list'),
  'message.linkCount': fact('double', '链接数', 'number of links'),
  'message.linkDisguised': fact('bool', '链接经过伪装', 'a link is disguised'),
  'message.numbers': fact('list<string>', '文中号码', 'numbers in the text', 'list'),
  'message.handles': fact('list<string>', '文中联系方式', 'contact handles in the text', 'list'),
  'message.hasContact': fact('bool', '有链接、号码或联系方式', 'has a link, number or handle'),
  'message.hasCode': fact('bool', '有验证码', 'carries a one-time code'),
  'message.hasCardTail': fact('bool', '有卡号末位', 'names the last digits of a card'),
  'sender.number': fact('string', '发送方', 'sender', 'number'),
  'sender.presented': fact('string', '发送方原样', 'sender as presented'),
  'sender.kind': fact('string', '发送方号码类型', 'sender: kind of number', 'numberKind', NUMBER_KINDS),
  'sender.validity': fact(
    'string',
    '发送方是否符合编号计划',
    'sender: by the number plan',
    'validity',
    NUMBER_VALIDITIES,
  ),
  'sender.domestic': fact('bool', '发送方为境内号码', 'sender: domestic number'),
  'sender.country': fact('string', '发送方所属国家或地区', 'sender: country or region', 'country'),
  'sender.disguise': fact(
    'string',
    '发送方伪装方式',
    'sender: how a short code is disguised',
    'disguise',
    DISGUISES,
  ),
  'sender.disguised': fact('string', '被伪装的号码', 'sender: short code that is imitated', 'number'),
};

const MODEL_FACTS: Record<string, FactDeclaration> = {
  'message.model': fact('string', '评分的模型', 'model that scored'),
  'message.modelled': fact('bool', '模型适用于该文字', 'a model knows this script'),
  'message.fraud': fact('double', '诈骗概率', 'probability of fraud', 'percent'),
  'message.illegal': fact('double', '违法业务概率', 'probability of illegal business', 'percent'),
  'message.fraudBand': fact('string', '诈骗概率所在档', 'band of the probability of fraud', undefined, BANDS),
  'message.illegalBand': fact(
    'string',
    '违法业务概率所在档',
    'band of the probability of illegal business',
    undefined,
    BANDS,
  ),
  'message.fraudType': fact('string', '最可能的诈骗类型', 'most probable kind of fraud', 'fraudType'),
  'message.why': fact('list<string>', '最有分量的词', 'words that weighed most', 'list'),
};

const hidden = (type: FactDeclaration['type'], zh: string, en: string, format?: string): FactDeclaration => ({
  ...fact(type, zh, en, format),
  hidden: true,
});

/** What a model on trial says; it has no effect. */
const CHALLENGER_FACTS: Record<string, FactDeclaration> = {
  'message.challenger': hidden('string', '试用中的模型', 'model on trial'),
  'message.challengerFraud': hidden('double', '试用模型：诈骗概率', 'model on trial: fraud', 'percent'),
  'message.challengerIllegal': hidden(
    'double',
    '试用模型：违法业务概率',
    'model on trial: illegal business',
    'percent',
  ),
};

const SCORES: readonly ScoreFacts[] = MODEL_SCRIPTS.flatMap((script) =>
  (['fraud', 'illegal'] as const).map((output) => ({
    model: `messages-${script}`,
    output,
    by: 'message.model',
    score: `message.${output}`,
    challenger: {
      by: 'message.challenger',
      score: output === 'fraud' ? 'message.challengerFraud' : 'message.challengerIllegal',
    },
  })),
);

const nameOf = ({ card: { id, version } }: ShippedModel): string => `${id}@${version}`;

const LURE_FACTS: Record<string, FactDeclaration> = {
  'message.lures': fact(
    'list<string>',
    '诱骗用语对应的诈骗类型',
    'kinds of fraud that the wording fits',
    'list',
  ),
  'message.lureType': fact(
    'string',
    '最接近的诈骗类型',
    'kind of fraud that the wording fits best',
    'fraudType',
  ),
  'message.lureStrength': fact('double', '诱骗用语强度', 'strength of the bait', 'percent'),
  'message.lureWords': fact('list<string>', '诱骗用语', 'wording that baits', 'list'),
};

/** The wording by which known kinds of fraud bait people, from the pack's lexicon. */
export function createLureSignal(version: string, read: Reader, find: LureFinder): Signal {
  return {
    id: 'message-lures',
    version,
    kinds: ['sms.submit'],
    facts: LURE_FACTS,
    evaluate: (event) => {
      if (event.kind !== 'sms.submit') return {};
      const { types, strength, words } = find(read(event).form);
      if (strength === 0) return {};
      return {
        'message.lures': [...types],
        'message.lureType': types[0] ?? '',
        'message.lureStrength': strength,
        'message.lureWords': [...words],
      };
    },
  };
}

/** What a message says and who sends it, by extraction and number plan. */
export function createContentSignal(version: string, read: Reader): Signal {
  return {
    id: 'message-content',
    version,
    kinds: ['sms.submit'],
    facts: CONTENT_FACTS,
    evaluate: (event) => (event.kind === 'sms.submit' ? contentOf(event, read(event)) : {}),
  };
}

function contentOf(message: SmsSubmit, reading: MessageReading): Facts {
  const { extraction, sender, hosts, numbers, handles } = reading;
  return {
    'message.channel': message.channel,
    'message.length': message.text.length,
    'message.script': reading.form.script,
    'message.signature': reading.signature,
    'message.template': message.template ?? '',
    'message.account': message.account ?? '',
    'message.links': [...hosts],
    'message.linkCount': extraction.links.length,
    'message.linkDisguised': extraction.links.some(({ disguised }) => disguised),
    'message.numbers': [...numbers],
    'message.handles': [...handles],
    'message.hasContact': offersContact(reading.form),
    'message.hasCode': extraction.code !== undefined,
    'message.hasCardTail': extraction.cardTail !== undefined,
    'sender.number': reading.senderValue,
    'sender.presented': message.sender,
    'sender.kind': sender.kind,
    'sender.validity': sender.validity,
    'sender.domestic': sender.domestic,
    'sender.country': sender.country ?? '',
    'sender.disguise': sender.disguise?.how ?? '',
    'sender.disguised': sender.disguise?.target ?? '',
  };
}

function bandOf(score: number, hold: number, block: number): Band {
  if (score >= block) return 'block';
  return score >= hold ? 'hold' : 'none';
}

function groupLabels({ card }: ShippedModel, group: string): Set<string> {
  return new Set(card.labels.filter((label) => card.groups[label] === group));
}

/** The text model: probabilities, bands by the card's thresholds, and the words that weighed most. */
export function createModelSignal(version: string, read: Reader, models: ModelSlots): Signal {
  const score = (message: SmsSubmit): Facts => {
    const { form } = read(message);
    if (form.script === 'other') return { 'message.fraudBand': 'none', 'message.illegalBand': 'none' };
    const model = models.champion(form.script);
    const { groups, fraudType } = model.score(form);
    const { thresholds } = model.card;
    const challenger = models.challenger(form.script);
    const fraudBand = bandOf(groups.fraud, thresholds.fraudHold, thresholds.fraudBlock);
    const illegalBand = bandOf(groups.illegal, thresholds.illegalHold, thresholds.illegalBlock);
    const quiet = fraudBand === 'none' && illegalBand === 'none';
    const towards = groupLabels(model, groups.illegal > groups.fraud ? 'illegal' : 'fraud');
    return {
      ...(challenger ? trial(challenger, form) : {}),
      'message.model': nameOf(model),
      'message.modelled': true,
      'message.fraud': groups.fraud,
      'message.illegal': groups.illegal,
      'message.fraudBand': fraudBand,
      'message.illegalBand': illegalBand,
      'message.fraudType': quiet ? '' : fraudType,
      'message.why': quiet ? [] : wordsFor(model, form, towards),
    };
  };
  return {
    id: 'message-model',
    version,
    kinds: ['sms.submit'],
    facts: { ...MODEL_FACTS, ...CHALLENGER_FACTS },
    scores: SCORES,
    get models() {
      return models.versions;
    },
    evaluate: (event) => (event.kind === 'sms.submit' ? score(event) : {}),
    explain: (event) => explain(event, read, models),
  };
}

function trial(challenger: ShippedModel, form: MessageReading['form']): Facts {
  const { fraud, illegal } = challenger.score(form).groups;
  return {
    'message.challenger': nameOf(challenger),
    'message.challengerFraud': fraud,
    'message.challengerIllegal': illegal,
  };
}

function wordsFor(model: ShippedModel, form: MessageReading['form'], towards: ReadonlySet<string>): string[] {
  return model.classifier
    .explain(form, towards, GRAMS_SHOWN)
    .filter(({ weight, gram }) => weight > 0 && !gram.includes(' '))
    .slice(0, GRAMS_IN_REASON)
    .map(({ gram }) => gram);
}

function explain(event: FanzhaEvent, read: Reader, models: ModelSlots): ModelPart[] {
  if (event.kind !== 'sms.submit') return [];
  const { form } = read(event);
  if (form.script === 'other') return [];
  const model = models.champion(form.script);
  const { groups } = model.score(form);
  const { id, version, thresholds } = model.card;
  const part = (output: 'fraud' | 'illegal', threshold: number): ModelPart => ({
    model: id,
    version,
    output,
    score: groups[output],
    threshold,
    contributions: model.classifier
      .explain(form, groupLabels(model, output), GRAMS_SHOWN)
      .map(({ gram, weight }) => ({ feature: gram, weight })),
  });
  const parts = [part('fraud', thresholds.fraudBlock)];
  return groups.illegal > thresholds.illegalHold / 2
    ? [...parts, part('illegal', thresholds.illegalBlock)]
    : parts;
}
