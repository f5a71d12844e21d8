import { subjectsFeatures } from '@fanzha/contract';
import { useQuery } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';
import { ProblemError } from './problem.ts';

export type SubjectAsked = CallInput<typeof subjectsFeatures>['body'];

/** Code of the answer to somebody who looks at a person without a purpose. */
export const PURPOSE_REQUIRED = 'purpose-required';

export function needsPurpose(error: unknown): boolean {
  return error instanceof ProblemError && error.code === PURPOSE_REQUIRED;
}

/**
 * Counters of a subject. A look at a person is recorded each time, so nothing asks again by itself; what was seen goes
 * when the page does.
 */
export function useSubjectFeatures(asked: SubjectAsked) {
  return useQuery({
    queryKey: ['subjects', asked],
    queryFn: ({ signal }) => call(subjectsFeatures, { body: asked, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}
