import { numbersActs, numbersBehaviour, numbersContacts, numbersView } from '@fanzha/contract';
import { useQuery } from '@tanstack/react-query';
import { type CallInput, call } from './client.ts';

const KEY = ['numbers'];
/** Numbers are asked for by their page alone: what was seen goes with it. */
const ONCE = { gcTime: 0, retry: false, refetchOnWindowFocus: false } as const;

export type ContactsAsked = CallInput<typeof numbersContacts>['body'];

/** What a number is in the plan, and whose registered line. */
export function useNumber(number: string, enabled = true) {
  return useQuery({
    queryKey: [...KEY, 'view', number],
    queryFn: ({ signal }) => call(numbersView, { body: { number }, signal }),
    enabled,
    ...ONCE,
  });
}

/** Its conduct as a caller beside others of its kind. */
export function useNumberBehaviour(number: string, enabled: boolean) {
  return useQuery({
    queryKey: [...KEY, 'behaviour', number],
    queryFn: ({ signal }) => call(numbersBehaviour, { body: { number }, signal }),
    enabled,
    ...ONCE,
  });
}

/** With whom it has calls. Who called it is a recorded look: nothing asks for that again by itself. */
export function useNumberContacts(asked: ContactsAsked) {
  return useQuery({
    queryKey: [...KEY, 'contacts', asked],
    queryFn: ({ signal }) => call(numbersContacts, { body: asked, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    ...ONCE,
  });
}

/** What was done about it. */
export function useNumberActs(number: string) {
  return useQuery({
    queryKey: [...KEY, 'acts', number],
    queryFn: ({ signal }) => call(numbersActs, { body: { number }, signal }),
    ...ONCE,
  });
}
