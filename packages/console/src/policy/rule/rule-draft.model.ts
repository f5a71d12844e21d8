import type { PolicyContent, PolicyRule, ReasonText, TrialRule } from '@fanzha/contract';

/** A rule as it stands in the editor, with the words of its reason where these are its own. */
export interface RuleDraft {
  readonly rule: PolicyRule;
  readonly words?: ReasonText;
}

export type DraftProblem = 'required' | 'idWrong' | 'idTaken';

const RULE_ID = /^[a-z][a-z0-9.-]{1,79}$/;

/** What a new rule begins with. */
export function freshDraft(): RuleDraft {
  return {
    rule: {
      id: '',
      on: ['call.attempt'],
      when: '',
      verdict: 'label',
      reason: '',
      judges: 'subject',
      score: 0.5,
      values: [],
      owner: '',
    },
  };
}

/** The rule of a version as a draft; none when it has no such rule. */
export function draftOf({ rules, reasons }: PolicyContent, id: string): RuleDraft | undefined {
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) return undefined;
  const words = reasons[rule.reason];
  return { rule, ...(words === undefined ? {} : { words }) };
}

/** What has to be put right before it can be saved, by field. Conditions with faults can be saved. */
export function problemsOf(
  { rule, words }: RuleDraft,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, DraftProblem> {
  const found = new Map<string, DraftProblem>();
  if (!RULE_ID.test(rule.id)) found.set('id', rule.id === '' ? 'required' : 'idWrong');
  else if (taken.has(rule.id)) found.set('id', 'idTaken');
  if (rule.when.trim() === '') found.set('when', 'required');
  if (rule.reason === '') found.set('reason', 'required');
  if (rule.owner.trim() === '') found.set('owner', 'required');
  if (words !== undefined) {
    for (const part of ['title', 'text'] as const) {
      for (const locale of ['zh-CN', 'en'] as const) {
        if (words[part][locale].trim() === '') found.set(`${part}.${locale}`, 'required');
      }
    }
  }
  return found;
}

/** The rule as a trial takes it. */
export function trialOf({ id, on, when, verdict, judges, score, from, until }: PolicyRule): TrialRule {
  return {
    on,
    when,
    verdict,
    judges,
    score,
    ...(id === '' ? {} : { id }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

export function sameDraft(one: RuleDraft, other: RuleDraft): boolean {
  const ordered = ({ rule, words }: RuleDraft): string =>
    JSON.stringify([Object.entries(rule).sort(([a], [b]) => a.localeCompare(b)), words ?? null]);
  return ordered(one) === ordered(other);
}

/** A rule with a field set, or left out when it is empty. */
export function withField<Name extends 'fraudType' | 'source' | 'from' | 'until'>(
  rule: PolicyRule,
  name: Name,
  value: string | undefined,
): PolicyRule {
  const { [name]: _, ...rest } = rule;
  return (value === undefined || value === '' ? rest : { ...rest, [name]: value }) as PolicyRule;
}
