import {
  type PolicyVersion,
  policyGuardsPut,
  policyReasonsPut,
  policyRollBack,
  policyRulesOrder,
  policyRulesPut,
  policyRulesRemove,
  policyTablesPut,
  policyTablesRemove,
  policyVersionsApprove,
  policyVersionsCreate,
  policyVersionsDiff,
  policyVersionsDiscard,
  policyVersionsGet,
  policyVersionsList,
  policyVersionsPublish,
  policyVersionsReject,
  policyVersionsRename,
  policyVersionsRestore,
  policyVersionsShadow,
  policyVersionsShadowDifferences,
  policyVersionsShadowReport,
  policyVersionsStopShadow,
} from '@fanzha/contract';
import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { useMay } from './session.ts';

const KEY = ['policy-versions'] as const;
const SHADOW_EVERY_MS = 5_000;
const DIFFERENCES_EVERY_MS = 15_000;

/** States with commas; all of them when empty. Newest first. */
export function useVersions(state: string) {
  const may = useMay();
  return useInfiniteQuery({
    queryKey: [...KEY, 'list', state],
    queryFn: ({ pageParam, signal }) =>
      call(policyVersionsList, {
        query: {
          limit: 50,
          ...(state === '' ? {} : { state }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    enabled: may('policy:read'),
  });
}

/** A version with its content. `every` ms it is asked again, for pages that wait for something. */
export function useVersion(number: number, every?: number) {
  return useQuery({
    queryKey: [...KEY, 'one', number],
    queryFn: ({ signal }) => call(policyVersionsGet, { params: { number }, signal }),
    ...(every === undefined ? {} : { refetchInterval: every }),
  });
}

/** What a version changes against another; against the live one unless told. */
export function useVersionDiff(number: number, from: number | undefined) {
  return useQuery({
    queryKey: [...KEY, 'diff', number, from ?? 'live'],
    queryFn: ({ signal }) =>
      call(policyVersionsDiff, { params: { number }, query: from === undefined ? {} : { from }, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Report of a version's shadow; asked again while it runs. */
export function useShadowReport(number: number, simulated: boolean | undefined, live: boolean) {
  return useQuery({
    queryKey: [...KEY, 'shadow', number, simulated],
    queryFn: ({ signal }) =>
      call(policyVersionsShadowReport, {
        params: { number },
        query: simulated === undefined ? {} : { simulated },
        signal,
      }),
    refetchInterval: live ? SHADOW_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** Decisions in which shadow and live differ, newest first. */
export function useShadowDifferences(number: number, simulated: boolean | undefined, live: boolean) {
  return useInfiniteQuery({
    queryKey: [...KEY, 'differences', number, simulated],
    queryFn: ({ pageParam, signal }) =>
      call(policyVersionsShadowDifferences, {
        params: { number },
        query: {
          limit: 50,
          ...(simulated === undefined ? {} : { simulated }),
          ...(pageParam === '' ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    refetchInterval: live ? DIFFERENCES_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
}

/** The new state of a version goes to its page at once; lists and differences are asked again. */
function remember(client: QueryClient, version: PolicyVersion): Promise<unknown> {
  client.setQueryData([...KEY, 'one', version.number], version);
  return Promise.all([
    client.invalidateQueries({
      queryKey: KEY,
      predicate: ({ queryKey }) => queryKey[1] !== 'one' || queryKey[2] !== version.number,
    }),
    client.invalidateQueries({ queryKey: ['policy'] }),
  ]);
}

function useChange<Input>(change: (input: Input) => Promise<PolicyVersion>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (version) => {
      void remember(client, version);
    },
    // Somebody else was first, or it has moved on: what is shown must be the present.
    onError: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export const useCreateVersion = () =>
  useChange((input: CallInput<typeof policyVersionsCreate>) => call(policyVersionsCreate, input));
export const useRenameVersion = () =>
  useChange((input: CallInput<typeof policyVersionsRename>) => call(policyVersionsRename, input));
export const usePutRule = () =>
  useChange((input: CallInput<typeof policyRulesPut>) => call(policyRulesPut, input));
export const useRemoveRule = () =>
  useChange((input: CallInput<typeof policyRulesRemove>) => call(policyRulesRemove, input));
export const useOrderRules = () =>
  useChange((input: CallInput<typeof policyRulesOrder>) => call(policyRulesOrder, input));
export const usePutTable = () =>
  useChange((input: CallInput<typeof policyTablesPut>) => call(policyTablesPut, input));
export const useRemoveTable = () =>
  useChange((input: CallInput<typeof policyTablesRemove>) => call(policyTablesRemove, input));
export const usePutGuards = () =>
  useChange((input: CallInput<typeof policyGuardsPut>) => call(policyGuardsPut, input));
export const usePutReason = () =>
  useChange((input: CallInput<typeof policyReasonsPut>) => call(policyReasonsPut, input));
export const useRollBack = () =>
  useChange((input: CallInput<typeof policyRollBack>) => call(policyRollBack, input));

/** Moves that need nothing but the version as it was seen. */
const MOVES = {
  shadow: policyVersionsShadow,
  'stop-shadow': policyVersionsStopShadow,
  publish: policyVersionsPublish,
  discard: policyVersionsDiscard,
  restore: policyVersionsRestore,
} as const;
export type PlainMove = keyof typeof MOVES;
export type VersionMove = PlainMove | 'approve' | 'reject';

interface MoveInput {
  readonly move: VersionMove;
  readonly number: number;
  readonly revision: number;
  /** Why it is sent back, or why it is approved before its time in shadow is over. */
  readonly reason?: string;
}

function makeMove({ move, number, revision, reason }: MoveInput): Promise<PolicyVersion> {
  const params = { number };
  if (move === 'approve') {
    const urgent = reason === undefined ? {} : { urgentReason: reason };
    return call(policyVersionsApprove, { params, body: { revision, ...urgent } });
  }
  if (move === 'reject') {
    return call(policyVersionsReject, { params, body: { revision, reason: reason ?? '' } });
  }
  return call(MOVES[move], { params, body: { revision } });
}

/** Moves a version along its life. */
export const useVersionMove = () => useChange(makeMove);
