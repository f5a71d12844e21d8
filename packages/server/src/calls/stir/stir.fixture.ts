import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** An element of DER around its parts. */
export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const octets = body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...octets]), body]);
}

const ia5 = (text: string) => der(0x16, Buffer.from(text, 'latin1'));

/** TNAuthList entries as RFC 8226 §9 tags them. */
export const entry = {
  provider: (code: string) => der(0xa0, ia5(code)),
  range: (start: string, count: number) =>
    der(
      0xa1,
      der(
        0x30,
        ia5(start),
        der(
          0x02,
          Buffer.from([0, count >> 16, count >> 8, count]).subarray(
            count < 0x80 ? 3 : count < 0x8000 ? 2 : 0,
          ),
        ),
      ),
    ),
  number: (number: string) => der(0xa2, ia5(number)),
};

const ECDSA = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const nameOf = (text: string) =>
  der(0x30, der(0x31, der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(text)))));
const timeOf = (iso: string) => der(0x17, Buffer.from(`${iso.replace(/\D/g, '').slice(2, 14)}Z`));
const extension = (oid: string, value: Buffer, critical = false) =>
  der(
    0x30,
    der(0x06, Buffer.from(oid, 'hex')),
    ...(critical ? [der(0x01, Buffer.from([0xff]))] : []),
    der(0x04, value),
  );

export interface Issued {
  readonly name: string;
  readonly pem: string;
  readonly key: KeyObject;
}

interface Wish {
  readonly name: string;
  readonly by?: Issued;
  readonly ca?: boolean;
  readonly authority?: Buffer;
  readonly from?: string;
  readonly until?: string;
  readonly curve?: string;
  readonly extra?: Buffer;
}

/** A certificate with its key, signed by `by` or by itself. */
export function issue(wish: Wish): Issued {
  const { name, by, ca = false, authority, curve = 'prime256v1' } = wish;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const extensions = [
    ...(ca ? [extension('551d13', der(0x30, der(0x01, Buffer.from([0xff]))), true)] : []),
    extension('551d0f', der(0x03, Buffer.from(ca ? [1, 0x06] : [7, 0x80])), true),
    ...(authority === undefined ? [] : [extension('2b0601050507011a', authority)]),
    ...(wish.extra === undefined ? [] : [wish.extra]),
  ];
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([7])),
    ECDSA,
    nameOf(by?.name ?? name),
    der(0x30, timeOf(wish.from ?? '2026-01-01T00:00:00Z'), timeOf(wish.until ?? '2027-01-01T00:00:00Z')),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ...extensions)),
  );
  const signature = sign('sha256', body, by?.key ?? privateKey);
  const whole = der(0x30, body, ECDSA, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return { name, pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`, key: privateKey };
}

/** A critical extension that no verifier knows. */
export const unknownCritical = extension('2a0304', der(0x05), true);

export const providerList = (code: string) => der(0x30, entry.provider(code));

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
