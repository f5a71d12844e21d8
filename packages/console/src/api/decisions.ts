import {
  decisionsGet,
  decisionsList,
  decisionsOpen,
  decisionsStats,
  decisionsTry,
  type QueryOf,
} from '@fanzha/contract';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

export type DecisionFilters = Omit<QueryOf<typeof decisionsList>, 'cursor' | 'limit'>;
export type StatsPeriod = NonNullable<QueryOf<typeof decisionsStats>['period']>;
export type StatsQuery = QueryOf<typeof decisionsStats>;

/** Decisions that pass the filters, newest first, page after page. */
export function useDecisions(filters: DecisionFilters) {
  return useInfiniteQuery({
    queryKey: ['decisions', 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      call(decisionsList, {
        query: { ...filters, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function useDecision(id: string) {
  return useQuery({
    queryKey: ['decisions', 'one', id],
    queryFn: ({ signal }) => call(decisionsGet, { params: { id }, signal }),
    staleTime: 300_000,
  });
}

/** Figures of a period, asked again every ten seconds while somebody looks. */
export function useDecisionStats(query: StatsQuery) {
  return useQuery({
    queryKey: ['decisions', 'stats', query],
    queryFn: ({ signal }) => call(decisionsStats, { query, signal }),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
}

/** Opens the personal fields of a decision. The answer stays in the page that asked; it is never cached. */
export function useOpenDecision(id: string) {
  return useMutation({
    mutationFn: (body: CallInput<typeof decisionsOpen>['body']) =>
      call(decisionsOpen, { params: { id }, body }),
    gcTime: 0,
  });
}

export function useTry() {
  return useMutation({
    mutationFn: (body: CallInput<typeof decisionsTry>['body']) => call(decisionsTry, { body }),
    gcTime: 0,
  });
}
