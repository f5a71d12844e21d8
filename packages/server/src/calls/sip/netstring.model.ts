/** The bytes are no netstrings: where the next one would begin is not known any more. */
export class NetstringError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'NetstringError';
  }
}

const [ZERO, NINE, COLON, COMMA] = [0x30, 0x39, 0x3a, 0x2c];

/**
 * Takes netstrings (`5:hello,`; D. J. Bernstein, 1997) out of a stream of bytes, however it is cut. Holds at most one
 * unfinished string of `maxBytes`; what is longer is refused before it is taken in.
 */
export class NetstringReader {
  readonly #maxBytes: number;
  /** Digits of the length that came so far. */
  #digits = 0;
  #length = 0;
  /** The string that is being filled, once its length is known. */
  #string: Buffer | undefined;
  #filled = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Gives the strings that are whole now. Throws NetstringError; the reader is of no use then. */
  push(chunk: Uint8Array): Buffer[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const strings: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#string === undefined) {
        this.#takeLength(bytes[at] ?? 0);
        at += 1;
        continue;
      }
      const left = this.#string.length - this.#filled;
      if (left > 0) {
        const taken = bytes.copy(this.#string, this.#filled, at, at + left);
        this.#filled += taken;
        at += taken;
        continue;
      }
      if (bytes[at] !== COMMA) throw new NetstringError('a string does not end in a comma');
      strings.push(this.#string);
      this.#string = undefined;
      this.#filled = 0;
      at += 1;
    }
    return strings;
  }

  #takeLength(byte: number): void {
    if (byte >= ZERO && byte <= NINE) {
      if (this.#digits > 0 && this.#length === 0) throw new NetstringError('a length begins with 0');
      this.#digits += 1;
      this.#length = this.#length * 10 + byte - ZERO;
      if (this.#length > this.#maxBytes)
        throw new NetstringError(`a string is longer than ${this.#maxBytes} bytes`);
      return;
    }
    if (byte !== COLON || this.#digits === 0) throw new NetstringError('a length is not a decimal number');
    this.#string = Buffer.allocUnsafe(this.#length);
    this.#digits = 0;
    this.#length = 0;
  }
}

/** A text as netstring, UTF-8. */
export function netstring(text: string): Buffer {
  const length = Buffer.byteLength(text);
  return Buffer.from(`${length}:${text},`);
}
