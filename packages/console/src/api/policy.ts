import { policyGet } from '@fanzha/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import { useMay } from './session.ts';

/** The live policy; it changes when the program starts with another pack. */
export function usePolicy() {
  const may = useMay();
  return useQuery({
    queryKey: ['policy'],
    queryFn: ({ signal }) => call(policyGet, { signal }),
    staleTime: 600_000,
    enabled: may('policy:read'),
  });
}
