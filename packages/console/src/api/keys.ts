import { keysAdd, keysList, keysRevoke } from '@fanzha/contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['keys'];

export function useKeys() {
  return useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) =>
      call(keysList, { query: pageParam === '' ? {} : { cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
}

/** Makes a key. Its secret comes once; it stays with the caller and is not cached. */
export function useAddKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallInput<typeof keysAdd>['body']) => call(keysAdd, { body }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useRevokeKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(keysRevoke, { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
