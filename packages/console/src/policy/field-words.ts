import type { policyTexts } from './texts.ts';

const WORDS: Readonly<Record<string, keyof (typeof policyTexts)['en']>> = {
  when: 'when',
  verdict: 'verdict',
  on: 'on',
  owner: 'owner',
  source: 'source',
  score: 'score',
  judges: 'judgesField',
  values: 'valuesField',
  text: 'textField',
  reason: 'reason',
  until: 'until',
  cap: 'cap',
  hitPolicy: 'hitPolicy',
  title: 'titleColumn',
};

/** The word for a field of a rule, table or guard; none for one that has only its name. */
export function fieldKey(field: string): keyof (typeof policyTexts)['en'] | undefined {
  return Object.hasOwn(WORDS, field) ? WORDS[field] : undefined;
}
