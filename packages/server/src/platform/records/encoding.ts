import { isAscii, isUtf8 } from 'node:buffer';

export const ENCODINGS = ['utf-8', 'gb18030'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Decodes lines, finding out the encoding by itself: the first batch that has lines beyond plain ASCII settles it, UTF-8
 * when at least half of them are valid UTF-8, otherwise GB18030 (which holds GBK and GB2312). Lines that do not fit are
 * errors of their own: guessing for each line would turn damaged bytes into wrong characters without anybody noticing.
 */
export class LineDecoder {
  #encoding: Encoding | undefined;
  readonly #onGuess: ((encoding: Encoding) => void) | undefined;
  readonly #gb18030 = new TextDecoder('gb18030', { fatal: true });

  constructor(fixed?: Encoding, onGuess?: (encoding: Encoding) => void) {
    this.#encoding = fixed;
    this.#onGuess = onGuess;
  }

  /** Settles the encoding from these lines if it is still open; call it with each batch before decoding. */
  sample(lines: readonly { readonly bytes: Buffer }[]): void {
    if (this.#encoding !== undefined) return;
    const telling = lines.filter(({ bytes }) => !isAscii(bytes));
    if (telling.length === 0) return;
    const valid = telling.filter(({ bytes }) => isUtf8(bytes)).length;
    const chinese = telling.some(({ bytes }) => this.#decodeGb18030(bytes) !== undefined);
    this.#encoding = valid * 2 >= telling.length || !chinese ? 'utf-8' : 'gb18030';
    this.#onGuess?.(this.#encoding);
  }

  /** The text of a line, or undefined when its bytes are not valid in the encoding of the file. */
  decode(bytes: Buffer): string | undefined {
    if (isAscii(bytes)) return bytes.toString('latin1');
    const plain = bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes;
    if (this.encoding === 'gb18030') return this.#decodeGb18030(plain);
    return isUtf8(plain) ? plain.toString('utf8') : undefined;
  }

  get encoding(): Encoding {
    return this.#encoding ?? 'utf-8';
  }

  #decodeGb18030(bytes: Buffer): string | undefined {
    try {
      return this.#gb18030.decode(bytes);
    } catch {
      return undefined;
    }
  }
}

/** A line for showing to a person, whatever its bytes: at most `max` characters. */
export function shownLine(bytes: Buffer, encoding: Encoding, max = 1000): string {
  return new TextDecoder(encoding).decode(bytes.subarray(0, max * 4)).slice(0, max);
}
