import type { CallAttempt } from '@fanzha/contract';
import type { CallNumbers } from '../call-number.model.ts';
import { certificatePath, readCertificates, type StirCertificate } from './certificate.model.ts';
import { checkIdentity, type IdentityFinding, type SignedCall, unproved } from './identity-check.model.ts';
import { IdentityRefused } from './identity-fault.model.ts';
import type { StirFile } from './stir-setting.model.ts';

const NONE: IdentityFinding = { state: 'none', diverted: false };

/** Certificate chains kept as read; there are some hundred signers in a country. */
const MAX_CHAINS = 512;

/** Says what the Identity headers of a call prove. */
export type IdentityReader = (call: CallAttempt, numbers: CallNumbers) => IdentityFinding;

/**
 * Reads identities against the trust anchors of a pack. Nothing is ever fetched: a certificate comes with the call or
 * from the pack, so that no header can make this program open a connection. Throws when an anchor of the pack is no
 * certificate.
 */
export function createIdentityReader(setting: StirFile): IdentityReader {
  const anchors = setting.trustAnchors.flatMap(readAnchor);
  const known = new Map(setting.certificates.map(({ url, pem }) => [url, pem]));
  const paths = createPathCache(anchors);
  return (call, numbers) => {
    const headers = typeof call.identity === 'string' ? [call.identity] : (call.identity ?? []);
    if (headers.length === 0) return NONE;
    if (anchors.length === 0) return unproved('no-trust-anchors');
    return checkIdentity(signedCall(call, headers, numbers), setting, (url) => {
      const pem = call.certificates?.find((given) => given.url === url)?.pem ?? known.get(url);
      if (pem === undefined) throw new IdentityRefused('certificate-missing');
      return paths(pem);
    });
  };
}

function readAnchor(pem: string): StirCertificate[] {
  try {
    const anchors = readCertificates(pem);
    if (anchors.every(({ signsCertificates }) => signsCertificates)) return anchors;
  } catch {
    // Said below, with the place.
  }
  throw new Error('policy pack stir.json: trustAnchors: not the certificate of a CA');
}

function signedCall(call: CallAttempt, headers: readonly string[], numbers: CallNumbers): SignedCall {
  const { caller, callee, network } = numbers;
  const shown = caller.kind === 'hidden' ? network?.canonical : caller.canonical;
  const at = Date.parse(call.at);
  const callees = [callee.canonical, callee.disguise?.target].flatMap((number) => digits(number) ?? []);
  return {
    headers,
    caller: digits(shown) ?? '',
    callees,
    at,
    date: call.sipDate === undefined ? at : Date.parse(call.sipDate),
  };
}

const digits = (number: string | undefined): string | undefined => number?.replace(/^\+/, '');

type Outcome = readonly StirCertificate[] | IdentityRefused;

/** Paths by the chain they were read from, the oldest forgotten first; what is refused is remembered as well. */
function createPathCache(anchors: readonly StirCertificate[]): (pem: string) => readonly StirCertificate[] {
  const outcomes = new Map<string, Outcome>();
  return (pem) => {
    const outcome = outcomes.get(pem) ?? read(pem, anchors);
    if (!outcomes.has(pem)) {
      const [oldest] = outcomes.keys();
      if (outcomes.size >= MAX_CHAINS && oldest !== undefined) outcomes.delete(oldest);
      outcomes.set(pem, outcome);
    }
    if (outcome instanceof IdentityRefused) throw outcome;
    return outcome;
  };
}

function read(pem: string, anchors: readonly StirCertificate[]): Outcome {
  try {
    return certificatePath(readCertificates(pem), anchors);
  } catch (error) {
    return error instanceof IdentityRefused ? error : new IdentityRefused('certificate-malformed');
  }
}
