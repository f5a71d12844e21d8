import {
  listChangesDecide,
  listChangesList,
  listChangesUndo,
  listChangesWithdraw,
  listsChange,
  listsCreate,
  listsEntries,
  listsList,
  listsPreview,
  type QueryOf,
} from '@fanzha/contract';
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { usePaged } from './paged.ts';
import { useMay } from './session.ts';

const KEY = ['lists'];

export type EntryState = NonNullable<QueryOf<typeof listsEntries>['state']>;
export type ChangeState = NonNullable<QueryOf<typeof listChangesList>['state']>;
export type ListChangeInput = CallInput<typeof listsChange>['body'];

export function useLists() {
  const may = useMay();
  return useQuery({
    queryKey: [...KEY, 'all'],
    queryFn: ({ signal }) => call(listsList, { signal }),
    enabled: may('list:read'),
    refetchInterval: 30_000,
  });
}

export function useListEntries(id: string, filters: { readonly search: string; readonly state: EntryState }) {
  const { search, state } = filters;
  return usePaged([...KEY, 'entries', id, filters], (place, signal) =>
    call(listsEntries, {
      params: { id },
      query: { ...place, limit: 100, state, ...(search === '' ? {} : { search }) },
      signal,
    }),
  );
}

/** The entries of several lists that begin with a value: which of them hold it. */
export function useHolders(ids: readonly string[], value: string) {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: [...KEY, 'holds', id, value],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(listsEntries, { params: { id }, query: { search: value, limit: 5 }, signal }),
      enabled: value !== '',
    })),
    combine: (results) =>
      results.flatMap(({ data }, index) =>
        (data?.items ?? []).slice(0, 1).map((entry) => ({ list: ids[index] ?? '', entry })),
      ),
  });
}

export function useListChanges(filters: { readonly list?: string; readonly state?: ChangeState }) {
  const may = useMay();
  return usePaged(
    [...KEY, 'changes', filters],
    (place, signal) => call(listChangesList, { query: { ...place, ...filters }, signal }),
    { enabled: may('list:read'), refetchInterval: 30_000 },
  );
}

function useListAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useCreateList() {
  return useListAct((body: CallInput<typeof listsCreate>['body']) => call(listsCreate, { body }));
}

/** What a change would do; nothing is changed. */
export function usePreviewChange(id: string) {
  return useMutation({
    mutationFn: (body: ListChangeInput) => call(listsPreview, { params: { id }, body }),
    gcTime: 0,
  });
}

export function useChangeList() {
  return useListAct(({ id, body }: { readonly id: string; readonly body: ListChangeInput }) =>
    call(listsChange, { params: { id }, body }),
  );
}

export function useDecideChange() {
  return useListAct(
    ({ id, ...body }: { readonly id: string } & CallInput<typeof listChangesDecide>['body']) =>
      call(listChangesDecide, { params: { id }, body }),
  );
}

export function useWithdrawChange() {
  return useListAct((id: string) => call(listChangesWithdraw, { params: { id } }));
}

export function useUndoChange() {
  return useListAct(({ id, reason }: { readonly id: string; readonly reason: string }) =>
    call(listChangesUndo, { params: { id }, body: { reason } }),
  );
}
