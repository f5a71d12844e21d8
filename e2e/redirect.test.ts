import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from './program.fixture.ts';

// An SBC that asks the real program by SIP, and a caller who was rejected and follows the card to the appeal.

const PUBLIC = 'https://fraud.example';
const scratch = mkdtempSync(join(tmpdir(), 'fanzha-redirect-'));
const program = new Program();
const sbc = createSocket('udp4');
let sipPort = 0;

beforeAll(async () => {
  sipPort = await freePort();
  const settings = join(scratch, 'calls.json');
  const setting = {
    operator: {
      name: '某运营商反诈中心',
      appeal: { url: 'https://op.example/appeal', phone: '+861012345678' },
    },
    sources: [{ network: '127.0.0.0/8', ingress: 'international', trunk: 'ig-1' }],
    customerTrunks: [{ trunk: 'bank', numbers: ['861088886'] }],
  };
  writeFileSync(settings, JSON.stringify(setting));
  sbc.bind(0, '127.0.0.1');
  await once(sbc, 'listening');
  const listen = `udp://127.0.0.1:${sipPort},tcp://127.0.0.1:${sipPort}`;
  await program.start([], ['--public-url', PUBLIC, '--call-settings', settings, '--sip-listen', listen]);
});

afterAll(async () => {
  sbc.close();
  await program.remove();
  rmSync(scratch, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** Sends an INVITE from a caller abroad and gives the first answer. */
async function invite(caller: string, id: string): Promise<string> {
  const lines = [
    'INVITE sip:+8613900001111@op.example;user=phone SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:${sbc.address().port};branch=z9hG4bK${id};rport`,
    `From: <sip:${caller}@gw.example;user=phone>;tag=${id}`,
    'To: <sip:+8613900001111@op.example;user=phone>',
    `Call-ID: ${id}@gw.example`,
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    'Content-Length: 0',
  ];
  const answered = once(sbc, 'message') as Promise<[Buffer]>;
  sbc.send(`${lines.join('\r\n')}\r\n\r\n`, sipPort, '127.0.0.1');
  const [answer] = await answered;
  const to = /^To: .*(?=\r)/m.exec(answer.toString())?.[0] ?? '';
  const ack = [
    'ACK sip:+8613900001111@op.example;user=phone SIP/2.0',
    ...lines.slice(1, 3),
    to,
    lines[4],
    'CSeq: 1 ACK',
  ];
  sbc.send(`${ack.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`, sipPort, '127.0.0.1');
  return answer.toString();
}

const json = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
/** A public address of the program, asked where it really is. */
const fetched = (url: string) => fetch(url.replace(PUBLIC, program.address));

function isSigned(token: string, chain: string): boolean {
  const [header, payload, signature = ''] = token.split('.');
  const key = createPublicKey(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'pem' }));
  const signed = Buffer.from(`${header}.${payload}`);
  return verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

describe('an SBC that asks by SIP', () => {
  it('goes on with a call from Japan under a label, which is signed as Rich Call Data too', async () => {
    const answer = await invite('+81312345678', 'label1');
    expect(answer).toMatch(/^SIP\/2\.0 302 /);
    expect(answer).toMatch(/^Contact: "境外来电：日本" <sip:\+8613900001111@op\.example;user=phone>\r$/m);
    expect(answer).toMatch(/^Call-Info: <data:application\/json;base64,[^>]+>;purpose=jcard;call-reason="/m);
    const [, identity = '', url = ''] =
      /^Identity: ([^;]+);info=<([^>]+)>;alg=ES256;ppt=rcd\r$/m.exec(answer) ?? [];
    expect(json(identity.split('.')[1])).toMatchObject({
      orig: { tn: '81312345678' },
      rcd: { nam: '境外来电：日本' },
    });
    const certificate = await fetched(url);
    expect(certificate.headers.get('content-type')).toBe('application/pem-certificate-chain');
    expect(isSigned(identity, await certificate.text())).toBe(true);
  });

  it('rejects a disguised call with a card that verifies and leads to its decision', async () => {
    const answer = await invite('+8613812345678', 'reject1');
    expect(answer).toMatch(/^SIP\/2\.0 608 Rejected\r/);
    const [, url = ''] = /^Call-Info: <([^>]+)>;purpose=jwscard\r$/m.exec(answer) ?? [];
    const card = await fetched(url);
    expect(card.status).toBe(200);
    expect(card.headers.get('content-type')).toBe('application/jose');
    expect(card.headers.get('cache-control')).toMatch(/^public, max-age=/);
    const token = await card.text();
    const { typ, x5u } = json(token.split('.')[0]) as { typ: string; x5u: string };
    expect(typ).toBe('vcard+json');
    expect(isSigned(token, await (await fetched(x5u)).text())).toBe(true);
    expect(JSON.stringify(json(token.split('.')[1]))).toContain('https://op.example/appeal?card=');
    const { decision } = await program.ask<{ decision: string }>(`${new URL(url).pathname}/decision`);
    const detail = await program.ask<{ verdict: string; event: string }>(`/v1/decisions/${decision}`);
    expect(detail).toMatchObject({ verdict: 'block', event: 'reject1@gw.example' });
  });

  it('tells nothing to somebody who guesses at cards', async () => {
    expect((await fetched(`${PUBLIC}/v1/calls/cards/AAAA`)).status).toBe(404);
    expect((await fetched(`${PUBLIC}/v1/calls/certificates/00`)).status).toBe(404);
  });
});

describe('a call that leaves', () => {
  it('is signed once there is a certificate with authority, and refused in words before', async () => {
    const secret = program.run('key', 'add', 'signer', '--scope', 'call:sign').trim();
    const call = { from: '+861088886666', to: '+8613900001111', ingress: 'access', trunk: 'bank' };
    const sign = () =>
      fetch(`${program.address}/v1/calls/sign`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify(call),
      });
    const refused = await sign();
    expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'cannot-sign' }]);
    program.run('signing', 'rotate', '--provider-code', '709J');
    await expect
      .poll(async () => (await sign()).json(), { timeout: 10_000 })
      .toMatchObject({ extension: 'shaken', attestation: 'A', basis: 'number-of-customer' });
  });
});
