import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { DER } from './der.model.ts';
import {
  derElement,
  derExtension,
  derOid,
  derSequence,
  derSet,
  derText,
  derTime,
  derUnsigned,
  derWhole,
} from './der-writing.model.ts';

/** A certificate with its private key. */
export interface IssuedCertificate {
  readonly name: string;
  readonly pem: string;
  readonly key: KeyObject;
}

export interface CertificateWish {
  /** Common name. */
  readonly name: string;
  /** Who signs it; absent: it signs itself. */
  readonly by?: IssuedCertificate;
  readonly ca?: boolean;
  /** TNAuthList: the numbers that it may sign for (RFC 8226). */
  readonly authority?: Uint8Array;
  /** ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** Anything but P-256 is of use to tests only. */
  readonly curve?: string;
  readonly extra?: Uint8Array;
}

const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectKeyId: '551d0e',
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  authorityKeyId: '551d23',
  tnAuthList: '2b0601050507011a',
} as const;

const ECDSA = derSequence(derOid(OID.ecdsaWithSha256));
const TRUE = derElement(DER.boolean, Buffer.from([0xff]));
/** `keyCertSign` and `cRLSign`, `digitalSignature`; with the count of unused bits in front. */
const USAGE = { ca: Buffer.from([1, 0x06]), signer: Buffer.from([7, 0x80]) };

/** Makes a key on P-256 and a certificate of it (RFC 5280), signed by `by` or by itself. */
export function issueCertificate(wish: CertificateWish): IssuedCertificate {
  const { name, by, ca = false, curve = 'prime256v1' } = wish;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const issuerKey = by?.key ?? privateKey;
  const extensions = [
    ...(ca ? [derExtension(OID.basicConstraints, derSequence(TRUE), true)] : []),
    derExtension(OID.keyUsage, derElement(DER.bitString, ca ? USAGE.ca : USAGE.signer), true),
    derExtension(OID.subjectKeyId, derElement(DER.octetString, keyId(publicKey))),
    derExtension(OID.authorityKeyId, derSequence(derElement(0x80, keyId(createPublicKey(issuerKey))))),
    ...(wish.authority === undefined ? [] : [derExtension(OID.tnAuthList, wish.authority)]),
    ...(wish.extra === undefined ? [] : [wish.extra]),
  ];
  const body = derSequence(
    derElement(0xa0, derWhole(2)),
    derUnsigned(randomBytes(16)),
    ECDSA,
    commonName(by?.name ?? name),
    derSequence(derTime(wish.from), derTime(wish.until)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    derElement(0xa3, derSequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const whole = derSequence(body, ECDSA, derElement(DER.bitString, Buffer.from([0]), signature));
  return { name, pem: pemOf(whole), key: privateKey };
}

function commonName(text: string): Buffer {
  return derSequence(derSet(derSequence(derOid(OID.commonName), derText(text))));
}

/** RFC 5280 §4.2.1.2, first method but over the whole key information. */
function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
