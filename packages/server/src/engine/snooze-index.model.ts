import type { Subject } from '@fanzha/vocabulary';
import { type Asleep, AWAKE } from './judgement.model.ts';
import type { PolicyHits, SnoozeSetting } from './policy.model.ts';

/** Tells which of the rules that spoke sleep for the subjects of an event at its time, ms since the epoch. */
export type Snoozes = (spoke: PolicyHits['spoke'], subjects: readonly Subject[], at: number) => Asleep;

/**
 * Snoozes by rule and subject. Tokens of subjects are made only where a rule spoke that has snoozes. `token` gives the
 * keyed token of a canonical value.
 */
export function indexSnoozes(snoozes: readonly SnoozeSetting[], token: (value: string) => string): Snoozes {
  const byRule = new Map<string, Map<string, SnoozeSetting[]>>();
  for (const snooze of snoozes) {
    const bySubject = byRule.get(snooze.rule) ?? new Map<string, SnoozeSetting[]>();
    byRule.set(snooze.rule, bySubject);
    bySubject.set(snooze.subject, [...(bySubject.get(snooze.subject) ?? []), snooze]);
  }
  if (byRule.size === 0) return () => AWAKE;
  return (spoke, subjects, at) => {
    let asleep: Map<string, string> | undefined;
    for (const { id } of spoke) {
      const bySubject = byRule.get(id);
      if (bySubject === undefined) continue;
      const found = subjects
        .flatMap(({ value }) => bySubject.get(token(value)) ?? [])
        .find(({ from, until }) => from <= at && at < until);
      if (found !== undefined) {
        asleep ??= new Map();
        asleep.set(id, found.id);
      }
    }
    return asleep ?? AWAKE;
  };
}
