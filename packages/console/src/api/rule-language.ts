import {
  type DecisionTable,
  type FormNode,
  type RuleCheck,
  type RuleLanguage,
  rulesCheck,
  rulesLanguage,
  tablesCheck,
} from '@fanzha/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['rule-language'];

interface KnownLanguage {
  readonly version: string;
  readonly language: RuleLanguage;
}

/** Everything that a condition may hold. Asked again now and then; it is only sent when it has changed. */
export function useRuleLanguage() {
  const client = useQueryClient();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }): Promise<KnownLanguage> => {
      const known = client.getQueryData<KnownLanguage>(KEY);
      const query = known === undefined ? {} : { known: known.version };
      const { version, language = known?.language } = await call(rulesLanguage, { query, signal });
      if (language === undefined) throw new Error('the server sent no language');
      return { version, language };
    },
    staleTime: 300_000,
  });
}

export type Kinds = CallInput<typeof rulesCheck>['body']['on'];

/** Faults, canonical text and form of a condition that is written as text. */
export function checkText(on: Kinds, when: string, signal?: AbortSignal): Promise<RuleCheck> {
  return call(rulesCheck, { body: { on, when }, ...(signal === undefined ? {} : { signal }) });
}

/** The same of a condition that was put together in the form. */
export function checkForm(on: Kinds, form: FormNode, signal?: AbortSignal): Promise<RuleCheck> {
  return call(rulesCheck, { body: { on, form }, ...(signal === undefined ? {} : { signal }) });
}

/** Faults of a table, and what is true of its rows: which never hit, overlap, or leave a gap. */
export function useTableCheck(table: DecisionTable | undefined) {
  return useQuery({
    queryKey: ['table-check', table],
    queryFn: ({ signal }) => call(tablesCheck, { body: table as DecisionTable, signal }),
    enabled: table !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
}
