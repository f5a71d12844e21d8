import { simulationGet, simulationRemove, simulationStart } from '@fanzha/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['simulation'];

/** State of the simulated traffic; asked every second while it runs. */
export function useSimulation() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call(simulationGet, { signal }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 1_000 : 30_000),
  });
}

export function useStartSimulation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CallInput<typeof simulationStart>['body']) => call(simulationStart, { body }),
    onSuccess: (simulation) => client.setQueryData(KEY, simulation),
  });
}

export function useRemoveSimulation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(simulationRemove, {}),
    onSuccess: (simulation) => {
      client.setQueryData(KEY, simulation);
      return client.invalidateQueries({ queryKey: ['decisions'] });
    },
  });
}
