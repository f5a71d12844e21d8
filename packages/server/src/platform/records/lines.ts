/** Longest line that is read, in bytes; a longer one is rejected and skipped without being held. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** One line of a file, without its end; `bytes` is only its beginning when it was too long. */
export interface RawLine {
  /** Counted from 1. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly tooLong: boolean;
  /** Byte of the stream at which it begins, and the one after its line end. */
  readonly start: number;
  readonly end: number;
  /** It ended with a line feed; the last line of a file may not. */
  readonly closed: boolean;
}

/** Where in a file a stream begins: its first byte, and the number of the line before it. */
export interface LinePlace {
  readonly offset: number;
  readonly line: number;
}

const LF = 0x0a;
const CR = 0x0d;
/** How much of a line that is too long is kept, to show where it began. */
const SHOWN_OF_LONG = 4096;

/**
 * Cuts a stream of bytes into lines, a batch for each chunk. Memory is bounded by one chunk and `maxBytes`.
 * Works on bytes because neither UTF-8 nor GB18030 uses 0x0A or 0x0D inside a character.
 */
export async function* splitLines(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
  from: LinePlace = { offset: 0, line: 0 },
): AsyncGenerator<RawLine[]> {
  const state = new LineState(maxBytes, from);
  for await (const chunk of source) {
    const lines = state.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (lines.length > 0) yield lines;
  }
  const last = state.end();
  if (last) yield [last];
}

class LineState {
  readonly #max: number;
  #parts: Buffer[] = [];
  #held = 0;
  #tooLong = false;
  #number: number;
  #start: number;
  #length = 0;

  constructor(maxBytes: number, { offset, line }: LinePlace) {
    this.#max = maxBytes;
    this.#start = offset;
    this.#number = line;
  }

  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      lines.push(this.#finish(chunk.subarray(from, at), true));
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  end(): RawLine | undefined {
    return this.#held > 0 || this.#tooLong ? this.#finish(Buffer.alloc(0), false) : undefined;
  }

  #hold(part: Buffer): void {
    this.#length += part.length;
    if (part.length === 0 || this.#tooLong) return;
    this.#parts.push(part);
    this.#held += part.length;
    if (this.#held <= this.#max + 1) return;
    this.#tooLong = true;
    this.#parts = [Buffer.from(Buffer.concat(this.#parts).subarray(0, SHOWN_OF_LONG))];
  }

  #finish(tail: Buffer, closed: boolean): RawLine {
    this.#number += 1;
    this.#hold(tail);
    const whole = this.#parts.length === 1 ? (this.#parts[0] ?? tail) : Buffer.concat(this.#parts);
    const bytes = whole.at(-1) === CR ? whole.subarray(0, -1) : whole;
    const tooLong = this.#tooLong || bytes.length > this.#max;
    this.#parts = [];
    this.#held = 0;
    this.#tooLong = false;
    const start = this.#start;
    const end = start + this.#length + (closed ? 1 : 0);
    this.#start = end;
    this.#length = 0;
    const shown = tooLong ? bytes.subarray(0, SHOWN_OF_LONG) : bytes;
    return { number: this.#number, bytes: shown, tooLong, start, end, closed };
  }
}
