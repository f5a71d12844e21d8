/** What an INVITE of a SIPp scenario holds beside the usual. */
export interface InviteOptions {
  /** From, as the caller writes it, before its tag. */
  readonly from?: string;
  readonly headers?: readonly string[];
}

const step = (tag: string, message: readonly string[]): string =>
  `<send ${tag}><![CDATA[\n\n${message.map((line) => `      ${line}`).join('\n')}\n\n]]></send>`;

function invite({ from = '<sip:[caller]@gateway.example>', headers = [] }: InviteOptions): string {
  return step('retrans="500" start_rtd="1"', [
    'INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0',
    'Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]',
    `From: ${from};tag=[pid]t[call_number]`,
    'To: <sip:[service]@[remote_ip]:[remote_port]>',
    'Call-ID: [call_id]',
    'CSeq: 1 INVITE',
    'Contact: <sip:gateway@[local_ip]:[local_port]>',
    'Max-Forwards: 70',
    ...headers,
    'Content-Length: 0',
  ]);
}

/** `back`: so many steps back stands the request whose transaction it ends (RFC 3261 §17.1.1.3); 0 for one of its own. */
const ask = (
  method: 'ACK' | 'BYE',
  cseq: number,
  target: string,
  routes: readonly string[],
  back = 0,
): string =>
  step(method === 'BYE' ? 'retrans="500"' : '', [
    `${method} ${target} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch${back === 0 ? '' : `-${back}`}]`,
    ...routes,
    '[last_From:]',
    'To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]',
    'Call-ID: [call_id]',
    `CSeq: ${cseq} ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
  ]);

const scenario = (name: string, steps: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="${name}">\n${steps.join('\n')}\n</scenario>\n`;

const PROGRESS = ['100', '180', '183'].map((code) => `<recv response="${code}" optional="true"/>`);

/** A caller whose call is answered and who hangs up after some milliseconds. */
export function answeredCaller(options: InviteOptions & { readonly talkMs?: number } = {}): string {
  return scenario('a call that is answered', [
    invite(options),
    ...PROGRESS,
    '<recv response="200" rtd="1" rrs="true"/>',
    ask('ACK', 1, '[next_url]', ['[routes]']),
    `<pause milliseconds="${options.talkMs ?? 0}"/>`,
    ask('BYE', 2, '[next_url]', ['[routes]']),
    '<recv response="200"/>',
  ]);
}

/** A caller whose call is rejected with a status. */
export function rejectedCaller(code: number, options: InviteOptions = {}): string {
  return scenario('a call that is rejected', [
    invite(options),
    ...PROGRESS,
    `<recv response="${code}" rtd="1"/>`,
    ask('ACK', 1, 'sip:[service]@[remote_ip]:[remote_port]', [], PROGRESS.length + 2),
  ]);
}

const reply = (status: string, more: readonly string[] = []): string =>
  step('', [
    `SIP/2.0 ${status}`,
    '[last_Via:]',
    '[last_Record-Route:]',
    '[last_From:]',
    '[last_To:];tag=[pid]c[call_number]',
    '[last_Call-ID:]',
    '[last_CSeq:]',
    ...more,
    'Content-Length: 0',
  ]);

/** Somebody who is called, lets it ring for some milliseconds and answers. */
export function callee(ringMs = 0): string {
  return scenario('somebody who answers', [
    '<recv request="INVITE" crlf="true" rrs="true"/>',
    reply('180 Ringing'),
    `<pause milliseconds="${ringMs}"/>`,
    reply('200 OK', ['Contact: <sip:callee@[local_ip]:[local_port]>']),
    '<recv request="ACK" crlf="true" optional="true"/>',
    '<recv request="BYE"/>',
    step('', [
      'SIP/2.0 200 OK',
      '[last_Via:]',
      '[last_From:]',
      '[last_To:]',
      '[last_Call-ID:]',
      '[last_CSeq:]',
      'Content-Length: 0',
    ]),
  ]);
}
