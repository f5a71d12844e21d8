import { bodyStart, contentLength, parseSipHead, SIP_LIMITS, SipFault } from './sip-message.model.ts';

/** What a stream brings: a whole message, or the double line end that keeps a connection alive (RFC 5626 §3.5.1). */
export type SipFrame = { readonly kind: 'message'; readonly bytes: Buffer } | { readonly kind: 'ping' };

const CR = 0x0d;
const LF = 0x0a;

/** Cuts a stream into messages by their Content-Length (RFC 3261 §18.3); holds no more than one message. */
export class SipFramer {
  #held: Buffer = Buffer.alloc(0);
  /** Length of the message whose head is read; undefined while it is not. */
  #wanted: number | undefined;

  /** Throws SipFault when the stream cannot be cut any further: the connection is of no use then. */
  push(chunk: Buffer): SipFrame[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: SipFrame[] = [];
    for (;;) {
      const frame = this.#next();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  #next(): SipFrame | undefined {
    if (this.#wanted === undefined) {
      if (this.#skipLineEnds()) return { kind: 'ping' };
      this.#wanted = this.#readHead();
    }
    if (this.#wanted === undefined || this.#held.length < this.#wanted) return undefined;
    const bytes = this.#held.subarray(0, this.#wanted);
    this.#held = this.#held.subarray(this.#wanted);
    this.#wanted = undefined;
    return { kind: 'message', bytes };
  }

  /** Line ends before a message; two in a row ask for an answer. */
  #skipLineEnds(): boolean {
    let at = 0;
    let ends = 0;
    while (this.#held[at] === CR && this.#held[at + 1] === LF && ends < 2) {
      at += 2;
      ends += 1;
    }
    // A single one may be half of a ping: what follows tells.
    const isAllThereIs = at >= this.#held.length - 1 && (this.#held[at] ?? CR) === CR;
    if (ends === 1 && isAllThereIs) return false;
    this.#held = this.#held.subarray(at);
    return ends === 2;
  }

  #readHead(): number | undefined {
    const start = bodyStart(this.#held);
    const head = start === -1 ? this.#held.length : start;
    if (head > SIP_LIMITS.headBytes) throw new SipFault('head too long');
    if (start === -1) return undefined;
    const { fields } = parseSipHead(this.#held.subarray(0, start));
    const length = contentLength(fields);
    // RFC 3261 §18.3: without it nobody knows where the next message begins.
    if (length === undefined) throw new SipFault('no Content-Length on a stream');
    return start + length;
  }
}
