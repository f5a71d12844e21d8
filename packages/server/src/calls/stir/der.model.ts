/** An element of DER: its tag octet, its content, and all of it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly whole: Buffer;
}

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  ia5String: 0x16,
  sequence: 0x30,
} as const;

/** Bytes that are not DER, or not what was asked for. */
export class DerFault extends Error {}

/**
 * The elements that fill some bytes, X.690 §10: definite lengths in their shortest form, one-octet tags, nothing left
 * over. Does not look inside. Throws DerFault.
 */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = elementAt(bytes, offset);
    elements.push(element);
    offset += element.whole.length;
  }
  return elements;
}

/** The one element that the bytes are, of the given tag. Throws DerFault. */
export function readOne(bytes: Buffer, tag: number): DerElement {
  const [element, more] = readElements(bytes);
  if (element === undefined || more !== undefined) throw new DerFault('not one element');
  return expectTag(element, tag);
}

export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw new DerFault(`not of tag ${tag}`);
  return element;
}

/** A whole number from 0 to 2^47. Throws DerFault. */
export function readWhole(element: DerElement | undefined): number {
  const { content } = expectTag(element, DER.integer);
  const [first = 0x80, second = 0x80] = content;
  const padded = content.length > 1 && first === 0 && second < 0x80;
  if (content.length === 0 || content.length > 6 || first >= 0x80 || padded)
    throw new DerFault('not a whole number');
  return content.readUIntBE(0, content.length);
}

/** Only `FF` is true in DER, and false is never written where it is the default. */
export function readTrue(element: DerElement): true {
  const { content } = expectTag(element, DER.boolean);
  if (content.length !== 1 || content[0] !== 0xff) throw new DerFault('not true');
  return true;
}

function elementAt(bytes: Buffer, start: number): DerElement {
  const tag = bytes[start];
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw new DerFault('tag of several octets');
  const { length, header } = lengthAt(bytes, start + 1);
  const from = start + 1 + header;
  if (from + length > bytes.length) throw new DerFault('longer than what is there');
  return {
    tag,
    content: bytes.subarray(from, from + length),
    whole: bytes.subarray(start, from + length),
  };
}

function lengthAt(bytes: Buffer, at: number): { length: number; header: number } {
  const first = bytes[at];
  if (first === undefined || first === 0x80 || first > 0x83) throw new DerFault('length');
  if (first < 0x80) return { length: first, header: 1 };
  const octets = first & 0x7f;
  if (at + 1 + octets > bytes.length) throw new DerFault('length');
  const length = bytes.readUIntBE(at + 1, octets);
  if (length < 0x80 || length < 2 ** (8 * (octets - 1)))
    throw new DerFault('length not in its shortest form');
  return { length, header: 1 + octets };
}
