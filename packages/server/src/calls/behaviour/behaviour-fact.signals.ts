import type { FactDeclaration, ScoreFacts } from '../../engine/index.ts';

/** Id of the model of callers that scores live calls. */
export const LIVE_MODEL = 'calls-live';

/** From which threshold of the card on a score counts: `certain` from where validation had a precision of 0.98. */
export const BANDS = ['certain', 'likely', 'none'] as const;
export type Band = (typeof BANDS)[number];

const fact = (
  type: FactDeclaration['type'],
  zh: string,
  en: string,
  more: Partial<FactDeclaration> = {},
): FactDeclaration => ({ type, title: { 'zh-CN': zh, en }, ...more });

/** How the caller behaved over the last 30 days, this call included: what a model says, and what it rests on. */
export const BEHAVIOUR_FACTS: Readonly<Record<string, FactDeclaration>> = {
  'behaviour.model': fact('string', '评分的主叫行为模型', 'model of callers that scored'),
  'behaviour.ready': fact('bool', '主叫通话已足够评分', 'enough calls of the caller to score'),
  'behaviour.score': fact('double', '主叫行为诈骗概率', 'probability of fraud by conduct', {
    format: 'percent',
  }),
  'behaviour.band': fact('string', '主叫行为评分所在档', 'band of the probability by conduct', {
    values: BANDS,
  }),
  'behaviour.why': fact('list<string>', '行为评分的主要依据', 'conduct that weighed most', {
    format: 'behaviour',
  }),
  'behaviour.calls': fact('double', '30 天内接通的主叫次数', 'answered calls made in 30 days'),
  'behaviour.callees': fact('double', '30 天内接通的被叫人数', 'people who answered in 30 days'),
  'behaviour.callsPerCallee': fact(
    'double',
    '30 天内对每人接通的主叫次数',
    'answered calls made per person in 30 days',
  ),
  'behaviour.outgoingShare': fact(
    'double',
    '30 天内主叫占接通通话的比例',
    'calls made as part of answered calls in 30 days',
    { format: 'percent' },
  ),
};

/** What a model on trial says; it has no effect. */
export const CHALLENGER_FACTS: Readonly<Record<string, FactDeclaration>> = {
  'behaviour.challenger': fact('string', '试用中的行为模型', 'model on trial', { hidden: true }),
  'behaviour.challengerScore': fact('double', '试用模型：行为诈骗概率', 'model on trial: fraud by conduct', {
    format: 'percent',
    hidden: true,
  }),
};

/** What the watch over models counts. */
export const BEHAVIOUR_SCORES: readonly ScoreFacts[] = [
  {
    model: LIVE_MODEL,
    output: 'fraud',
    by: 'behaviour.model',
    score: 'behaviour.score',
    challenger: { by: 'behaviour.challenger', score: 'behaviour.challengerScore' },
  },
];
