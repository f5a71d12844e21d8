import {
  type Permission,
  passwordChange,
  type Session,
  sessionClose,
  sessionGet,
  sessionOpen,
  setupRun,
  setupState,
} from '@fanzha/contract';
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type CallInput, call, rememberCsrfToken } from './client.ts';
import { ProblemError } from './problem.ts';

/** Key of the query that holds who is signed in; `null` when nobody is. */
export const SESSION_KEY = ['session'] as const;

async function loadSession(): Promise<Session | null> {
  try {
    const session = await call(sessionGet, {});
    rememberCsrfToken(session.csrfToken);
    return session;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: loadSession, staleTime: 300_000 });
}

/** Whether the person who is signed in may do something. */
export function useMay(): (permission: Permission) => boolean {
  const { data } = useSession();
  return (permission) => data?.permissions.includes(permission) ?? false;
}

/** What one person saw must not be there for the next; whoever watches the session stays subscribed to it. */
function forgetAllBut(client: QueryClient, session: Session | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  client.setQueryData(SESSION_KEY, session);
}

function useBegin<Input>(begin: (input: Input) => Promise<Session>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: begin,
    onSuccess: (session) => {
      rememberCsrfToken(session.csrfToken);
      forgetAllBut(client, session);
    },
  });
}

export function useSignIn() {
  return useBegin((body: CallInput<typeof sessionOpen>['body']) => call(sessionOpen, { body }));
}

export function useSetup() {
  return useBegin((body: CallInput<typeof setupRun>['body']) => call(setupRun, { body }));
}

export function useSetupState() {
  return useQuery({ queryKey: ['setup'], queryFn: () => call(setupState, {}) });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call(sessionClose, {}),
    onSettled: () => {
      forgetAllBut(client, null);
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: CallInput<typeof passwordChange>['body']) => call(passwordChange, { body }),
  });
}
