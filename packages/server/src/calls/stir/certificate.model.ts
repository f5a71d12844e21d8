import { type KeyObject, X509Certificate } from 'node:crypto';
import {
  DER,
  type DerElement,
  DerFault,
  expectTag,
  readElements,
  readOne,
  readTrue,
  readWhole,
} from './der.model.ts';
import { IdentityRefused } from './identity-fault.model.ts';
import { type NumberAuthority, readNumberAuthority } from './tn-auth-list.model.ts';

/** A certificate of RFC 8226, as far as signing for numbers goes. */
export interface StirCertificate {
  readonly x509: X509Certificate;
  readonly key: KeyObject;
  /** The key is on P-256, what ES256 needs. */
  readonly p256: boolean;
  /** ms since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly authority: NumberAuthority | undefined;
  /** May sign certificates: CA flag and, where key usage is given, `keyCertSign`. */
  readonly signsCertificates: boolean;
  /** May sign tokens: `digitalSignature`, or no key usage given. */
  readonly signsTokens: boolean;
  /** Most certificates of CAs that may stand below it. */
  readonly pathLength: number;
}

const MAX_CHAIN = 4;
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Extensions by the hex of their identifiers' content. */
const OID = {
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  tnAuthList: '2b0601050507011a',
} as const;

/** Others that may be marked critical because they ask nothing of a verifier here: key ids, policies, CRL points. */
const HARMLESS = ['551d0e', '551d23', '551d20', '551d1f'];

/** Reads a PEM chain, signer first, at most four. Throws IdentityRefused (`certificate-malformed`, `authority-malformed`). */
export function readCertificates(pem: string): StirCertificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  const rest = pem.replace(BLOCK, '');
  const wrong = blocks.length === 0 || blocks.length > MAX_CHAIN || /-----/.test(rest);
  if (wrong) throw new IdentityRefused('certificate-malformed');
  return blocks.map(readCertificate);
}

function readCertificate(pem: string): StirCertificate {
  try {
    const x509 = new X509Certificate(pem);
    const key = x509.publicKey;
    const extensions = readExtensions(x509.raw);
    const usage = extensions.get(OID.keyUsage);
    const { ca, pathLength } = readConstraints(extensions.get(OID.basicConstraints));
    return {
      x509,
      key,
      p256: key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
      notBefore: x509.validFromDate.getTime(),
      notAfter: x509.validToDate.getTime(),
      authority: readAuthority(extensions.get(OID.tnAuthList)),
      signsCertificates: ca && (usage === undefined || hasUsage(usage, 5)),
      signsTokens: !ca && (usage === undefined || hasUsage(usage, 0)),
      pathLength,
    };
  } catch (error) {
    if (error instanceof IdentityRefused) throw error;
    throw new IdentityRefused('certificate-malformed');
  }
}

function readAuthority(value: Buffer | undefined): NumberAuthority | undefined {
  if (value === undefined) return undefined;
  try {
    return readNumberAuthority(value);
  } catch {
    throw new IdentityRefused('authority-malformed');
  }
}

/** Values of the extensions by identifier (RFC 5280 §4.1). Throws DerFault, also for a critical one not known here. */
function readExtensions(raw: Buffer): Map<string, Buffer> {
  const [body] = readElements(readOne(raw, DER.sequence).content);
  const fields = readElements(expectTag(body, DER.sequence).content);
  const holder = fields.find(({ tag }) => tag === 0xa3);
  const extensions = new Map<string, Buffer>();
  if (holder === undefined) return extensions;
  for (const extension of readElements(readOne(holder.content, DER.sequence).content)) {
    const { id, value, critical } = readExtension(extension);
    const known = Object.values<string>(OID).includes(id) || HARMLESS.includes(id);
    if (extensions.has(id) || (critical && !known)) throw new DerFault('extension');
    extensions.set(id, value);
  }
  return extensions;
}

function readExtension(extension: DerElement): { id: string; value: Buffer; critical: boolean } {
  const parts = readElements(expectTag(extension, DER.sequence).content);
  const critical = parts.length === 3 && readTrue(expectTag(parts[1], DER.boolean));
  if (parts.length !== (critical ? 3 : 2)) throw new DerFault('extension');
  const id = expectTag(parts[0], DER.oid).content.toString('hex');
  return { id, value: expectTag(parts.at(-1), DER.octetString).content, critical };
}

function readConstraints(value: Buffer | undefined): { ca: boolean; pathLength: number } {
  if (value === undefined) return { ca: false, pathLength: 0 };
  const [flag, length] = readElements(readOne(value, DER.sequence).content);
  const ca = flag !== undefined && readTrue(flag);
  return { ca, pathLength: length === undefined ? MAX_CHAIN : readWhole(length) };
}

/** Bit of the key usage, counted from the left: 0 `digitalSignature`, 5 `keyCertSign`. */
function hasUsage(value: Buffer, bit: number): boolean {
  const { content } = readOne(value, DER.bitString);
  return ((content[1] ?? 0) & (0x80 >> bit)) !== 0;
}

/**
 * The path from the signer to a trust anchor, signer first, without the anchor's own place among what was sent.
 * Independent of time. Throws IdentityRefused (`certificate-untrusted`, `certificate-usage`, `authority-missing`).
 */
export function certificatePath(
  chain: readonly StirCertificate[],
  anchors: readonly StirCertificate[],
): StirCertificate[] {
  const [signer] = chain;
  if (signer === undefined) throw new IdentityRefused('certificate-malformed');
  if (!signer.signsTokens || !signer.p256) throw new IdentityRefused('certificate-usage');
  if (signer.authority === undefined) throw new IdentityRefused('authority-missing');
  const path = [signer];
  for (const [index, certificate] of chain.entries()) {
    const anchor = anchors.find((candidate) => issued(candidate, certificate, index));
    if (anchor !== undefined) return [...path, anchor];
    const issuer = chain[index + 1];
    if (issuer === undefined || !issued(issuer, certificate, index)) break;
    path.push(issuer);
  }
  throw new IdentityRefused('certificate-untrusted');
}

/** Whether one certificate vouches for another that has `below` CAs under it. */
function issued(issuer: StirCertificate, certificate: StirCertificate, below: number): boolean {
  return (
    issuer.signsCertificates &&
    below <= issuer.pathLength &&
    certificate.x509.checkIssued(issuer.x509) &&
    certificate.x509.verify(issuer.key)
  );
}
