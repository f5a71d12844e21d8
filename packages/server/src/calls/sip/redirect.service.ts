import { createHash, randomBytes } from 'node:crypto';
import { type Clock, type Metrics, monotonicMicros } from '../../platform/index.ts';
import type { CallAnswer } from './call-answer.model.ts';
import { type CallSource, redirectAnswer, toldInvite } from './redirect.model.ts';
import {
  ALLOW,
  answerPort,
  hasTag,
  type SipAnswer,
  type SipPeer,
  writeSipAnswer,
} from './sip-answer.model.ts';
import { fieldOf, parseSipRequest, SipFault, type SipRequest } from './sip-message.model.ts';
import { SipTransactions, transactionKey } from './sip-transaction.model.ts';

/** Calls of half a minute without ACK at some thousand a second, at about 2 kB each. */
const MAX_TRANSACTIONS = 50_000;
const MANDATORY = ['from', 'to', 'call-id', 'cseq'] as const;

export interface RedirectParts {
  /** Screens a call; answers within the time limit of the pack. */
  readonly screen: (told: unknown) => Promise<{ readonly answer: CallAnswer }>;
  /** Whose calls are screened here, and what they are; undefined for anybody else. */
  readonly sourceOf: (address: string) => CallSource | undefined;
  /** Whether headers of a 302 stand in its Contact too. */
  readonly contactHeaders: boolean;
  readonly clock: Clock;
  readonly metrics?: Metrics;
}

/** How a response goes back to where its request came from. */
export type SendBack = (bytes: Buffer, port: number) => void;

export interface RedirectFigures {
  readonly calls: number;
  readonly underWay: number;
  /** What was let through because it could not be screened. */
  readonly unscreened: number;
  readonly dropped: number;
}

/** A SIP redirect server without sockets (RFC 3261 §8.3): requests in, answers out. */
export interface Redirect {
  /** Takes what came from a peer; never throws, and answers strangers nothing. */
  receive(bytes: Buffer, peer: SipPeer, send: SendBack): void;
  /** To be called every 100 ms: sends again, forgets. */
  tick(): void;
  figures(): RedirectFigures;
}

export function createRedirect(parts: RedirectParts): Redirect {
  return new RedirectServer(parts);
}

interface Arrived {
  readonly request: SipRequest;
  readonly peer: SipPeer;
  readonly source: CallSource;
  readonly key: string;
  readonly send: (bytes: Buffer) => void;
}

class RedirectServer implements Redirect {
  readonly #parts: RedirectParts;
  readonly #transactions = new SipTransactions(MAX_TRANSACTIONS);
  /** INVITEs that are being screened, by transaction. */
  readonly #waiting = new Map<string, Arrived>();
  readonly #secret = randomBytes(16);
  readonly #count: ReturnType<typeof redirectMetrics>;
  #calls = 0;
  #unscreened = 0;
  #dropped = 0;

  constructor(parts: RedirectParts) {
    this.#parts = parts;
    this.#count = redirectMetrics(parts.metrics, () => this.#transactions.size);
  }

  receive(bytes: Buffer, peer: SipPeer, send: SendBack): void {
    const source = this.#parts.sourceOf(peer.address);
    // Nothing goes to strangers: an answer could be aimed at somebody else, and would tell that somebody is here.
    const request = source === undefined ? undefined : readRequest(bytes);
    const key = request && transactionKey(request);
    if (source === undefined || request === undefined || key === undefined) {
      this.#dropped += 1;
      this.#count.dropped(source === undefined ? 'stranger' : 'malformed');
      return;
    }
    const port = peer.transport === 'udp' ? answerPort(request, peer) : peer.port;
    this.#take({ request, peer, source, key, send: (answer) => send(answer, port) });
  }

  tick(): void {
    const again = this.#transactions.tick(this.#parts.clock.now());
    if (again > 0) this.#count.again(again);
  }

  figures(): RedirectFigures {
    return {
      calls: this.#calls,
      underWay: this.#transactions.size,
      unscreened: this.#unscreened,
      dropped: this.#dropped,
    };
  }

