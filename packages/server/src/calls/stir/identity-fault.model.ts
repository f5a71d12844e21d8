/**
 * What is wrong with the identity of a call, as stable codes. `no-trust-anchors`, `certificate-missing`,
 * `header-too-long` and `url-refused` mean that nobody could look; every other one that the identity is false.
 */
export const IDENTITY_FAULTS = [
  'no-trust-anchors',
  'certificate-missing',
  'header-too-long',
  'header-malformed',
  'algorithm-refused',
  'passport-malformed',
  'passport-header-refused',
  'claims-malformed',
  'extension-mismatch',
  'extension-unsupported',
  'identity-repeated',
  'identity-missing',
  'url-refused',
  'url-mismatch',
  'stale',
  'from-future',
  'caller-mismatch',
  'callee-mismatch',
  'diversion-broken',
  'certificate-malformed',
  'certificate-not-yet-valid',
  'certificate-expired',
  'certificate-untrusted',
  'certificate-usage',
  'authority-missing',
  'authority-malformed',
  'number-not-authorised',
  'signature-wrong',
] as const;
export type IdentityFault = (typeof IDENTITY_FAULTS)[number];

/** Faults that leave open whether the identity is true. */
export const UNCHECKED_FAULTS: readonly IdentityFault[] = [
  'no-trust-anchors',
  'certificate-missing',
  'header-too-long',
  'url-refused',
];

/** Stops a verification; caught where it began. */
export class IdentityRefused extends Error {
  readonly fault: IdentityFault;

  constructor(fault: IdentityFault) {
    super(fault);
    this.name = 'IdentityRefused';
    this.fault = fault;
  }
}
