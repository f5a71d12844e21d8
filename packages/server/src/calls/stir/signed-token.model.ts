import { type KeyObject, sign } from 'node:crypto';

/** JSON with members in the order of their names and without blanks, as RFC 8225 §9 signs it. */
export function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`);
  return `{${members.join(',')}}`;
}

/** A JWS in compact form, signed with ES256 (RFC 7515 §3.1, RFC 7518 §3.4). The key is on P-256. */
export function signToken(header: object, payload: object, key: KeyObject): string {
  const signed = `${encoded(header)}.${encoded(payload)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

const encoded = (value: object): string => Buffer.from(sortedJson(value)).toString('base64url');

/** The value of an Identity header around a PASSporT of an extension (RFC 8224 §4, RFC 8225 §4). */
export function identityHeader(
  extension: 'shaken' | 'div' | 'rcd',
  claims: object,
  signer: { readonly key: KeyObject; readonly url: string },
): string {
  const header = { alg: 'ES256', ppt: extension, typ: 'passport', x5u: signer.url };
  return `${signToken(header, claims, signer.key)};info=<${signer.url}>;alg=ES256;ppt=${extension}`;
}
