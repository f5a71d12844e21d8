import { type KeyObject, sign } from 'node:crypto';
import { type IssuedCertificate, issueCertificate } from './certificate-issue.model.ts';
import {
  derElement,
  derExtension,
  derIa5,
  derSequence,
  derWhole,
  providerAuthority,
} from './der-writing.model.ts';

export type { IssuedCertificate as Issued } from './certificate-issue.model.ts';
export { derElement as der } from './der-writing.model.ts';

/** TNAuthList entries as RFC 8226 §9 tags them. */
export const entry = {
  provider: (code: string) => derElement(0xa0, derIa5(code)),
  range: (start: string, count: number) => derElement(0xa1, derSequence(derIa5(start), derWhole(count))),
  number: (number: string) => derElement(0xa2, derIa5(number)),
};

interface Wish {
  readonly name: string;
  readonly by?: IssuedCertificate;
  readonly ca?: boolean;
  readonly authority?: Buffer;
  readonly from?: string;
  readonly until?: string;
  readonly curve?: string;
  readonly extra?: Buffer;
}

/** A certificate with its key, signed by `by` or by itself; valid through 2026 unless told. */
export function issue({ from, until, ...wish }: Wish): IssuedCertificate {
  return issueCertificate({
    ...wish,
    from: Date.parse(from ?? '2026-01-01T00:00:00Z'),
    until: Date.parse(until ?? '2027-01-01T00:00:00Z'),
  });
}

/** A critical extension that no verifier knows. */
export const unknownCritical = derExtension('2a0304', derElement(0x05), true);

export const providerList = (code: string) => providerAuthority([code]);

export interface TokenWish {
  readonly key: KeyObject;
  readonly header?: string | object;
  readonly payload?: string | object;
  readonly url?: string;
  readonly ppt?: string;
  readonly compact?: boolean;
}

const text = (value: string | object) => (typeof value === 'string' ? value : JSON.stringify(value));
const encoded = (value: string | object) => Buffer.from(text(value)).toString('base64url');

/** An Identity header over header and payload as given; strings go in as they are. */
export function identityOf({
  key,
  header = {},
  payload = {},
  url = '',
  ppt,
  compact = false,
}: TokenWish): string {
  const signed = `${encoded(header)}.${encoded(payload)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString(
    'base64url',
  );
  const token = compact ? `..${signature}` : `${signed}.${signature}`;
  return `${token};info=<${url}>;alg=ES256${ppt === undefined ? '' : `;ppt=${ppt}`}`;
}
