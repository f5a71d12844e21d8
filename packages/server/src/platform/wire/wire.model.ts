/** What a frame between two processes of ours carries. */
export type FrameType = 'call' | 'reply' | 'failure' | 'open' | 'data' | 'end' | 'abort' | 'credit' | 'news';

const TYPES: readonly FrameType[] = [
  'call',
  'reply',
  'failure',
  'open',
  'data',
  'end',
  'abort',
  'credit',
  'news',
];

export interface WireFrame {
  readonly type: FrameType;
  /** Call or stream that it belongs to; the caller chooses it. 0 for news. */
  readonly id: number;
  readonly payload: Buffer;
}

/** length of what follows (4), type (1), id (4); big-endian. */
const LENGTH_BYTES = 4;
const HEAD_BYTES = 5;
/** A frame that says it is longer is not ours: the connection is broken off. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** The bytes on the wire are not frames of ours. */
export class WireError extends Error {
  constructor(reason: string) {
    super(`the other process sent what is no frame: ${reason}`);
    this.name = 'WireError';
  }
}

export function encodeFrame(type: FrameType, id: number, payload: Uint8Array | string = ''): Buffer {
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length;
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + HEAD_BYTES + size);
  frame.writeUInt32BE(HEAD_BYTES + size, 0);
  frame.writeUInt8(TYPES.indexOf(type), LENGTH_BYTES);
  frame.writeUInt32BE(id, LENGTH_BYTES + 1);
  if (typeof payload === 'string') frame.write(payload, LENGTH_BYTES + HEAD_BYTES, 'utf8');
  else frame.set(payload, LENGTH_BYTES + HEAD_BYTES);
  return frame;
}

/** Cuts bytes into frames, holding at most one that is not whole. */
export class FrameSplitter {
  #held: Buffer[] = [];
  #bytes = 0;

  /** Throws WireError when the bytes are no frames. */
  push(chunk: Buffer): WireFrame[] {
    this.#held.push(chunk);
    this.#bytes += chunk.length;
    const frames: WireFrame[] = [];
    for (;;) {
      const length = this.#peekLength();
      if (length === undefined || this.#bytes < LENGTH_BYTES + length) return frames;
      const bytes = this.#joined();
      frames.push(frameOf(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)));
      const rest = bytes.subarray(LENGTH_BYTES + length);
      this.#held = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
    }
  }

  #peekLength(): number | undefined {
    if (this.#bytes < LENGTH_BYTES) return undefined;
    const [first] = this.#held;
    const bytes = first && first.length >= LENGTH_BYTES ? first : this.#joined();
    const length = bytes.readUInt32BE(0);
    if (length < HEAD_BYTES || length > MAX_FRAME_BYTES) throw new WireError(`length ${length}`);
    return length;
  }

  #joined(): Buffer {
    const [first] = this.#held;
    if (this.#held.length === 1 && first) return first;
    const joined = Buffer.concat(this.#held, this.#bytes);
    this.#held = [joined];
    return joined;
  }
}

function frameOf(bytes: Buffer): WireFrame {
  const type = TYPES[bytes.readUInt8(0)];
  if (type === undefined) throw new WireError(`type ${bytes.readUInt8(0)}`);
  return { type, id: bytes.readUInt32BE(1), payload: bytes.subarray(HEAD_BYTES) };
}
