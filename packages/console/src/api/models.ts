import {
  modelsAcknowledgeDrift,
  modelsDropChallenger,
  modelsGet,
  modelsList,
  modelsPromote,
  modelsStartChallenger,
} from '@fanzha/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['models'];

export function useModels() {
  return useQuery({
    queryKey: [...KEY, 'all'],
    queryFn: ({ signal }) => call(modelsList, { signal }),
    refetchInterval: 30_000,
  });
}

/** Everything about one model, with its scores of the last hours. */
export function useModel(id: string, hours: number) {
  return useQuery({
    queryKey: [...KEY, 'one', id, hours],
    queryFn: ({ signal }) => call(modelsGet, { params: { id }, query: { hours }, signal }),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

function useModelAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useStartChallenger(id: string) {
  return useModelAct((version: string) => call(modelsStartChallenger, { params: { id }, body: { version } }));
}

export function useDropChallenger(id: string) {
  return useModelAct(() => call(modelsDropChallenger, { params: { id } }));
}

export function usePromote(id: string) {
  return useModelAct((body: CallInput<typeof modelsPromote>['body']) =>
    call(modelsPromote, { params: { id }, body }),
  );
}

export function useAcknowledgeDrift(id: string) {
  return useModelAct((body: CallInput<typeof modelsAcknowledgeDrift>['body']) =>
    call(modelsAcknowledgeDrift, { params: { id }, body }),
  );
}
