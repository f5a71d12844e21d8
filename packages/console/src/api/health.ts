import { healthGet } from '@fanzha/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => call(healthGet, { signal }),
    refetchInterval: 5_000,
  });
}
