import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { notFound } from './problem.ts';
import { Instant, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };
const Note = Type.String({ maxLength: 1000 });
const FraudType = Type.String({ maxLength: 80, description: 'code of the pack taxonomy' });

export const OUTCOMES = ['fraud', 'legitimate'] as const;
export const LABEL_SOURCES = ['analyst', 'appeal', 'import'] as const;

export const Outcome = Type.Enum([...OUTCOMES]);
export type Outcome = Static<typeof Outcome>;

const labelFields = {
  outcome: Outcome,
  fraudType: Type.Optional(FraudType),
  note: Type.Optional(Note),
  source: Type.Enum([...LABEL_SOURCES]),
  by: Type.String({ description: 'who confirmed it' }),
  labelledAt: Instant,
};

/** The confirmed outcome of a decision, as its detail shows it. */
export const DecisionLabel = Type.Object(labelFields, { $id: 'DecisionLabel', ...closed });
export type DecisionLabel = Static<typeof DecisionLabel>;

/** The confirmed outcome of one decision. */
export const Label = Type.Object(
  {
    decision: Type.String(),
    kind: Type.String(),
    event: Type.String(),
    decidedAt: Instant,
    verdict: Type.String(),
    rules: Type.Array(Type.String(), { description: 'rules that spoke in the decision' }),
    ...labelFields,
  },
  { $id: 'Label', ...closed },
);
export type Label = Static<typeof Label>;

/** One step of a label's life; `outcome` is absent where it was removed. */
export const LabelChange = Type.Object(
  { ...labelFields, outcome: Type.Optional(Outcome) },
  { $id: 'LabelChange', ...closed },
);
export type LabelChange = Static<typeof LabelChange>;

const DecisionId = Type.Object({ id: Type.String({ maxLength: 64 }) }, closed);

export const labelsSet = operation({
  id: 'labels.set',
  method: 'PUT',
  path: '/v1/decisions/{id}/label',
  access: 'label:write',
  summary: { 'zh-CN': '确认一个决定的真实结果', en: 'Confirm what a decision turned out to be' },
  params: DecisionId,
  body: Type.Object(
    {
      outcome: Outcome,
      fraudType: Type.Optional(FraudType),
      note: Type.Optional(Note),
      source: Type.Optional(Type.Enum(['analyst', 'appeal'], { default: 'analyst' })),
    },
    closed,
  ),
  response: Label,
  errors: [notFound],
});

export const labelsRemove = operation({
  id: 'labels.remove',
  method: 'DELETE',
  path: '/v1/decisions/{id}/label',
  access: 'label:write',
  summary: { 'zh-CN': '撤销确认结果（保留历史）', en: 'Take a confirmed outcome back (its history stays)' },
  params: DecisionId,
  response: Type.Object({ history: Type.Array(LabelChange) }, closed),
  errors: [notFound],
});

export const labelsHistory = operation({
  id: 'labels.history',
  method: 'GET',
  path: '/v1/decisions/{id}/label',
  access: 'decision:read',
  summary: { 'zh-CN': '确认结果及其变更', en: 'The confirmed outcome of a decision and how it changed' },
  params: DecisionId,
  response: Type.Object({ label: Type.Optional(Label), history: Type.Array(LabelChange) }, closed),
  errors: [notFound],
});

export const labelsList = operation({
  id: 'labels.list',
  method: 'GET',
  path: '/v1/labels',
  access: 'decision:read',
  summary: { 'zh-CN': '确认结果列表，最新在前', en: 'Confirmed outcomes, newest first' },
  query: Type.Object(
    {
      ...PageQuery,
      outcome: Type.Optional(Outcome),
      fraudType: Type.Optional(FraudType),
      source: Type.Optional(Type.Enum([...LABEL_SOURCES])),
      kind: Type.Optional(Type.String({ maxLength: 40 })),
      rule: Type.Optional(Type.String({ maxLength: 80 })),
      from: Type.Optional(Instant),
      to: Type.Optional(Instant),
    },
    closed,
  ),
  response: Page(Label),
  errors: [],
});

/** One line of an import: the decision by its id, or the event by kind and id. */
export const LabelLine = Type.Object(
  {
    decision: Type.Optional(Type.String({ maxLength: 64 })),
    kind: Type.Optional(Type.String({ maxLength: 40 })),
    event: Type.Optional(Type.String({ maxLength: 200 })),
    outcome: Outcome,
    fraudType: Type.Optional(FraudType),
    note: Type.Optional(Note),
  },
  { $id: 'LabelLine', ...closed },
);
export type LabelLine = Static<typeof LabelLine>;

/** Result of one line of `labels.import`. */
export const LabelLineResult = Type.Object(
  {
    line: Type.Integer({ minimum: 1 }),
    ok: Type.Boolean(),
    decision: Type.Optional(Type.String()),
    changed: Type.Optional(Type.Boolean({ description: 'false: it was labelled so before' })),
    code: Type.Optional(Type.String({ description: 'problem code when not ok' })),
    field: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
  },
  { $id: 'LabelLineResult', ...closed },
);
export type LabelLineResult = Static<typeof LabelLineResult>;

export const labelsImport = operation({
  id: 'labels.import',
  method: 'POST',
  path: '/v1/labels',
  access: 'label:write',
  summary: {
    'zh-CN': '批量导入确认结果：每行一个 JSON，逐行返回结果',
    en: 'Import confirmed outcomes, one JSON a line; answers one result a line',
  },
  body: LabelLine,
  streamIn: 'ndjson',
  response: LabelLineResult,
  streamOut: 'ndjson',
  errors: [],
});
