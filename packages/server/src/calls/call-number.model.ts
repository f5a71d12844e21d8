import type { CallAttempt } from '@fanzha/contract';
import { type Numbering, type PhoneNumber, usualInstant } from '@fanzha/vocabulary';

/** Every number of one call, read by the plan. */
export interface CallNumbers {
  readonly caller: PhoneNumber;
  readonly callee: PhoneNumber;
  /** What the network says the caller is; absent when it says nothing. */
  readonly network: PhoneNumber | undefined;
  readonly diverting: PhoneNumber | undefined;
  /** When the call was attempted, ms since the epoch. */
  readonly at: number;
}

/** Reads the numbers of a call by the plan of its day, once for all signals, which are asked one after the other about one call. */
export function createNumberReader(numbering: Numbering): (call: CallAttempt) => CallNumbers {
  let last: CallAttempt | undefined;
  let numbers: CallNumbers | undefined;
  return (call) => {
    if (last === call && numbers !== undefined) return numbers;
    const { from, to, networkFrom, diversion } = call;
    const usual = usualInstant(call.at);
    const at = Number.isNaN(usual) ? Date.parse(call.at) : usual;
    numbers = {
      caller: numbering.parse(from, at),
      callee: numbering.parse(to, at),
      network: networkFrom === undefined ? undefined : numbering.parse(networkFrom, at),
      diverting: diversion === undefined ? undefined : numbering.parse(diversion, at),
      at,
    };
    last = call;
    return numbers;
  };
}

/**
 * The number that a dialled number reaches: `010-110` reaches 110. For a called number an area code in front of a
 * short code is ordinary dialling, not a disguise.
 */
export function reached(number: PhoneNumber): string | undefined {
  return number.disguise?.target ?? number.canonical;
}

/** Remembers what was said of the last call: several signals ask the same, and signatures take long to verify. */
export function onceForCall<T>(
  work: (call: CallAttempt, numbers: CallNumbers) => T,
): (call: CallAttempt, numbers: CallNumbers) => T {
  let last: { readonly call: CallAttempt; readonly said: T } | undefined;
  return (call, numbers) => {
    if (last?.call !== call) last = { call, said: work(call, numbers) };
    return last.said;
  };
}
