import { engineWindows } from '@fanzha/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

/** Counters of the engine, asked again every five seconds while somebody looks. */
export function useEngineWindows() {
  return useQuery({
    queryKey: ['engine', 'windows'],
    queryFn: ({ signal }) => call(engineWindows, { signal }),
    refetchInterval: 5_000,
  });
}
