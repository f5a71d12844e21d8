import type { SipHeader } from './call-answer.model.ts';
import { parseSipVia } from './sip-address.model.ts';
import { fieldOf, fieldsOf, type SipRequest } from './sip-message.model.ts';

/** Where a request came from. */
export interface SipPeer {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

export interface SipAnswer {
  readonly code: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
}

export const ALLOW: SipHeader = { name: 'Allow', value: 'INVITE, ACK, CANCEL, OPTIONS' };

/**
 * Writes a response (RFC 3261 §8.2.6): Vias in their order, the top one with where the request came from (§18.2.1,
 * RFC 3581), To with our tag. Values of `headers` hold no line ends.
 */
export function writeSipAnswer(
  request: SipRequest,
  { code, reason, headers }: SipAnswer,
  { peer, tag }: { readonly peer: SipPeer; readonly tag: string },
): Buffer {
  const [top = '', ...vias] = fieldsOf(request, 'via');
  const to = fieldOf(request, 'to') ?? '';
  const lines = [
    `SIP/2.0 ${code} ${reason}`,
    ...[withSource(top, peer), ...vias].map((via) => `Via: ${via}`),
    `From: ${fieldOf(request, 'from') ?? ''}`,
    `To: ${hasTag(to) ? to : `${to};tag=${tag}`}`,
    `Call-ID: ${fieldOf(request, 'call-id') ?? ''}`,
    `CSeq: ${fieldOf(request, 'cseq') ?? ''}`,
    ...headers.map(({ name, value }) => `${name}: ${value.replace(/[\r\n]+/g, ' ')}`),
    'Server: Fanzha',
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Whether a From or To carries a tag: then it belongs to a dialog. */
export const hasTag = (value: string): boolean => /;[ \t]*tag[ \t]*=/i.test(value.replace(/^.*>/s, ''));

/** The first Via of a line may be followed by others after a comma; only it is added to. */
function withSource(line: string, { address, port }: SipPeer): string {
  const [first = '', ...rest] = line.split(',');
  const via = parseSipVia(first);
  if (via === undefined) return line;
  const plain = first.replace(/;[ \t]*(?:received|rport)(?:[ \t]*=[^;]*)?(?=;|[ \t]*$)/gi, '').trimEnd();
  const source = `;received=${address}${via.wantsPort ? `;rport=${port}` : ''}`;
  return [`${plain}${source}`, ...rest].join(',');
}

const DEFAULT_PORT = 5060;

/** Port that the answer to a datagram goes to. */
export function answerPort(request: SipRequest, { port }: SipPeer): number {
  const via = parseSipVia((fieldOf(request, 'via') ?? '').split(',')[0] ?? '');
  if (via === undefined || via.wantsPort) return port;
  return via.port ?? DEFAULT_PORT;
}
