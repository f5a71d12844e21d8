import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers';
import { encodeFrame, type FrameType } from './wire.model.ts';

/** Frames of one turn go out in one write: a call of the system for each would cost more than all else. */
export class FrameWriter {
  readonly #connection: Duplex;
  #frames: Buffer[] = [];

  constructor(connection: Duplex) {
    this.#connection = connection;
  }

  send(type: FrameType, id: number, payload?: Uint8Array | string): void {
    if (this.#frames.length === 0) setImmediate(() => this.#flush());
    this.#frames.push(encodeFrame(type, id, payload));
  }

  #flush(): void {
    const [first] = this.#frames;
    const bytes = this.#frames.length === 1 && first ? first : Buffer.concat(this.#frames);
    this.#frames = [];
    if (this.#connection.writable) this.#connection.write(bytes);
  }
}
