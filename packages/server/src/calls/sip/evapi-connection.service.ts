import { connect, type Socket } from 'node:net';
import { setTimeout as after, clearTimeout as never, setImmediate } from 'node:timers';
import type { Logger } from '../../platform/index.ts';
import { MAX_MESSAGE_BYTES, proxyAddress } from './evapi.model.ts';
import { NetstringReader } from './netstring.model.ts';

/** Why a connection ended. */
export type EvapiBreak = 'refused' | 'closed' | 'framing' | 'unread';

export interface EvapiConnectionParts {
  /** Host and port where the proxy's evapi module listens. */
  readonly proxy: string;
  /** Takes a message; answers go back by `send`, in any order. */
  take(message: Buffer): void;
  onBreak(why: EvapiBreak): void;
  readonly log: Logger;
}

/** A connection with one proxy that comes back by itself. */
export interface EvapiConnection {
  readonly isConnected: boolean;
  /** Sends an answer; false when the proxy is not there or does not read: it is of no use to it later. */
  send(answer: Buffer): boolean;
  start(): void;
  stop(): void;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;
const CONNECT_MS = 5000;
/** A machine that is gone without a word is noticed after this long without a byte and ten probes. */
const PROBE_AFTER_MS = 10_000;
/** Answers that may wait for a proxy that does not read; after so long it is given up. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const UNREAD_MS = 5000;
/** Answers go out in pieces that fit into one packet: a proxy that gets half of a message may lose it. */
const PACKET_BYTES = 1380;

export function createEvapiConnection(parts: EvapiConnectionParts): EvapiConnection {
  return new Connection(parts);
}

class Connection implements EvapiConnection {
  readonly #parts: EvapiConnectionParts;
  #socket: Socket | undefined;
  #isConnected = false;
  #stopped = false;
  #delay = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;
  #unread: NodeJS.Timeout | undefined;
  #answers: Buffer[] = [];
  #wasTold = false;

  constructor(parts: EvapiConnectionParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  start(): void {
    const { host, port } = proxyAddress(this.#parts.proxy);
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_AFTER_MS,
    });
    this.#socket = socket;
    const reader = new NetstringReader(MAX_MESSAGE_BYTES);
    let why: EvapiBreak = 'refused';
    const late = after(() => socket.destroy(), CONNECT_MS);
    socket.once('connect', () => {
      never(late);
      why = 'closed';
      this.#isConnected = true;
      this.#wasTold = false;
      this.#parts.log.info({ proxy: this.#parts.proxy }, 'connected to a SIP proxy');
    });
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk)) this.#parts.take(message);
        this.#delay = FIRST_RETRY_MS;
      } catch (error) {
        why = 'framing';
        this.#parts.log.error({ proxy: this.#parts.proxy, err: error }, 'a SIP proxy sends no netstrings');
        socket.destroy();
      }
    });
    socket.on('drain', () => this.#hasRead());
    socket.on('error', () => undefined);
    socket.once('close', () => {
      never(late);
      this.#lost(socket, this.#unread === undefined ? why : 'unread');
    });
  }

  stop(): void {
    this.#stopped = true;
    never(this.#retry);
    this.#flush();
    this.#socket?.destroySoon();
  }

  send(answer: Buffer): boolean {
    const socket = this.#socket;
    if (!this.#isConnected || !socket?.writable) return false;
    if (socket.writableLength > MAX_UNREAD_BYTES) {
      this.#unread ??= after(() => socket.destroy(), UNREAD_MS);
      return false;
    }
    if (this.#answers.length === 0) setImmediate(() => this.#flush());
    this.#answers.push(answer);
    return true;
  }

  #hasRead(): void {
    never(this.#unread);
    this.#unread = undefined;
  }

  /** Answers of one turn go out together, packet by packet. */
  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    if (!this.#socket?.writable) return;
    let packet: Buffer[] = [];
    let bytes = 0;
    for (const answer of answers) {
      if (bytes > 0 && bytes + answer.length > PACKET_BYTES) {
        this.#socket.write(Buffer.concat(packet));
        packet = [];
        bytes = 0;
      }
      packet.push(answer);
      bytes += answer.length;
    }
    if (bytes > 0) this.#socket.write(Buffer.concat(packet));
  }

  #lost(socket: Socket, why: EvapiBreak): void {
    if (this.#socket !== socket) return;
    const { log, proxy } = this.#parts;
    this.#hasRead();
    this.#isConnected = false;
    this.#answers = [];
    if (this.#stopped) return;
    this.#parts.onBreak(why);
    // Once for every time it goes away: a proxy that stays away must not fill the log.
    if (!this.#wasTold)
      log.warn({ proxy, why }, 'no connection with a SIP proxy: its calls go on unscreened');
    this.#wasTold = true;
    this.#retry = after(() => this.start(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, LONGEST_RETRY_MS);
  }
}
