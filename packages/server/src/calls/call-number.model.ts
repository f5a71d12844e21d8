import type { CallAttempt } from '@fanzha/contract';
import type { Numbering, PhoneNumber } from '@fanzha/vocabulary';

/** Every number of one call, read by the plan. */
export interface CallNumbers {
  readonly caller: PhoneNumber;
  readonly callee: PhoneNumber;
  /** What the network says the caller is; absent when it says nothing. */
  readonly network?: PhoneNumber;
  readonly diverting?: PhoneNumber;
}

/** Reads the numbers of a call once for all signals, which are asked one after the other about one call. */
export function createNumberReader(numbering: Numbering): (call: CallAttempt) => CallNumbers {
  let last: { readonly call: CallAttempt; readonly numbers: CallNumbers } | undefined;
  return (call) => {
    if (last?.call === call) return last.numbers;
    const numbers: CallNumbers = {
      caller: numbering.parse(call.from),
      callee: numbering.parse(call.to),
      ...(call.networkFrom === undefined ? {} : { network: numbering.parse(call.networkFrom) }),
      ...(call.diversion === undefined ? {} : { diverting: numbering.parse(call.diversion) }),
    };
    last = { call, numbers };
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
