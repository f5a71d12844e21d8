import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { type IdentityFault, IdentityRefused } from './identity-fault.model.ts';
import type { IdentityHeader } from './identity-header.model.ts';
import { strictJson } from './strict-json.model.ts';

/** Numbers are canonical: digits without `+` and separators (RFC 8224 §8.3). */
const Number15 = Type.String({ pattern: '^[0-9*#]{1,15}$' });
const closed = { additionalProperties: false };

const Header = Type.Object(
  {
    alg: Type.String(),
    typ: Type.Literal('passport'),
    x5u: Type.String({ maxLength: 2048 }),
    ppt: Type.Optional(Type.String({ minLength: 1, maxLength: 32 })),
  },
  closed,
);

const BASE = {
  iat: Type.Integer({ minimum: 0, maximum: 253_402_300_799 }),
  orig: Type.Object({ tn: Number15 }, closed),
  dest: Type.Object(
    {
      tn: Type.Array(Number15, { minItems: 1, maxItems: 100 }),
      uri: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
    },
    closed,
  ),
};

const UUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$';
const Claims = Type.Object(BASE);
const ShakenClaims = Type.Object({
  ...BASE,
  attest: Type.Enum(['A', 'B', 'C']),
  origid: Type.String({ pattern: UUID }),
});
const DivClaims = Type.Object({
  ...BASE,
  div: Type.Object({ tn: Number15, hi: Type.Optional(Type.String({ maxLength: 100 })) }, closed),
});

const checkHeader = checker(Header, 'passport-header-refused');
const checkPlain = checker(Claims, 'claims-malformed');
const checkShaken = checker(ShakenClaims, 'claims-malformed');
const checkDiv = checker(DivClaims, 'claims-malformed');

export type Attestation = 'A' | 'B' | 'C';

/** A token that reads well; nothing in it is proved before its signature is. */
export interface Passport {
  readonly extension: '' | 'shaken' | 'div';
  readonly url: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly orig: string;
  readonly dest: readonly string[];
  readonly attestation?: Attestation;
  /** The number that the call was diverted from. */
  readonly diverting?: string;
  /** What is signed, and the signature as r and s. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** What the request says, from which the compact form is put together again. */
export interface PlainRequest {
  readonly orig: string;
  readonly dest: string;
  /** Seconds since the epoch of the request's Date. */
  readonly date: number;
}

/**
 * Reads the PASSporT (RFC 8225; `shaken` RFC 8588, `div` RFC 8946) of a header. Undefined for an extension that is
 * not known here, which RFC 8224 §6.2 wants ignored. Throws IdentityRefused.
 */
export function readPassport(identity: IdentityHeader, request: PlainRequest): Passport | undefined {
  const { extension = '' } = identity;
  if (!['', 'shaken', 'div'].includes(extension)) return undefined;
  const [headerPart, payloadPart] = identity.compact
    ? compactParts(identity, request)
    : [identity.header, identity.payload];
  const header = checkHeader(json(headerPart));
  if (header.alg !== 'ES256') throw new IdentityRefused('algorithm-refused');
  if ((header.ppt ?? '') !== extension) throw new IdentityRefused('extension-mismatch');
  if (header.x5u !== identity.info) throw new IdentityRefused('url-mismatch');
  const signature = bytes(identity.signature);
  if (signature.length !== 64) throw new IdentityRefused('passport-malformed');
  const claims = json(payloadPart);
  return {
    ...claimsOf(extension, claims),
    url: header.x5u,
    signed: `${headerPart}.${payloadPart}`,
    signature,
  };
}

function claimsOf(extension: string, value: unknown): Omit<Passport, 'url' | 'signed' | 'signature'> {
  if (extension === 'shaken') {
    const claims = checkShaken(value);
    return { extension, ...common(claims), attestation: claims.attest as Attestation };
  }
  if (extension === 'div') {
    const claims = checkDiv(value);
    return { extension, ...common(claims), diverting: claims.div.tn };
  }
  return { extension: '', ...common(checkPlain(value)) };
}

const common = ({ iat, orig, dest }: Static<typeof Claims>) => ({
  issuedAt: iat,
  orig: orig.tn,
  dest: dest.tn,
});

/** RFC 8225 §7: the compact form is the plain PASSporT in its one canonical writing; extensions need the full form. */
function compactParts(identity: IdentityHeader, request: PlainRequest): [string, string] {
  if (identity.extension !== undefined) throw new IdentityRefused('extension-mismatch');
  const header = { alg: 'ES256', typ: 'passport', x5u: identity.info };
  const payload = { dest: { tn: [request.dest] }, iat: request.date, orig: { tn: request.orig } };
  return [encoded(header), encoded(payload)];
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function checker<S extends TSchema>(schema: S, fault: IdentityFault): (value: unknown) => Static<S> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value as Static<S>;
    throw new IdentityRefused(fault);
  };
}

const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function json(part: string): unknown {
  let text: string;
  try {
    text = TEXT.decode(bytes(part));
  } catch {
    throw new IdentityRefused('passport-malformed');
  }
  const value = strictJson(text);
  if (value === undefined) throw new IdentityRefused('passport-malformed');
  return value;
}

/** One text for one value: without padding and without bits left over. */
function bytes(part: string): Buffer {
  const decoded = Buffer.from(part, 'base64url');
  if (decoded.toString('base64url') !== part) throw new IdentityRefused('passport-malformed');
  return decoded;
}
