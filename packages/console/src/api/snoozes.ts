import {
  type QueryOf,
  snoozesApprove,
  snoozesAsk,
  snoozesEnd,
  snoozesList,
  snoozesRefuse,
} from '@fanzha/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { usePaged } from './paged.ts';
import { useMay } from './session.ts';

const KEY = ['snoozes'];

export type SnoozeFilters = Omit<QueryOf<typeof snoozesList>, 'cursor' | 'limit'>;

export function useSnoozes(filters: SnoozeFilters) {
  const may = useMay();
  return usePaged(
    [...KEY, filters],
    (place, signal) => call(snoozesList, { query: { ...place, ...filters }, signal }),
    { enabled: may('policy:read'), refetchInterval: 30_000 },
  );
}

function useSnoozeAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useAskSnooze() {
  return useSnoozeAct((body: CallInput<typeof snoozesAsk>['body']) => call(snoozesAsk, { body }));
}

export function useApproveSnooze() {
  return useSnoozeAct((id: string) => call(snoozesApprove, { params: { id } }));
}

interface Closing {
  readonly id: string;
  readonly reason: string;
}

export function useRefuseSnooze() {
  return useSnoozeAct(({ id, reason }: Closing) => call(snoozesRefuse, { params: { id }, body: { reason } }));
}

export function useEndSnooze() {
  return useSnoozeAct(({ id, reason }: Closing) => call(snoozesEnd, { params: { id }, body: { reason } }));
}
