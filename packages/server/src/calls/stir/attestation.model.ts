import type { CallToSign, SignedIdentity } from '@fanzha/contract';
import type { LineFinding } from '../line.model.ts';

/** A trunk whose customer is known, and the beginnings of numbers that the customer may show (digits without `+`). */
export interface CustomerTrunk {
  readonly trunk: string;
  readonly numbers: readonly string[];
}

/** What a signer vouches for. */
export type Vouched = Required<Pick<SignedIdentity, 'attestation' | 'basis'>>;

/** What is known of who makes a call. */
export interface CallerStanding {
  /** Digits without `+`. */
  readonly number: string;
  /** The numbering plan knows it and has given it to somebody. */
  readonly inPlan: boolean;
}

/** Whose call it is, as far as this network knows. */
export interface KnownCustomer {
  /** The customer of the trunk that the installation's settings name. */
  readonly trunk: CustomerTrunk | undefined;
  /** The line of the register. */
  readonly line: LineFinding | undefined;
}

/**
 * The level of attestation (RFC 8588 §4, ATIS-1000074 §5.2.3): full for a customer of this network who may show this
 * number; partial for a customer whose right to it nobody has checked; gateway for whatever only enters here. A number
 * that the plan does not know is never vouched for.
 */
export function attestationOf(
  call: Pick<CallToSign, 'ingress' | 'line'>,
  caller: CallerStanding,
  customer: KnownCustomer,
): Vouched {
  const mayShow = call.ingress === 'access' && caller.inPlan ? mayShowOf(call, caller, customer) : undefined;
  if (mayShow === undefined) return { attestation: 'C', basis: 'gateway' };
  return mayShow
    ? { attestation: 'A', basis: 'number-of-customer' }
    : { attestation: 'B', basis: 'customer' };
}

/** Whether the customer may show the number; undefined where nobody knows whose call it is. */
function mayShowOf(
  { line: named }: Pick<CallToSign, 'line'>,
  { number }: CallerStanding,
  { trunk, line }: KnownCustomer,
): boolean | undefined {
  // A line that was found by its number alone proves nothing: anybody may show a number.
  const isItsLine = line?.routing === 'right' || (line?.routing === 'open' && line.id === named);
  const onLine = line?.standing === 'active' && isItsLine ? line.authorised : undefined;
  const onTrunk = trunk?.numbers.some((start) => number.startsWith(start));
  return onLine === undefined || onTrunk === undefined ? (onLine ?? onTrunk) : onLine || onTrunk;
}
