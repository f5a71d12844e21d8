import { type QueryOf, ruleAlarmsAcknowledge, ruleAlarmsList, ruleHealthGet } from '@fanzha/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import { usePaged } from './paged.ts';

const KEY = ['rule-health'];

export type AlarmFilters = Omit<QueryOf<typeof ruleAlarmsList>, 'cursor' | 'limit'>;

export function useRuleHealth() {
  return useQuery({
    queryKey: [...KEY, 'rules'],
    queryFn: ({ signal }) => call(ruleHealthGet, { signal }),
    refetchInterval: 30_000,
  });
}

export function useRuleAlarms(filters: AlarmFilters) {
  return usePaged([...KEY, 'alarms', filters], (place, signal) =>
    call(ruleAlarmsList, { query: { ...place, ...filters }, signal }),
  );
}

export function useAcknowledgeAlarm() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, note }: { readonly id: string; readonly note: string }) =>
      call(ruleAlarmsAcknowledge, { params: { id }, body: { note } }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
