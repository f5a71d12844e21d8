import { auditList, auditTree, type QueryOf } from '@fanzha/contract';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

export type AuditFilters = Omit<QueryOf<typeof auditList>, 'cursor' | 'limit'>;

export function useAudit(filters: AuditFilters) {
  return useInfiniteQuery({
    queryKey: ['audit', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      call(auditList, { query: { ...filters, ...(pageParam === '' ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useAuditTree() {
  return useQuery({ queryKey: ['audit', 'tree'], queryFn: ({ signal }) => call(auditTree, { signal }) });
}
