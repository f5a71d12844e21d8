import { DER } from './der.model.ts';

/** An element of DER around its parts (X.690 §10). */
export function derElement(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body]);
  const octets = [length >> 16, length >> 8, length].map((octet) => octet & 0xff);
  const shortest = octets.slice(length < 0x100 ? 2 : length < 0x10000 ? 1 : 0);
  return Buffer.concat([Buffer.from([tag, 0x80 | shortest.length, ...shortest]), body]);
}

export const derSequence = (...parts: readonly Uint8Array[]): Buffer => derElement(DER.sequence, ...parts);

export const derSet = (...parts: readonly Uint8Array[]): Buffer => derElement(0x31, ...parts);

/** An object identifier by the hex of its content. */
export const derOid = (hex: string): Buffer => derElement(DER.oid, Buffer.from(hex, 'hex'));

export const derText = (text: string): Buffer => derElement(0x0c, Buffer.from(text));

export const derIa5 = (text: string): Buffer => derElement(DER.ia5String, Buffer.from(text, 'latin1'));

/** A whole number from 0 to 2^31. */
export function derWhole(value: number): Buffer {
  const hex = value.toString(16);
  return derUnsigned(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

/** A number that is not negative, by its octets. */
export function derUnsigned(octets: Uint8Array): Buffer {
  const first = octets.findIndex((octet) => octet !== 0);
  const rest = first === -1 ? Buffer.from([0]) : Buffer.from(octets.subarray(first));
  const padded = (rest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), rest]) : rest;
  return derElement(DER.integer, padded);
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5); ms since the epoch. */
export function derTime(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  return digits < '2050'
    ? derElement(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : derElement(0x18, Buffer.from(`${digits}Z`));
}

/** An extension of a certificate (RFC 5280 §4.1). */
export function derExtension(oid: string, value: Uint8Array, critical = false): Buffer {
  const flag = critical ? [derElement(DER.boolean, Buffer.from([0xff]))] : [];
  return derSequence(derOid(oid), ...flag, derElement(DER.octetString, value));
}

/** A TNAuthList of service provider codes (RFC 8226 §9). */
export function providerAuthority(codes: readonly string[]): Buffer {
  return derSequence(...codes.map((code) => derElement(0xa0, derIa5(code))));
}
