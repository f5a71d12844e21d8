import {
  type CdrImport,
  cdrImportsCancel,
  cdrImportsCreate,
  cdrImportsList,
  cdrImportsResume,
  cdrRefusedList,
  cdrRefusedRetry,
  cdrSourcesList,
  cdrSourcesSet,
  type QueryOf,
} from '@fanzha/contract';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call, sendFile } from './client.ts';
import { usePaged } from './paged.ts';

const KEY = ['cdr'];
const RUNNING_EVERY_MS = 1000;
/** A watched folder is looked at every two seconds. */
const QUIET_EVERY_MS = 5000;

export type CdrFilters = Omit<QueryOf<typeof cdrImportsList>, 'cursor' | 'limit'>;

const isMoving = ({ state }: CdrImport): boolean => state === 'running' || state === 'waiting';

/** Imports of call records, newest first; asked again as they go on. */
export function useCdrImports(filters: CdrFilters) {
  return useInfiniteQuery({
    queryKey: [...KEY, 'imports', filters],
    queryFn: ({ pageParam, signal }) =>
      call(cdrImportsList, {
        query: { ...filters, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isMoving)) ? RUNNING_EVERY_MS : QUIET_EVERY_MS,
  });
}

/** Records of an import that were refused, numbers masked. */
export function useCdrRefused(id: string) {
  return usePaged([...KEY, 'refused', id], (place, signal) =>
    call(cdrRefusedList, { params: { id }, query: { ...place, limit: 50 }, signal }),
  );
}

export function useCdrSources() {
  return useQuery({
    queryKey: [...KEY, 'sources'],
    queryFn: ({ signal }) => call(cdrSourcesList, { query: { limit: 200 }, signal }),
  });
}

function useCdrAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: act, onSettled: () => client.invalidateQueries({ queryKey: KEY }) });
}

export function useSetCdrSource() {
  return useCdrAct(({ name, setting }: { name: string; setting: CallInput<typeof cdrSourcesSet>['body'] }) =>
    call(cdrSourcesSet, { params: { name }, body: setting }),
  );
}

export function useUploadCdr() {
  return useCdrAct(({ source, file }: { source: string; file: File }) =>
    sendFile(cdrImportsCreate, { query: { source, name: file.name.slice(-200) } }, file),
  );
}

export function useCancelCdr() {
  return useCdrAct((id: string) => call(cdrImportsCancel, { params: { id } }));
}

export function useResumeCdr() {
  return useCdrAct((id: string) => call(cdrImportsResume, { params: { id } }));
}

export function useRetryCdr() {
  return useCdrAct((id: string) => call(cdrRefusedRetry, { params: { id } }));
}
