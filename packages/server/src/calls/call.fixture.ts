import type { CallAttempt } from '@fanzha/contract';

/** A call attempt of an ordinary mobile subscriber from another network; `from` and the rest as told. */
export function newCall(partial: Partial<CallAttempt> = {}): CallAttempt {
  return {
    kind: 'call.attempt',
    id: 'call-1',
    at: '2026-11-23T10:00:00+08:00',
    from: '+8613812345678',
    to: '+8613900001111',
    ingress: 'interconnect',
    ...partial,
  };
}
