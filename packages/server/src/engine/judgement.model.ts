import { milder, moreSevere, severityOf, type Verdict } from '@fanzha/vocabulary';
import type { EngineDecision, ShadowDecision, SpokenReason } from './decision.model.ts';
import type { Guard, PolicyHits, Rule } from './policy.model.ts';
import type { Facts } from './signal.model.ts';

/** Rules that sleep for the subjects of an event: by rule, the id of the snooze. */
export type Asleep = ReadonlyMap<string, string>;

export const AWAKE: Asleep = new Map();

/** What is said where no rule spoke, as of nearly every event. */
const NOTHING: Judgement = { verdict: 'allow', reasons: [], score: 0 };

export type Judgement = Pick<EngineDecision, 'verdict' | 'label' | 'score' | 'fraudType' | 'reasons'>;

/**
 * The verdict is the most severe that a rule may have under the guards that stand. Reasons come most severe first, then
 * by score. The score is 1 − ∏(1 − scoreᵢ): evidence of rules counted as independent, so that it only grows. Rules that
 * sleep are told and have no part in any of it.
 */
export function judge({ spoke, guards }: PolicyHits, facts: Facts, asleep: Asleep = AWAKE): Judgement {
  if (spoke.length === 0) return NOTHING;
  const reasons = spoke
    .map((rule) => reasonOf(rule, guards, facts, asleep.get(rule.id)))
    .sort((a, b) => severityOf(b.verdict) - severityOf(a.verdict) || b.score - a.score);
  const awake = asleep.size === 0 ? reasons : reasons.filter(({ snoozed }) => snoozed === undefined);
  const verdict = awake.reduce<Verdict>((most, reason) => moreSevere(most, reason.verdict), 'allow');
  const label = verdict === 'label' ? awake[0] : undefined;
  const fraudType = awake.find((reason) => reason.fraudType !== undefined)?.fraudType;
  const score = 1 - awake.reduce((rest, reason) => rest * (1 - reason.score), 1);
  return {
    verdict,
    reasons,
    score: Math.round(score * 10_000) / 10_000,
    ...(label ? { label: { code: label.code, values: label.values } } : {}),
    ...(fraudType === undefined ? {} : { fraudType }),
  };
}

/** Ids of the rules that judge somebody's reputation or conduct. */
export function conductRules(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.filter(({ judges }) => judges === 'subject').map(({ id }) => id));
}

/** Whether such a rule spoke with effect: who acted in the event is suspected from then on. */
export function isSuspect(reasons: readonly SpokenReason[], conduct: ReadonlySet<string>): boolean {
  return reasons.some(({ rule, snoozed }) => snoozed === undefined && conduct.has(rule));
}

/** What a rule may do under the guards that stand, and the guard that lowered it. */
function effectOf(rule: Rule, guards: readonly Guard[]): { verdict: Verdict; capped?: string } {
  let verdict: Verdict = rule.verdict;
  let capped: string | undefined;
  for (const guard of guards) {
    if (!guard.judges.includes(rule.judges)) continue;
    const lowered = milder(verdict, guard.cap);
    if (lowered !== verdict) capped = guard.id;
    verdict = lowered;
  }
  return { verdict, ...(capped === undefined ? {} : { capped }) };
}

function reasonOf(
  rule: Rule,
  guards: readonly Guard[],
  facts: Facts,
  snoozed: string | undefined,
): SpokenReason {
  return {
    code: rule.reason,
    rule: rule.id,
    score: rule.score,
    ...(rule.fraudType === undefined ? {} : { fraudType: rule.fraudType }),
    values: Object.fromEntries(rule.values.map((name) => [name, facts[name] ?? ''])),
    ...(snoozed === undefined ? effectOf(rule, guards) : { verdict: 'allow', snoozed }),
  };
}

/** What a policy in shadow would have said, beside what the live one said. */
export function shadowOf(
  version: string,
  { spoke, guards }: PolicyHits,
  asleep: Asleep,
  live: Judgement,
): ShadowDecision {
  let verdict: Verdict = 'allow';
  for (const rule of spoke) {
    if (!asleep.has(rule.id)) verdict = moreSevere(verdict, effectOf(rule, guards).verdict);
  }
  const rules = spoke.map(({ id }) => id);
  const isSame =
    verdict === live.verdict &&
    rules.length === live.reasons.length &&
    live.reasons.every(({ rule }) => rules.includes(rule));
  return { version, verdict, ...(isSame ? {} : { rules }) };
}
