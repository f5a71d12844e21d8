/** One line of a stream of JSON lines, numbered from 1. Blank lines are counted and left out. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: 'too-long' | 'not-utf8' };

/** Longest line in bytes: an event with every field at its limit, escaped, fits. */
export const MAX_LINE_BYTES = 256 * 1024;

const LF = 10;
const BLANK = /^[\s\uFEFF]*$/;

/** Cuts bytes into lines, holding at most one line however long the sender makes it. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #held = 0;
  #tooLong = false;
  #number = 0;

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      if (end < 0) break;
      this.#hold(chunk.subarray(start, end));
      this.#finish(lines);
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
    return lines;
  }

  /** The last line, when the stream did not end with a line feed. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#held > 0 || this.#tooLong) this.#finish(lines);
    return lines;
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0 || this.#tooLong) return;
    this.#held += part.length;
    if (this.#held > this.#maxBytes) {
      this.#tooLong = true;
      this.#parts = [];
    } else this.#parts.push(part);
  }

  #finish(lines: Line[]): void {
    this.#number += 1;
    const number = this.#number;
    if (this.#tooLong) lines.push({ number, fault: 'too-long' });
    else {
      try {
        const text = this.#decoder.decode(this.#joined());
        if (!BLANK.test(text)) lines.push({ number, text });
      } catch {
        lines.push({ number, fault: 'not-utf8' });
      }
    }
    this.#parts = [];
    this.#held = 0;
    this.#tooLong = false;
  }

  #joined(): Uint8Array {
    const [first] = this.#parts;
    if (this.#parts.length === 1 && first) return first;
    return Buffer.concat(this.#parts, this.#held);
  }
}