  #take(arrived: Arrived): void {
    const { request, key } = arrived;
    if (request.method === 'ACK') {
      this.#transactions.acknowledge(key, this.#parts.clock.now());
      return;
    }
    const answer = plainAnswer(request);
    if (answer !== undefined) this.#reply(arrived, answer);
    else if (request.method === 'CANCEL') this.#cancel(arrived);
    else this.#invite(arrived);
  }

  #invite(arrived: Arrived): void {
    const { request, peer, key, send } = arrived;
    const arrival = this.#transactions.arrive(key, send, peer.transport === 'tcp');
    if (arrival === 'repeated') {
      this.#count.repeated(peer);
      return;
    }
    // No dialog ever begins here.
    if (hasTag(fieldOf(request, 'to') ?? '')) {
      this.#final(arrived, NO_SUCH_CALL);
      return;
    }
    this.#calls += 1;
    if (arrival === 'full') {
      this.#unscreened += 1;
      this.#reply(arrived, redirectAnswer(request, letThrough('overload'), false));
      return;
    }
    this.#waiting.set(key, arrived);
    const started = monotonicMicros();
    void this.#screen(arrived).then((answer) => {
      this.#final(arrived, redirectAnswer(request, answer, this.#parts.contactHeaders));
      this.#count.answered(monotonicMicros() - started);
    });
  }

  async #screen({ request, source }: Arrived): Promise<CallAnswer> {
    try {
      const { answer } = await this.#parts.screen(toldInvite(request, source));
      return answer;
    } catch {
      // What cannot be told as a call is nothing to judge: the SBC goes on as it would without us.
      this.#unscreened += 1;
      return letThrough('unavailable');
    }
  }

  /** RFC 3261 §9.2: the CANCEL is answered, and then the INVITE where it waits. */
  #cancel(arrived: Arrived): void {
    const { key } = arrived;
    this.#reply(arrived, this.#transactions.has(key) ? plain(200, 'OK') : NO_SUCH_CALL);
    const invite = this.#waiting.get(key);
    if (invite !== undefined) this.#final(invite, plain(487, 'Request Terminated'));
  }

  /** The final answer of an INVITE, sent until it is acknowledged. */
  #final(arrived: Arrived, answer: SipAnswer): void {
    this.#waiting.delete(arrived.key);
    const bytes = this.#write(arrived, answer);
    if (this.#transactions.answer(arrived.key, bytes, this.#parts.clock.now())) {
      this.#count.request(arrived, answer.code);
    }
  }

  /** An answer that is the same whenever the request comes again, so that nothing has to be remembered. */
  #reply(arrived: Arrived, answer: SipAnswer): void {
    arrived.send(this.#write(arrived, answer));
    this.#count.request(arrived, answer.code);
  }

  #write({ request, peer, key }: Arrived, answer: SipAnswer): Buffer {
    const tag = createHash('sha256').update(this.#secret).update(key).digest('hex').slice(0, 16);
    return writeSipAnswer(request, answer, { peer, tag });
  }
}

const plain = (code: number, reason: string): SipAnswer => ({ code, reason, headers: [] });

const NO_SUCH_CALL = plain(481, 'Call/Transaction Does Not Exist');

function readRequest(bytes: Buffer): SipRequest | undefined {
  try {
    return parseSipRequest(bytes);
  } catch (error) {
    if (error instanceof SipFault) return undefined;
    throw error;
  }
}

/** The answer to what is neither an INVITE nor a CANCEL in order; undefined for these. */
function plainAnswer(request: SipRequest): SipAnswer | undefined {
  const missing = MANDATORY.find((name) => fieldOf(request, name) === undefined);
  if (missing !== undefined) return plain(400, `Missing ${missing}`);
  if (sequenceMethod(request) !== request.method) return plain(400, 'Bad CSeq');
  if (request.method === 'INVITE' || request.method === 'CANCEL') return undefined;
  const answer = request.method === 'OPTIONS' ? plain(200, 'OK') : plain(405, 'Method Not Allowed');
  return { ...answer, headers: [ALLOW] };
}

const letThrough = (degraded: string): CallAnswer => ({
  action: 'allow',
  decision: '',
  degraded,
  headers: [],
});

const sequenceMethod = (request: SipRequest): string | undefined =>
  /^\d{1,10}[ \t]+(\S{1,32})$/.exec(fieldOf(request, 'cseq') ?? '')?.[1];

/** Methods that have a figure of their own: others come from whoever invents them. */
const COUNTED = ['INVITE', 'CANCEL', 'OPTIONS'];

function redirectMetrics(metrics: Metrics | undefined, underWay: () => number) {
  const requests = metrics?.counter('fanzha_sip_requests_total', 'SIP requests answered', [
    'transport',
    'method',
    'code',
  ]);
  const repeated = metrics?.counter('fanzha_sip_repeated_total', 'SIP requests that came again', [
    'transport',
  ]);
  const again = metrics?.counter('fanzha_sip_sent_again_total', 'SIP answers sent again for want of an ACK');
  const dropped = metrics?.counter('fanzha_sip_dropped_total', 'SIP messages that got no answer', ['why']);
  const seconds = metrics?.histogram(
    'fanzha_sip_answer_seconds',
    'Time from an INVITE to its answer',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2],
  );
  metrics?.gauge('fanzha_sip_transactions', 'INVITE transactions under way', underWay);
  return {
    request: ({ request: { method }, peer: { transport } }: Arrived, code: number) =>
      requests?.add(1, {
        transport,
        method: COUNTED.includes(method) ? method : 'other',
        code: String(code),
      }),
    repeated: ({ transport }: SipPeer) => repeated?.add(1, { transport }),
    again: (count: number) => again?.add(count),
    dropped: (why: string) => dropped?.add(1, { why }),
    answered: (micros: number) => seconds?.observe(micros / 1e6),
  };
}
