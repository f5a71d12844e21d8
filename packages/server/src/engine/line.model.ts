import { isUtf8 } from 'node:buffer';

/** One line of a stream of JSON lines, numbered from 1. Blank lines are counted and left out. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: 'too-long' | 'not-utf8' };

/** Longest line in bytes: an event with every field at its limit, escaped, fits. */
export const MAX_LINE_BYTES = 256 * 1024;

const LF = 10;
const BOM = 0xfeff;
const BLANK = /^[\s\uFEFF]*$/;

/** Cuts bytes into lines, holding at most one line however long the sender makes it. */
export class LineSplitter {
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
    const last = chunk.lastIndexOf(LF);
    if (last < 0) {
      this.#hold(chunk);
      return lines;
    }
    const first = chunk.indexOf(LF);
    this.#hold(chunk.subarray(0, first));
    this.#finish(lines);
    if (last > first) this.#whole(chunk.subarray(first + 1, last), lines);
    this.#hold(chunk.subarray(last + 1));
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
    this.#add(this.#tooLong ? undefined : Buffer.concat(this.#parts, this.#held), lines);
    this.#parts = [];
    this.#held = 0;
    this.#tooLong = false;
  }

  /** Lines that are whole in one chunk: decoded at once where all of them are UTF-8 and none is too long. */
  #whole(bytes: Uint8Array, lines: Line[]): void {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (block.length <= this.#maxBytes && isUtf8(block)) {
      for (const text of block.toString('utf8').split('\n')) this.#take(text, lines);
      return;
    }
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(LF, start);
      const end = found < 0 ? block.length : found;
      const line = block.subarray(start, end);
      this.#add(line.length > this.#maxBytes ? undefined : line, lines);
      start = end + 1;
    }
  }

  #add(line: Buffer | undefined, lines: Line[]): void {
    if (line === undefined) lines.push({ number: ++this.#number, fault: 'too-long' });
    else if (!isUtf8(line)) lines.push({ number: ++this.#number, fault: 'not-utf8' });
    else this.#take(line.toString('utf8'), lines);
  }

  #take(text: string, lines: Line[]): void {
    this.#number += 1;
    if (BLANK.test(text)) return;
    // Files begin with a byte order mark, and files are put one behind the other.
    lines.push({ number: this.#number, text: text.charCodeAt(0) === BOM ? text.slice(1) : text });
  }
}
