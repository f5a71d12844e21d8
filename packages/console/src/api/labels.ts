import { labelsHistory, labelsList, labelsRemove, labelsSet, type QueryOf } from '@fanzha/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { usePaged } from './paged.ts';

const KEY = ['labels'];

export type LabelFilters = Omit<QueryOf<typeof labelsList>, 'cursor' | 'limit'>;

export function useLabels(filters: LabelFilters) {
  return usePaged([...KEY, 'list', filters], (place, signal) =>
    call(labelsList, { query: { ...place, ...filters }, signal }),
  );
}

/** The confirmed outcome of a decision and how it came to be. */
export function useLabelHistory(id: string) {
  return useQuery({
    queryKey: [...KEY, 'one', id],
    queryFn: ({ signal }) => call(labelsHistory, { params: { id }, signal }),
  });
}

function useLabelAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useSetLabel(id: string) {
  return useLabelAct((body: CallInput<typeof labelsSet>['body']) =>
    call(labelsSet, { params: { id }, body }),
  );
}

export function useRemoveLabel(id: string) {
  return useLabelAct(() => call(labelsRemove, { params: { id } }));
}
