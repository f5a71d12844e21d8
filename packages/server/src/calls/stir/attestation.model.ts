import type { CallToSign, SignedIdentity } from '@fanzha/contract';

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

/**
 * The level of attestation (RFC 8588 §4, ATIS-1000074 §5.2.3): full for a customer of this network who may show this
 * number; partial for a customer whose right to it nobody has checked; gateway for whatever only enters here. A number
 * that the plan does not know is never vouched for.
 */
export function attestationOf(
  { ingress, trunk }: Pick<CallToSign, 'ingress' | 'trunk'>,
  caller: CallerStanding,
  trunks: ReadonlyMap<string, CustomerTrunk>,
): Vouched {
  const customer = trunk === undefined ? undefined : trunks.get(trunk);
  if (ingress !== 'access' || customer === undefined) return { attestation: 'C', basis: 'gateway' };
  const mayShow = customer.numbers.some((start) => caller.number.startsWith(start));
  if (mayShow && caller.inPlan) return { attestation: 'A', basis: 'number-of-customer' };
  return caller.inPlan ? { attestation: 'B', basis: 'customer' } : { attestation: 'C', basis: 'gateway' };
}
