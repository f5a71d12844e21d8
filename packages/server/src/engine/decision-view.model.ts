import type {
  Decision,
  DecisionDetail,
  DecisionRow,
  FactView,
  ModelPart,
  PolicyView,
  Reason,
  SubjectView,
} from '@fanzha/contract';
import type { Localized, Verdict } from '@fanzha/vocabulary';
import type { Decider } from './decider.model.ts';
import type { SpokenReason } from './decision.model.ts';
import type { DecisionRecord, StoredSubject } from './decision-record.model.ts';
import type { ReasonTexts } from './reason-text.model.ts';
import { defaultFact } from './signal.model.ts';

/** Reasons that a row of a list shows. */
const ROW_REASONS = 3;

const ANSWERED: Readonly<Record<Verdict, Localized>> = {
  allow: { 'zh-CN': '已答复接入方：放行', en: 'Answered the submitting system: allow' },
  label: { 'zh-CN': '已答复接入方：放行并标注', en: 'Answered the submitting system: allow with a label' },
  challenge: { 'zh-CN': '已答复接入方：要求验证', en: 'Answered the submitting system: challenge' },
  hold: { 'zh-CN': '已答复接入方：暂扣', en: 'Answered the submitting system: hold' },
  limit: { 'zh-CN': '已答复接入方：限制', en: 'Answered the submitting system: limit' },
  block: { 'zh-CN': '已答复接入方：拦截', en: 'Answered the submitting system: block' },
};

/** Makes of stored records what people and systems read. */
export interface DecisionViews {
  decision(id: string, record: DecisionRecord, duplicate: boolean): Decision;
  row(id: string, record: DecisionRecord): DecisionRow;
  detail(id: string, record: DecisionRecord, modelParts: readonly ModelPart[]): DecisionDetail;
}

type Known = Pick<Decider, 'texts' | 'policy' | 'kinds' | 'signals'>;

export function createDecisionViews(known: Known): DecisionViews {
  const { texts, kinds } = known;
  return {
    decision: (id, record, duplicate) => ({
      ...whole(known, id, record),
      ...(duplicate ? { duplicate } : {}),
    }),
    row: (id, record) => ({
      ...common(known, id, record),
      ...(record.decision.channel === undefined ? {} : { channel: record.decision.channel }),
      ...(record.decision.country === undefined ? {} : { country: record.decision.country }),
      reasons: record.decision.reasons
        .slice(0, ROW_REASONS)
        .map((spoken) => ({ code: spoken.code, text: texts.text(spoken) })),
    }),
    detail: (id, record, modelParts) => {
      const { decision } = record;
      const decided = kinds.get(decision.kind)?.decided === true;
      return {
        ...whole(known, id, record),
        input: { ...record.event },
        maskedFields: [...record.maskedFields],
        facts: facts(known, record),
        modelParts: [...modelParts],
        quietRules: quietRules(known, record),
        consequences: decided
          ? [{ id: 'answer', text: ANSWERED[decision.verdict], simulated: decision.simulated }]
          : [],
        ...shadowView(decision),
        sentence: texts.sentence(decision, decided),
      };
    },
  };
}

function shadowView({ shadow, reasons }: DecisionRecord['decision']): Pick<DecisionDetail, 'shadow'> {
  if (shadow === undefined) return {};
  return { shadow: { ...shadow, rules: [...(shadow.rules ?? reasons.map(({ rule }) => rule))] } };
}

/** What a row of a list and the whole decision have in common. */
function common({ texts }: Known, id: string, { decision, subjects }: DecisionRecord) {
  return {
    id,
    kind: decision.kind,
    at: decision.at,
    decidedAt: new Date(decision.decidedAt).toISOString(),
    verdict: decision.verdict,
    ...(decision.label ? { label: texts.text(decision.label) } : {}),
    score: decision.score,
    ...(decision.fraudType === undefined ? {} : { fraudType: decision.fraudType }),
    subjects: subjects.map((subject) => subjectView(texts, subject)),
    simulated: decision.simulated,
  };
}

function whole(known: Known, id: string, record: DecisionRecord): Decision {
  const { decision } = record;
  return {
    ...common(known, id, record),
    event: decision.eventId,
    reasons: decision.reasons.map((spoken) => reasonView(known.texts, spoken)),
    policy: decision.policy,
    models: [...decision.models],
    degraded: [...decision.degraded],
    tookMicros: decision.tookMicros,
  };
}

function subjectView(texts: ReasonTexts, { kind, role, value, masked }: StoredSubject): SubjectView {
  const asNumber = !masked && (kind === 'number' || kind === 'sender');
  return { kind, role, value, display: asNumber ? texts.displayNumber(value) : value, masked };
}

function reasonView(texts: ReasonTexts, spoken: SpokenReason): Reason {
  return {
    code: spoken.code,
    text: texts.text(spoken),
    verdict: spoken.verdict,
    score: spoken.score,
    ...(spoken.fraudType === undefined ? {} : { fraudType: spoken.fraudType }),
    rule: spoken.rule,
    values: spoken.values,
    ...(spoken.capped === undefined ? {} : { capped: spoken.capped }),
    ...(spoken.snoozed === undefined ? {} : { snoozed: spoken.snoozed }),
  };
}

function facts({ signals, texts }: Known, { decision }: DecisionRecord): FactView[] {
  return signals
    .filter((signal) => signal.kinds.includes(decision.kind))
    .flatMap((signal) =>
      Object.entries(signal.facts).map(([name, { type, title }]) => {
        const value = decision.facts[name] ?? defaultFact(type);
        return { name, value, title, text: texts.value(name, value), signal: signal.id };
      }),
    );
}

/** Rules that were asked and did not speak; what an older version of the policy asked is not known any more. */
function quietRules(
  { texts, policy, kinds }: Known,
  { decision }: DecisionRecord,
): DecisionDetail['quietRules'] {
  const same = decision.policy.id === policy.id && decision.policy.version === policy.version;
  if (!same || kinds.get(decision.kind)?.decided !== true) return [];
  const spoke = new Set(decision.reasons.map(({ rule }) => rule));
  return policy
    .rulesFor(decision.kind, Date.parse(decision.at))
    .filter(({ id }) => !spoke.has(id))
    .map((rule) => ({ id: rule.id, title: texts.title(rule.reason) }));
}

/** The policy as people read it. */
export function policyView({ texts, policy, signals }: Known, pack: PolicyView['pack']): PolicyView {
  return {
    id: policy.id,
    version: policy.version,
    pack,
    rules: policy.rules.map(({ id, on, when, verdict, reason, fraudType, score, source }) => ({
      id,
      on: [...on],
      when,
      verdict,
      reason,
      title: texts.title(reason),
      ...(fraudType === undefined ? {} : { fraudType }),
      score,
      ...(source === undefined ? {} : { source }),
    })),
    fraudTypes: texts.labels('fraudType'),
    models: signals.flatMap(({ id, version, models, explain }) =>
      models ? [...models] : explain ? [{ id, version }] : [],
    ),
  };
}
