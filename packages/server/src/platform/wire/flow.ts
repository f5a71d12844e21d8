/** Bytes of a stream that may be on their way before the reader has taken them. */
export const WINDOW_BYTES = 1024 * 1024;

/** The sending end of a stream: waits while too much is on its way. */
export class Outflow {
  #onTheWay = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  /** Resolves when more may be sent; false when nobody wants it any more. */
  async room(): Promise<boolean> {
    while (this.#onTheWay >= WINDOW_BYTES && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return !this.#closed;
  }

  sent(bytes: number): void {
    this.#onTheWay += bytes;
  }

  credit(bytes: number): void {
    this.#onTheWay -= bytes;
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}

/** The receiving end of a stream: holds what came until it is read, and says what was taken. */
export class Inflow implements AsyncIterable<Buffer> {
  readonly #taken: (bytes: number) => void;
  #chunks: Buffer[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#ended = true;
    this.#error ??= error;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#taken(chunk.length);
        yield chunk;
      } else if (this.#error) throw this.#error;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
