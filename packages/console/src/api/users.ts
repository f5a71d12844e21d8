import { usersAdd, usersChange, usersList } from '@fanzha/contract';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['users'];

export function useUsers(search: string) {
  return useInfiniteQuery({
    queryKey: [...KEY, search],
    queryFn: ({ pageParam, signal }) =>
      call(usersList, {
        query: { ...(search === '' ? {} : { search }), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useAddUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallInput<typeof usersAdd>['body']) => call(usersAdd, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useChangeUser() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string } & CallInput<typeof usersChange>['body']) =>
      call(usersChange, { params: { id }, body }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
