import { createHash } from 'node:crypto';
import { parseSipVia } from './sip-address.model.ts';
import { fieldOf, type SipRequest, valuesOf } from './sip-message.model.ts';

/** Milliseconds (RFC 3261 §17.1.1.1, table 4). */
export const SIP_TIMERS = { T1: 500, T2: 4000, T4: 5000 } as const;
/** Timer H: how long an ACK is waited for. */
const WAIT_FOR_ACK = 64 * SIP_TIMERS.T1;

/** The final answer to an INVITE, and what became of it (RFC 3261 §17.2.1). */
interface Transaction {
  state: 'proceeding' | 'completed' | 'confirmed';
  readonly isReliable: boolean;
  readonly send: (answer: Buffer) => void;
  answer?: Buffer;
  /** ms: when the answer is sent again (timer G), and how long it waited before. */
  again: number;
  interval: number;
  /** ms: when nothing more is expected (timers H and I). */
  end: number;
}

/** What to do with an INVITE. */
export type Arrival = 'new' | 'repeated' | 'full';

/** INVITE server transactions: a request that comes again gets the same answer, an ACK ends its repetition. */
export class SipTransactions {
  readonly #open = new Map<string, Transaction>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#open.size;
  }

  /** `send` takes the answer to where the request came from; `isReliable` on streams. */
  arrive(key: string, send: (answer: Buffer) => void, isReliable: boolean): Arrival {
    const known = this.#open.get(key);
    if (known !== undefined) {
      if (known.state === 'completed' && known.answer !== undefined) known.send(known.answer);
      return 'repeated';
    }
    if (this.#open.size >= this.#most) return 'full';
    const never = Number.POSITIVE_INFINITY;
    this.#open.set(key, { state: 'proceeding', isReliable, send, again: never, interval: 0, end: never });
    return 'new';
  }

  /** Gives the final answer, once; false when there is nothing to answer any more. */
  answer(key: string, answer: Buffer, now: number): boolean {
    const transaction = this.#open.get(key);
    if (transaction?.state !== 'proceeding') return false;
    transaction.state = 'completed';
    transaction.answer = answer;
    transaction.end = now + WAIT_FOR_ACK;
    if (!transaction.isReliable) {
      transaction.interval = SIP_TIMERS.T1;
      transaction.again = now + SIP_TIMERS.T1;
    }
    transaction.send(answer);
    return true;
  }

  has(key: string): boolean {
    return this.#open.has(key);
  }

  /** An ACK to the final answer; on streams there is nothing to wait for afterwards (timer I). */
  acknowledge(key: string, now: number): void {
    const transaction = this.#open.get(key);
    if (transaction?.state !== 'completed') return;
    if (transaction.isReliable) {
      this.#open.delete(key);
      return;
    }
    transaction.state = 'confirmed';
    transaction.again = Number.POSITIVE_INFINITY;
    transaction.end = now + SIP_TIMERS.T4;
  }

  /** Sends again what was not acknowledged, and forgets what is over. Answers how many went again. */
  tick(now: number): number {
    let again = 0;
    for (const [key, transaction] of this.#open) {
      if (now >= transaction.end) this.#open.delete(key);
      else if (now >= transaction.again && transaction.answer !== undefined) {
        transaction.interval = Math.min(2 * transaction.interval, SIP_TIMERS.T2);
        transaction.again = now + transaction.interval;
        transaction.send(transaction.answer);
        again += 1;
      }
    }
    return again;
  }
}

/**
 * What requests of one transaction have in common (RFC 3261 §17.2.3), the same for an INVITE, its ACK and its CANCEL.
 * Undefined when the request has no Via that can be answered.
 */
export function transactionKey(request: SipRequest): string | undefined {
  const via = parseSipVia(valuesOf(request, 'via')[0] ?? '');
  if (via === undefined) return undefined;
  const { branch, host, port } = via;
  if (branch.startsWith('z9hG4bK')) return hashed(branch, host, String(port ?? ''));
  const [sequence = ''] = (fieldOf(request, 'cseq') ?? '').split(/\s/, 1);
  const tag = /;[ \t]*tag[ \t]*=[ \t]*([^;\s]*)/i.exec(fieldOf(request, 'from') ?? '')?.[1] ?? '';
  return hashed(request.uri, sequence, tag, fieldOf(request, 'call-id') ?? '', host, String(port ?? ''));
}

/** Keys are of one length, whatever a sender puts into a branch. */
function hashed(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('base64url');
}
