import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { readCertificates, type StirCertificate } from './certificate.model.ts';
import { IdentityRefused } from './identity-fault.model.ts';

const closed = { additionalProperties: false };
const Pem = Type.String({ minLength: 1, maxLength: 65_536 });

/** A key as it is kept, sealed. */
export const KeptKey = Type.Object(
  {
    id: Type.String(),
    origin: Type.Enum(['made', 'imported']),
    madeAt: Type.String(),
    privateKey: Pem,
    chain: Pem,
    /** Where the chain is published, if not here. */
    url: Type.Optional(Type.String({ maxLength: 2048 })),
  },
  closed,
);
export type KeptKey = Static<typeof KeptKey>;

/** All keys of an installation: the one that signs, those whose certificates are still asked for, and its own CA. */
export const KeptKeys = Type.Object(
  {
    current: Type.String(),
    keys: Type.Array(KeptKey, { minItems: 1 }),
    issuer: Type.Object({ name: Type.String(), privateKey: Pem, pem: Pem }, closed),
  },
  closed,
);
export type KeptKeys = Static<typeof KeptKeys>;

/** A key that signs, with its certificate chain. */
export interface SigningKey {
  readonly id: string;
  readonly origin: KeptKey['origin'];
  readonly madeAt: string;
  readonly key: KeyObject;
  readonly chain: string;
  readonly certificate: StirCertificate;
  readonly url?: string;
}

/** A key or certificate that cannot be used, and why. */
export class SigningKeyRefused extends Error {}

/** Reads a kept or given key. Throws SigningKeyRefused with the reason in words; never says anything of the key itself. */
export function readSigningKey(kept: Omit<KeptKey, 'id'>): SigningKey {
  const { privateKey, chain, url, origin, madeAt } = kept;
  const key = privateKeyOf(privateKey);
  const certificate = signerOf(chain);
  if (!certificate.x509.checkPrivateKey(key)) {
    throw new SigningKeyRefused('the first certificate of the chain is not that of this key');
  }
  return {
    id: certificateId(certificate),
    origin,
    madeAt,
    key,
    chain,
    certificate,
    ...(url === undefined ? {} : { url }),
  };
}

function privateKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new SigningKeyRefused('the key is not a private key in PEM without a password');
  }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new SigningKeyRefused('the key is not on P-256, which ES256 needs (RFC 8225 section 8)');
}

function signerOf(chain: string): StirCertificate {
  let certificates: StirCertificate[];
  try {
    certificates = readCertificates(chain);
  } catch (error) {
    const fault = error instanceof IdentityRefused ? error.fault : 'certificate-malformed';
    throw new SigningKeyRefused(`the chain is not one to four certificates in PEM, signer first: ${fault}`);
  }
  const [signer, ...issuers] = certificates;
  if (signer?.signsTokens !== true)
    throw new SigningKeyRefused('the first certificate may not sign (it is a CA, or its key usage forbids)');
  let below = signer;
  for (const issuer of issuers) {
    if (!below.x509.checkIssued(issuer.x509) || !below.x509.verify(issuer.key))
      throw new SigningKeyRefused('the certificates of the chain do not follow from one another');
    below = issuer;
  }
  return signer;
}

/** First 96 bits of the certificate's SHA-256 fingerprint, hex. */
function certificateId({ x509 }: StirCertificate): string {
  return createHash('sha256').update(x509.raw).digest('hex').slice(0, 24);
}
