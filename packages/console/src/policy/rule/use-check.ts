import type { RuleCheck, RuleFault, TrialRule } from '@fanzha/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { tryRule } from '../../api/backtests.ts';
import { checkText, type Kinds, useRuleLanguage } from '../../api/rule-language.ts';
import { useLocale } from '../../i18n/locale.ts';
import type { Editing } from './cel-completion.ts';
import type { ShownFault } from './cel-marks.ts';

const NONE: readonly RuleFault[] = [];
const CHECK_AFTER_MS = 250;
const TRY_AFTER_MS = 600;
const KEPT_MS = 30_000;

/** A value as it was when it last stood still for so long. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export interface Checked {
  /** The answer for the text as it stands; absent while it is asked. */
  readonly check: RuleCheck | undefined;
  readonly faults: readonly RuleFault[];
  readonly shown: readonly ShownFault[];
  readonly error: unknown;
}

/** Checks a condition while it is written. */
export function useCheck(on: Kinds, when: string): Checked {
  const locale = useLocale();
  const asked = useSettled(when, CHECK_AFTER_MS);
  const query = useQuery({
    queryKey: ['rule-check', on, asked],
    queryFn: ({ signal }) => checkText(on, asked, signal),
    enabled: asked.trim() !== '' && on.length > 0,
    gcTime: KEPT_MS,
    staleTime: KEPT_MS,
    retry: false,
  });
  const { data } = query;
  // Faults stay in place until the next answer; the editor moves them with the text.
  const [last, setLast] = useState<readonly RuleFault[]>(NONE);
  const blank = when.trim() === '';
  const faults = blank ? NONE : (data?.faults ?? last);
  useEffect(() => {
    if (data !== undefined) setLast(data.faults);
  }, [data]);
  const shown = useMemo(
    () => faults.map(({ position, message }) => ({ position, message: message[locale] })),
    [faults, locale],
  );
  return { check: asked === when ? data : undefined, faults, shown, error: query.error };
}

/** Tries a rule whenever it stands still for a while; an older wish is cancelled. */
export function useTrial(rule: TrialRule | undefined) {
  const wanted = useSettled(JSON.stringify(rule), TRY_AFTER_MS);
  return useQuery({
    queryKey: ['rule-trial', wanted],
    queryFn: ({ signal }) => tryRule(JSON.parse(wanted ?? '{}') as TrialRule, signal),
    enabled: wanted !== undefined && rule !== undefined,
    placeholderData: keepPreviousData,
    gcTime: KEPT_MS,
    staleTime: KEPT_MS,
    retry: false,
  });
}

/** What completion is made of, for the kinds of a rule. */
export function useEditing(kinds: readonly string[]): Editing | undefined {
  const language = useRuleLanguage().data?.language;
  const locale = useLocale();
  const key = kinds.join(' ');
  return useMemo(
    () =>
      language === undefined
        ? undefined
        : { language, kinds: key === '' ? [] : key.split(' '), text: (words) => words[locale] },
    [language, locale, key],
  );
}
