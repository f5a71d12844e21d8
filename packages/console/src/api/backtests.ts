import {
  backtestsCancel,
  backtestsGet,
  backtestsList,
  backtestsStart,
  type RuleTrial,
  ruleTrialsMake,
  type TrialRule,
} from '@fanzha/contract';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { useMay } from './session.ts';

const KEY = ['backtests'];
const RUNNING_EVERY_MS = 700;

/** Backtests, newest first; asked again while one of them runs. */
export function useBacktests(version: number | undefined) {
  const may = useMay();
  return useInfiniteQuery({
    queryKey: [...KEY, 'list', version],
    queryFn: ({ pageParam, signal }) =>
      call(backtestsList, {
        query: {
          limit: 50,
          ...(version === undefined ? {} : { version }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some((each) => each.state === 'running') ? RUNNING_EVERY_MS : false,
    placeholderData: keepPreviousData,
    enabled: may('decision:read'),
  });
}

/** Progress and report; when it ends, versions are asked again, because it has moved one. */
export function useBacktest(id: string) {
  const client = useQueryClient();
  return useQuery({
    queryKey: [...KEY, 'one', id],
    queryFn: async ({ signal }) => {
      const backtest = await call(backtestsGet, { params: { id }, signal });
      if (backtest.state !== 'running') void client.invalidateQueries({ queryKey: ['policy-versions'] });
      return backtest;
    },
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? RUNNING_EVERY_MS : false),
  });
}

export function useStartBacktest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallInput<typeof backtestsStart>['body']) => call(backtestsStart, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useCancelBacktest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(backtestsCancel, { params: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** What a rule would hit on recent traffic. Throws rule-trial-replaced when the same person asked again. */
export function tryRule(rule: TrialRule, signal: AbortSignal): Promise<RuleTrial> {
  return call(ruleTrialsMake, { body: { rule }, signal });
}
