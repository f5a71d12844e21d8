import { verify } from 'node:crypto';
import type { StirCertificate } from './certificate.model.ts';
import { type IdentityFault, IdentityRefused, UNCHECKED_FAULTS } from './identity-fault.model.ts';
import { type CertificateUrls, parseIdentityHeader } from './identity-header.model.ts';
import { type Attestation, type Passport, type PlainRequest, readPassport } from './passport.model.ts';
import { authorises } from './tn-auth-list.model.ts';

export const IDENTITY_STATES = ['none', 'unchecked', 'valid', 'invalid'] as const;

/** What came of the Identity headers of a call. */
export interface IdentityFinding {
  readonly state: (typeof IDENTITY_STATES)[number];
  readonly fault?: IdentityFault;
  readonly attestation?: Attestation;
  /** Service provider code of who signed for the caller. */
  readonly signer?: string;
  /** The diversion is signed as well. */
  readonly diverted: boolean;
}

/** A call that carries Identity headers; numbers are digits without `+`. */
export interface SignedCall {
  readonly headers: readonly string[];
  readonly caller: string;
  /** Every way to write the called number canonically. */
  readonly callees: readonly string[];
  /** ms since the epoch of the call. */
  readonly at: number;
  /** ms since the epoch of the request's Date, which the compact form signs. */
  readonly date: number;
}

/** What a country holds identities to. */
export interface IdentityRules {
  readonly freshnessSeconds: number;
  readonly certificateUrls: CertificateUrls;
}

/** The path from signer to trust anchor of a certificate's URL; throws IdentityRefused. */
export type PathFinder = (url: string) => readonly StirCertificate[];

/**
 * Verifies the Identity headers of a call as RFC 8224 §6.2 says, strictly: one token vouches for the caller, every
 * other of a known kind must be a diversion that leads from the number it was signed for to the number called, and all
 * must hold. Headers of unknown extensions are passed over. Never throws for what a header holds.
 */
export function checkIdentity(
  call: SignedCall,
  { freshnessSeconds, certificateUrls }: IdentityRules,
  pathOf: PathFinder,
): IdentityFinding {
  try {
    const passports = readPassports(call, certificateUrls);
    const { caller, diversions } = sortPassports(passports, call);
    checkTimes(passports, call.at, freshnessSeconds);
    checkNumbers(caller, diversions, call);
    const signer = checkSigned(caller, caller.orig, call.at, pathOf);
    for (const diversion of diversions) checkSigned(diversion, diversion.diverting ?? '', call.at, pathOf);
    return {
      state: 'valid',
      diverted: diversions.length > 0,
      ...(caller.attestation === undefined ? {} : { attestation: caller.attestation }),
      ...(signer === undefined ? {} : { signer }),
    };
  } catch (error) {
    if (!(error instanceof IdentityRefused)) throw error;
    return unproved(error.fault);
  }
}

/** The finding of a call whose identity proves nothing. */
export function unproved(fault: IdentityFault): IdentityFinding {
  return { state: UNCHECKED_FAULTS.includes(fault) ? 'unchecked' : 'invalid', fault, diverted: false };
}

function readPassports(call: SignedCall, urls: CertificateUrls): Passport[] {
  const request: PlainRequest = {
    orig: call.caller,
    dest: call.callees[0] ?? '',
    date: Math.floor(call.date / 1000),
  };
  return call.headers.flatMap((value) => readPassport(parseIdentityHeader(value, urls), request) ?? []);
}

function sortPassports(passports: readonly Passport[], { headers }: SignedCall) {
  const [caller, second] = passports.filter(({ extension }) => extension !== 'div');
  if (passports.length === 0 && headers.length > 0) throw new IdentityRefused('extension-unsupported');
  if (caller === undefined) throw new IdentityRefused('identity-missing');
  if (second !== undefined) throw new IdentityRefused('identity-repeated');
  return { caller, diversions: passports.filter(({ extension }) => extension === 'div') };
}

function checkTimes(passports: readonly Passport[], at: number, freshnessSeconds: number): void {
  for (const { issuedAt } of passports) {
    const age = at / 1000 - issuedAt;
    if (age > freshnessSeconds) throw new IdentityRefused('stale');
    if (-age > freshnessSeconds) throw new IdentityRefused('from-future');
  }
}

/** RFC 8946 §5: each diversion starts at a number that the one before was signed for; the last one ends at the callee. */
function checkNumbers(caller: Passport, diversions: readonly Passport[], call: SignedCall): void {
  if (caller.orig !== call.caller) throw new IdentityRefused('caller-mismatch');
  const left = new Set(diversions);
  let { dest } = caller;
  while (left.size > 0) {
    const next = [...left].find(({ diverting = '' }) => dest.includes(diverting));
    if (next === undefined || next.orig !== caller.orig) throw new IdentityRefused('diversion-broken');
    left.delete(next);
    dest = next.dest;
  }
  if (!call.callees.some((callee) => dest.includes(callee))) throw new IdentityRefused('callee-mismatch');
}

/** Checks certificate and signature of one token that speaks for `number`; answers the signer's provider code. */
function checkSigned(passport: Passport, number: string, at: number, pathOf: PathFinder): string | undefined {
  const path = pathOf(passport.url);
  for (const { notBefore, notAfter, authority } of path) {
    if (at < notBefore) throw new IdentityRefused('certificate-not-yet-valid');
    if (at > notAfter) throw new IdentityRefused('certificate-expired');
    const allowed = authority === undefined || authorises(authority, number);
    if (!allowed) throw new IdentityRefused('number-not-authorised');
  }
  const [signer] = path;
  const { signed, signature } = passport;
  const holds =
    signer !== undefined &&
    verify('sha256', Buffer.from(signed), { key: signer.key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!holds) throw new IdentityRefused('signature-wrong');
  return signer.authority?.providers[0];
}
