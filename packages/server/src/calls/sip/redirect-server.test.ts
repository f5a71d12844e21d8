import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger, systemClock } from '../../platform/index.ts';
import { peer } from '../../platform/testing/index.ts';
import type { CallAnswer } from './call-answer.model.ts';
import { createRedirect } from './redirect.service.ts';
import { createRedirectServer } from './redirect-server.service.ts';
import { sourceFinder } from './redirect-source.model.ts';

const sipp = peer('sipp');
const run = promisify(execFile);
const CARD = 'https://fraud.example/v1/calls/cards/abc';
const LABEL: CallAnswer = { action: 'label', decision: 'd', displayName: '境外来电：日本', headers: [] };
const REJECT: CallAnswer = {
  action: 'reject',
  decision: 'd',
  code: 608,
  reason: 'Rejected',
  headers: [{ name: 'Call-Info', value: `<${CARD}>;purpose=jwscard` }],
};

let stop: (() => Promise<void>) | undefined;
afterEach(async () => stop?.());

/** A redirect server on ports of its own that answers `answer` after so many ms; `asked` are the calls it screened. */
async function serve(answer: CallAnswer, afterMs = 0, known = '127.0.0.1') {
  const asked: string[] = [];
  const sourceOf = sourceFinder([{ network: known, ingress: 'international' }]);
  const redirect = createRedirect({
    screen: async (told) => {
      asked.push((told as { id: string }).id);
      if (afterMs > 0) await pause(afterMs);
      return { answer };
    },
    sourceOf,
    contactHeaders: false,
    clock: systemClock,
  });
  const server = createRedirectServer({
    redirect,
    listen: ['udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
    isKnown: (address) => sourceOf(address) !== undefined,
    log: silentLogger,
  });
  await server.start();
  stop = () => server.stop();
  const [udp = '', tcp = ''] = server.addresses();
  return { asked, redirect, udp: new URL(udp).port, tcp: new URL(tcp).port };
}

/** SIPp's scenario of a caller's SBC: INVITE, the final answer with what must be in it, ACK. */
const scenario = (code: number, header: string, pattern: string) => `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="sbc">
  <send retrans="500"><![CDATA[
INVITE sip:+8613900001111@[remote_ip]:[remote_port];user=phone SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+81312345678@[local_ip]:[local_port]>;tag=[pid]-[call_number]
To: <sip:+8613900001111@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:sbc@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio 6000 RTP/AVP 8
]]></send>
  <recv response="${code}">
    <action><ereg regexp="${pattern}" search_in="hdr" header="${header}:" check_it="true" assign_to="1"/><log message="[$1]"/></action>
  </recv>
  <send><![CDATA[
ACK sip:+8613900001111@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: <sip:+81312345678@[local_ip]:[local_port]>;tag=[pid]-[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
</scenario>
`;

/** Runs SIPp; rejects when a call did not go as the scenario says. */
async function calls(text: string, port: string, args: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-sipp-'));
  writeFileSync(join(folder, 'sbc.xml'), text);
  const all = [`127.0.0.1:${port}`, '-sf', 'sbc.xml', '-i', '127.0.0.1', '-nostdin', '-trace_err', ...args];
  try {
    await run(sipp ?? '', all, { cwd: folder, timeout: 60_000 });
    return '';
  } catch (error) {
    const errors = readdirSync(folder).filter((name) => name.includes('errors'));
    return errors.map((name) => readFileSync(join(folder, name), 'utf8')).join('') || String(error);
  }
}

describe.skipIf(sipp === undefined)('SIPp as the SBC', () => {
  const label = scenario(302, 'Contact', '境外来电：日本.*sip:.8613900001111@');
  const reject = scenario(608, 'Call-Info', `${CARD}.;purpose=jwscard`);
  const MANY = ['-m', '200', '-r', '200'];

  it.each([
    ['UDP', 'udp', 'u1'],
    ['TCP', 'tcp', 't1'],
  ] as const)('gets its calls labelled over %s', async (_, way, transport) => {
    const served = await serve(LABEL);
    expect(await calls(label, served[way], ['-t', transport, ...MANY])).toBe('');
    expect(served.asked).toHaveLength(200);
  });

  it.each([
    ['UDP', 'udp', 'u1'],
    ['TCP', 'tcp', 't1'],
  ] as const)('gets calls rejected with the card over %s', async (_, way, transport) => {
    const served = await serve(REJECT);
    expect(await calls(reject, served[way], ['-t', transport, ...MANY])).toBe('');
  });

  it('that sends again because nobody answers has its calls screened once', async () => {
    const served = await serve(LABEL, 700);
    expect(await calls(label, served.udp, ['-t', 'u1', '-m', '20', '-r', '20'])).toBe('');
    expect(new Set(served.asked).size).toBe(20);
    expect(served.asked).toHaveLength(20);
  });
});

it('an address that is taken is named, and nothing is left open', async () => {
  const { redirect, udp } = await serve(LABEL);
  const listen = [`udp://127.0.0.1:${udp}`];
  const second = createRedirectServer({ redirect, listen, isKnown: () => true, log: silentLogger });
  await expect(second.start()).rejects.toThrow(`FANZHA_SIP_LISTEN: udp://127.0.0.1:${udp}: bind EADDRINUSE`);
  await second.stop();
});

describe('a connection', () => {
  it('is kept alive by double line ends, and closed where messages cannot be told apart', async () => {
    const { tcp } = await serve(LABEL);
    const socket = connect(Number(tcp), '127.0.0.1');
    const said: string[] = [];
    socket.on('data', (chunk) => said.push(chunk.toString()));
    socket.write('\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    expect(said).toEqual(['\r\n']);
    socket.write('INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(said).toHaveLength(1);
  });

  it('from an address that nobody named is closed at once', async () => {
    const { tcp } = await serve(LABEL, 0, '192.0.2.1');
    const socket = connect(Number(tcp), '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.bytesRead).toBe(0);
  });
});
