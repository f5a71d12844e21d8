import {
  callsLive,
  callsPatterns,
  callsRuleEffects,
  displacementsAcknowledge,
  displacementsCheck,
  displacementsClose,
  displacementsList,
  displacementsReopen,
  type QueryOf,
} from '@fanzha/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from './client.ts';
import { usePaged } from './paged.ts';

const KEY = ['calls'];
const LIVE_MS = 3_000;

export type LiveCallQuery = QueryOf<typeof callsLive>;

/** Calls as they come, asked again every three seconds unless it is paused. */
export function useLiveCalls(query: LiveCallQuery, paused: boolean) {
  return useQuery({
    queryKey: [...KEY, 'live', query],
    queryFn: ({ signal }) => call(callsLive, { query, signal }),
    refetchInterval: paused ? false : LIVE_MS,
    placeholderData: keepPreviousData,
  });
}

/** Patterns of calls with their counts over a period. */
export function useCallPatterns(query: QueryOf<typeof callsPatterns>) {
  return useQuery({
    queryKey: [...KEY, 'patterns', query],
    queryFn: ({ signal }) => call(callsPatterns, { query, signal }),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function useDisplacements(filters: Omit<QueryOf<typeof displacementsList>, 'cursor' | 'limit'>) {
  return usePaged([...KEY, 'displacements', filters], (place, signal) =>
    call(displacementsList, { query: { ...place, ...filters, limit: 20 }, signal }),
  );
}

export function useRuleEffects(rule: string | undefined) {
  return usePaged([...KEY, 'effects', rule], (place, signal) =>
    call(callsRuleEffects, { query: { ...place, ...(rule === undefined ? {} : { rule }) }, signal }),
  );
}

/** What can be done with an alarm about displaced traffic. */
export type DisplacementAct =
  | { readonly act: 'check' }
  | { readonly act: 'acknowledge' | 'reopen'; readonly id: string }
  | {
      readonly act: 'close';
      readonly id: string;
      readonly outcome: 'displacement' | 'coincidence';
      readonly note: string;
    };

export function useDisplacementAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (asked: DisplacementAct): Promise<void> => {
      if (asked.act === 'check') {
        await call(displacementsCheck, { body: {} });
        return;
      }
      const params = { id: asked.id };
      if (asked.act === 'close') {
        const { outcome, note } = asked;
        await call(displacementsClose, { params, body: { outcome, note } });
      } else if (asked.act === 'acknowledge') await call(displacementsAcknowledge, { params, body: {} });
      else await call(displacementsReopen, { params, body: {} });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [...KEY, 'displacements'] }),
  });
}
